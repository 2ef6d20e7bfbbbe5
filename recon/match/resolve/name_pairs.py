"""Which two supplier names may be one: candidates by shared rare letter groups, and a score for each pair alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from recon.match.resolve.names import common_words

if TYPE_CHECKING:
    from collections.abc import Iterable

GRAM = 4
SMALL_GRAM, SMALL = 3, 2000
"""Against fewer known names than `SMALL`, letter groups are shorter: more pairs meet, and there is time for them."""
CANDIDATES = 8
"""How many pairs a name are scored."""
PAIR_BUDGET = 600
"""How many known names a name may meet through its rare letter groups; its commoner ones are then not looked up."""
LEAST_SHARE = 30
"""Candidates with less than this percent of the best one's likeness are not scored. Against fewer known names than `SMALL`
all are: there a letter group that two of a handful share counts as common, and a near twin would go unseen."""
CHUNK = 20_000
OTHER_FORM = 5.0
"""What a score loses when both names give a legal form and the two differ."""
CUT_SHORT = 95.0
"""The least score of a name that is another one cut short, as fields of 20 to 40 letters do."""
_CUT_FROM, _CUT_WORD = 15, 3
_CARRIES = 4
_SLIP, _WRONG_LETTER, _TWO_SLIPS = 6, 7, 12
_HIGH = 32


def _grams(names: pl.DataFrame, size: int) -> pl.DataFrame:
    """Return `id`, `gram`: the distinct groups of so many letters of each name, the ends of words included."""
    padded = pl.concat_str(pl.lit(" "), pl.col("ordered"), pl.lit(" "))
    places = pl.int_ranges(0, pl.col("text").str.len_chars().cast(pl.Int64) - size + 1)
    spread = names.lazy().select("id", text=padded).with_columns(place=places).explode("place", empty_as_null=False)
    return spread.select("id", gram=pl.col("text").str.slice(pl.col("place"), size)).unique().collect()


def candidates(names: pl.DataFrame, known: pl.DataFrame) -> pl.DataFrame:
    """Return the pairs worth scoring: `id`, `known_id`, at most `CANDIDATES` a name.

    Both frames have a unique `id` (UInt32) and `ordered`. A name is looked up by its rarest letter groups among the
    known names, as many as meet at most `PAIR_BUDGET` of them; the rarest may meet twice as many. Weights are whole numbers, so that the
    order in which they are added changes nothing.
    """
    size = SMALL_GRAM if known.height < SMALL else GRAM
    index = _grams(known, size)
    frequency = pl.len().cast(pl.Int64)
    rarity = index.group_by("gram").agg(frequency=frequency).sort("gram").with_row_index("group")
    weight = ((known.height / pl.col("frequency")).log() ** 2 * 1000).round().cast(pl.Int64) + 1
    rarity = rarity.with_columns(weight=weight)
    postings = index.rename({"id": "known_id"}).join(rarity, on="gram")[["group", "known_id", "weight"]]
    norms = postings.group_by("known_id").agg(norm=pl.col("weight").sum().sqrt())
    postings = postings.drop("weight")
    least = 0 if known.height < SMALL else LEAST_SHARE
    chunks = [_chunk(_grams(part, size), postings, rarity, norms, least) for part in names.iter_slices(CHUNK)]
    return pl.concat([pl.DataFrame(schema={"id": pl.UInt32, "known_id": pl.UInt32}), *chunks])


def _chunk(
    grams: pl.DataFrame, postings: pl.DataFrame, rarity: pl.DataFrame, norms: pl.DataFrame, least: int
) -> pl.DataFrame:
    rarest_first = grams.join(rarity, on="gram").sort("id", "frequency", "group")
    within = pl.col("frequency").cum_sum().over("id") <= PAIR_BUDGET
    rarest = (pl.col("group").cum_count().over("id") == 1) & (pl.col("frequency") <= 2 * PAIR_BUDGET)
    rare = rarest_first.filter(within | rarest)[["id", "group", "weight"]]
    pair = pl.col("id").cast(pl.UInt64) * 2**_HIGH + pl.col("known_id")
    met = rare.join(postings, on="group").select("weight", pair=pair).group_by("pair").agg(pl.col("weight").sum())
    likeness = met.select(
        "weight", id=(pl.col("pair") // 2**_HIGH).cast(pl.UInt32), known_id=(pl.col("pair") % 2**_HIGH).cast(pl.UInt32)
    ).join(norms, on="known_id")
    likely = likeness.select("id", "known_id", like=pl.col("weight") / pl.col("norm"))
    near = likely.filter(pl.col("like") * 100 >= least * pl.col("like").max().over("id"))
    best = near.sort(["id", "like", "known_id"], descending=[False, True, False])
    return best.group_by("id", maintain_order=True).head(CANDIDATES)[["id", "known_id"]]


def scores(left: pl.DataFrame, right: pl.DataFrame) -> pl.Series:
    """Return 0-100 a pair: the better of the words in alphabetical and in given order, less `OTHER_FORM` if due, and at
    least `CUT_SHORT` where one name is the other cut short.

    Both frames are of normalised names and of one height. The score depends on the two names alone.
    """
    both = pl.DataFrame(
        {
            "words": _ratios(left["ordered"], right["ordered"]),
            "letters": _ratios(left["core"], right["core"]),
            "other": other_form(left, right),
            "cut": cut_short(left, right),
        }
    )
    best = pl.max_horizontal("words", "letters", pl.when("cut").then(CUT_SHORT))
    return both.select(pl.when("other").then(best - OTHER_FORM).otherwise(best).clip(0).round(2)).to_series()


def cut_short(left: pl.DataFrame, right: pl.DataFrame) -> pl.Series:
    """Return, pair by pair, whether one name ends in the middle of a word of the other and is equal up to there."""
    pairs = zip(left["plain"], right["plain"], strict=True)
    cut = pl.Series([_is_cut(*sorted(pair, key=len)) for pair in pairs], dtype=pl.Boolean)
    return cut & (left["core"].str.len_chars() >= _CUT_FROM) & (right["core"].str.len_chars() >= _CUT_FROM)


def _is_cut(short: str, long: str) -> bool:
    """Return whether `long` goes on within the last word of `short`, of which at least `_CUT_WORD` letters are there."""
    goes_on = long.startswith(short) and long[len(short) :][:1] not in ("", " ")
    return goes_on and len(short) - short.rfind(" ") > _CUT_WORD


def _ratios(left: Iterable[str], right: Iterable[str]) -> pl.Series:
    from rapidfuzz import fuzz

    return pl.Series([fuzz.ratio(a, b) for a, b in zip(left, right, strict=True)], dtype=pl.Float64)


def other_form(left: pl.DataFrame, right: pl.DataFrame) -> pl.Series:
    """Return, pair by pair, whether both names give a legal form and the two differ."""
    return (left["form"] != right["form"]) & (left["form"] != "") & (right["form"] != "")


def doubts(left: pl.DataFrame, right: pl.DataFrame) -> pl.Series:
    """Return, pair by pair, why the two may not be taken for one unseen; empty where nothing speaks against it.

    Words agree when equal, when run together or apart they are, or when a slip separates them and another word, that
    few suppliers share, is equal.
    """
    cores = zip(left["core"], right["core"], strict=True)
    apart = pl.Series([_disagreement(a.split(), b.split()) for a, b in cores], dtype=pl.String)
    mixed = left["mixed"] | right["mixed"]
    frame = pl.DataFrame(
        {"mixed": mixed, "other": other_form(left, right), "cut": cut_short(left, right), "apart": apart}
    )
    forms = frame.with_columns(here=left["form"], there=right["form"])
    return forms.select(
        pl.when("mixed")
        .then(pl.lit("two alphabets in one word, or too long a name"))
        .when("other")
        .then(pl.format("legal form {} / {}", "here", "there"))
        .when(~pl.col("cut") & (pl.col("apart") != ""))
        .then(pl.format("words differ: {}", "apart"))
        .otherwise(pl.lit(""))
    ).to_series()


def _disagreement(left: list[str], right: list[str]) -> str:
    here, there = _without(left, right), _without(right, left)
    if "".join(here) == "".join(there):
        return ""
    shared = _without(left, here)
    carried = any(len(word) >= _CARRIES and word not in common_words() for word in shared)
    if carried and _slip("".join(here), "".join(there)):
        return ""
    return f"{' '.join(here) or '-'} / {' '.join(there) or '-'}"


def _without(words: list[str], others: list[str]) -> list[str]:
    left = list(others)
    kept = []
    for word in words:
        if word in left:
            left.remove(word)
        else:
            kept.append(word)
    return kept


def _slip(left: str, right: str) -> bool:
    """Return whether a slip of the keys explains the difference: a letter too many, missing or swapped from six letters
    on, a wrong letter from seven (in shorter words it makes other names: Larsen, Larson), two slips from twelve.
    """
    from rapidfuzz.distance import OSA

    if any(letter.isdigit() for letter in left + right):
        return False
    shorter = min(len(left), len(right))
    replaced = len(left) == len(right) and sorted(left) != sorted(right)
    allowed = 2 if shorter >= _TWO_SLIPS else 1 if shorter >= (_WRONG_LETTER if replaced else _SLIP) else 0
    return OSA.distance(left, right) <= allowed
