"""Supplier names as they compare: plain letters, without legal form, in any word order."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

import polars as pl

from recon.engine.wholes import FEW
from recon.shipped import listed

LONGEST = 256
"""Characters of a name that are read: a score of two texts takes time in the product of their lengths."""
LEAST = 3
"""A name with fewer letters or digits than this never matches by name."""
NAMED = {
    **dict.fromkeys(("name", "plain", "core", "ordered", "form"), pl.String()),
    "mixed": pl.Boolean(),
    **dict.fromkeys(("glued", "numbers"), pl.String()),
    "keys": pl.List(pl.String),
    "usable": pl.Boolean(),
}
MOST_REMEMBERED = 10_000
_ROWS: dict[str, tuple[object, ...]] = {}
"""Name -> its row of NAMED, of names that were worked out lately."""
_SHORT_FORM = 3
_SPELT_OUT = 5
_MIXED = r"\p{Latin}[\p{Cyrillic}\p{Greek}\p{Armenian}]|[\p{Cyrillic}\p{Greek}\p{Armenian}]\p{Latin}"
_TWICE_ENCODED = "[ÃÂÄÅ][\u0080-\u00bf€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]"
_TWO_LETTERS = {"a\u0308": "ae", "o\u0308": "oe", "u\u0308": "ue", "a\u030a": "aa", "ø": "oe"}


@dataclass(frozen=True)
class Forms:
    """Legal forms, spaced, each with its class (`-` says nothing), and where in a name each is taken for one."""

    classes: dict[str, str]
    anywhere: list[str]
    start: str
    end: str


def _lines(file: str) -> list[str]:
    return listed(f"match/resolve/data/{file}")


@cache
def _letters() -> dict[str, str]:
    pairs = (line.split() for line in _lines("letters.txt"))
    return {letter: "" if plain == "-" else plain for letter, plain in pairs}


@cache
def _words() -> dict[str, str]:
    """Return spaced short word -> its spaced long form."""
    listed = [(short, long.strip()) for shorts, _, long in _parted("words.txt", "=") for short in shorts.split("|")]
    table = pl.DataFrame(listed, schema=["name", "long"], orient="row").with_columns(_plain("name")).rows()
    return {_spaced(word): _spaced(long) if long else " " for word, long in table if word}


def _parted(file: str, sign: str) -> list[tuple[str, str, str]]:
    return [line.partition(sign) for line in _lines(file)]


@cache
def _forms() -> Forms:
    classes: dict[str, str] = {}
    marked: dict[str, str] = {}
    listed = [(name, form.strip()) for name, _, forms in _parted("legal_forms.txt", ":") for form in forms.split("|")]
    table = pl.DataFrame(listed, schema=["class", "name"], orient="row")
    for name, written, mark in table.select(
        "class", _written_out(_plain("name")), mark=pl.col("name").str.head(1)
    ).rows():
        for spelling in {written, " ".join(written) if len(written) <= _SPELT_OUT else written}:
            classes.setdefault(spelling, name)
            marked.setdefault(spelling, mark)
    longest_first = sorted(classes, key=lambda form: (-len(form), form))
    long = {form for form in classes if len(form.replace(" ", "")) > _SHORT_FORM}
    return Forms(
        classes={_spaced(form): classes[form] for form in longest_first},
        anywhere=[_spaced(form) for form in longest_first if form in long or marked[form] == "*"],
        start=rf"^((?:(?:{_either([form for form in longest_first if marked[form] == '^'])}) )+)",
        end=rf"((?: (?:{_either(longest_first)}))+)$",
    )


def _either(forms: list[str]) -> str:
    return "|".join(re.escape(form) for form in forms)


@cache
def common_words() -> frozenset[str]:
    """Return the words that many suppliers share: they never carry a match alone."""
    return frozenset(word for line in _lines("common.txt") for word in line.split())


def _spaced(text: str) -> str:
    """Return ` two  words `: every word has spaces of its own, so that neighbours can both be replaced."""
    return f" {'  '.join(text.split())} "


def _wide(text: pl.Expr) -> pl.Expr:
    return pl.concat_str(pl.lit(" "), text.str.replace_all(" ", "  ", literal=True), pl.lit(" "))


def _tidy(text: pl.Expr) -> pl.Expr:
    return text.str.replace_all(r" +", " ").str.strip_chars(" ")


def _unless_empty(text: pl.Expr, otherwise: pl.Expr) -> pl.Expr:
    return pl.when(text == "").then(otherwise).otherwise(text)


def _plain(column: str, two_letters: bool = False) -> pl.Expr:
    """Return lower-case letters and digits, single spaces; `two_letters` writes ä, ö, ü, å, ø as ae, oe, ue, aa, oe."""
    text = pl.col(column).str.head(LONGEST).str.normalize("NFKC").str.to_lowercase().str.normalize("NFD")
    if two_letters:
        text = text.str.replace_many(_TWO_LETTERS)
    text = text.str.replace_all(r"\p{Mn}|\p{Cf}|['’`´]", "").str.replace_many(_letters())
    text = text.str.replace_all(r"\b(\p{L})\.", "${1}").str.replace_all(r"\b(\p{L})/(\p{L})\b", "${1}${2}")
    text = text.str.replace_all(r"[&+]", " and ").str.replace_all(r"[^\p{L}\p{N}]+", " ")
    return text.str.strip_chars(" ")


def _written_out(text: pl.Expr) -> pl.Expr:
    """Return the text with abbreviations written out and connectives left out."""
    words = _words()
    return _unless_empty(_tidy(_wide(text).str.replace_many(list(words), list(words.values()))), text)


def _core(text: pl.Expr) -> pl.Expr:
    """Return the words without legal forms; the whole text where nothing would be left."""
    forms = _forms()
    bare = text
    for _ in range(2):  # a form may show itself where another one stood in the middle of it
        bare = _tidy(_wide(bare).str.replace_many(forms.anywhere, [" "] * len(forms.anywhere), leftmost=True))
    return _unless_empty(bare.str.replace(forms.end, "").str.replace(forms.start, ""), text)


def _form(text: pl.Expr) -> pl.Expr:
    """Return the classes of the legal forms, in order; empty when none is given or it says nothing."""
    forms = _forms()
    edges = pl.concat_str(text.str.extract(forms.start).fill_null(""), text.str.extract(forms.end).fill_null(""))
    seen = pl.concat_list(
        _wide(text).str.extract_many(forms.anywhere, leftmost=True),
        _wide(edges.str.strip_chars(" ")).str.extract_many(list(forms.classes), leftmost=True),
    )
    classes = seen.list.eval(pl.element().replace(forms.classes))
    return classes.list.set_difference(pl.lit(["-"])).list.unique().list.sort().list.join(" ")


def _ordered(column: str) -> pl.Expr:
    return pl.col(column).str.split(" ").list.sort().list.join(" ")


def normalise_names(names: pl.Series) -> pl.DataFrame:
    """Return one row a distinct name: `name`; `plain`, its letters; `core`, its words in order; `ordered`, its words sorted; `form`, class of
    legal form; `numbers`; `keys`, any one of which two equal names share; `mixed`, whether a person should look at it
    (two alphabets in one word, or longer than is read); `usable`, whether it may match at all.

    `core` of a `core` is the same again.
    """
    distinct = names.drop_nulls().unique().sort().cast(pl.String)
    return _normalised(distinct) if distinct.len() > FEW else _remembered(distinct)


def _remembered(names: pl.Series) -> pl.DataFrame:
    """Return few names, each worked out once: what finds legal forms is built again each time, which takes most of it."""
    rows = {name: row for name in names.to_list() if (row := _ROWS.get(name))}
    if (unknown := names.filter(~names.is_in(list(rows)))).len():
        new = {row[0]: row for row in _normalised(unknown).rows()}
        if len(_ROWS) > MOST_REMEMBERED:
            _ROWS.clear()
        _ROWS.update(new)
        rows |= new
    return pl.DataFrame([rows[name] for name in names.to_list()], schema=NAMED, orient="row")


def _normalised(names: pl.Series) -> pl.DataFrame:
    read = names.to_frame("name").with_columns(read=_decoded(names))
    plainer = read.with_columns(plain=_plain("read"), german=_plain("read", two_letters=True), mixed=_mixed())
    written = plainer.with_columns(text=_written_out(pl.col("plain")), german=_written_out(pl.col("german")))
    cored = written.with_columns(core=_core(pl.col("text")), german=_core(pl.col("german")), form=_form(pl.col("text")))
    glued = pl.col("core", "german", "text").str.replace_all(" ", "", literal=True).name.prefix("glued_")
    return cored.with_columns(glued, ordered=_ordered("core"), ordered_german=_ordered("german")).select(
        "name",
        "plain",
        "core",
        "ordered",
        "form",
        "mixed",
        glued="glued_text",
        numbers=_numbers(pl.col("core")),
        keys=pl.concat_list("ordered", "ordered_german", "glued_core", "glued_german", "glued_text").list.unique(),
        usable=(pl.col("glued_core").str.len_chars() >= LEAST) & ~_wide(pl.col("core")).is_in(list(_forms().classes)),
    )


def _numbers(text: pl.Expr) -> pl.Expr:
    """Return the numbers in order, without leading zeros; a digit between letters is a misread letter, not a number."""
    alone = text.str.replace_all(r"(\p{L})[0-9](\p{L})", "${1}${2}").str.extract_all("[0-9]+")
    return alone.list.eval(pl.element().str.replace(r"^0+(.)", "${1}")).list.sort().list.join(" ")


def _decoded(names: pl.Series) -> pl.Series:
    """Return the names with UTF-8 that was read as cp1252 put right (`MÃ¼ller`)."""
    twice = names.filter(names.str.contains(_TWICE_ENCODED))
    mended = [name.encode("cp1252", "ignore").decode("utf-8", "ignore") for name in twice.to_list()]
    return names.replace(twice, pl.Series(mended, dtype=pl.String)) if mended else names


def _mixed() -> pl.Expr:
    text = pl.col("name").str.normalize("NFKC")
    return text.str.contains(_MIXED) | (text.str.len_chars() > LONGEST)
