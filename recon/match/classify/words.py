"""Sentences: a template becomes one Polars expression over the columns of discrepancies."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import polars as pl

from recon.codes import ORDER
from recon.errors import InvariantError
from recon.match.classify.hints import HINTS
from recon.match.classify.wording import KINDS, is_given

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_PIECE = re.compile(r"\{(?P<name>\w+)(?::(?P<kind>\w+))?(?:\|(?P<otherwise>[^}]*))?\}")
_SIZE = "size"
CONDITIONS: Mapping[str, pl.Expr] = {
    "more": pl.coalesce("sign", pl.col("variance").sign().cast(pl.Int8)) > 0,
    "over": pl.col("variance") > 0,
    "one": pl.col("variance").abs() == 1,
    "ahead": pl.col("before") != 0,
    "shared": pl.col("part") != pl.col("variance"),
    "partly": pl.col("part") != pl.col("actual"),
    "expecting": pl.col("expected") != 0,
    "corrects_nothing": (pl.col("line_type") == "price_difference") & (pl.col("expected") == 0),
    "discounted": pl.col("expected") < 0,
    "net": pl.col("detail") == "net",
    "credits": pl.col("amount_at_risk") < 0,
    "credited": is_given("credited_by") & (pl.col("amount_at_risk") > 0),
    "order_line": is_given("po_number") & is_given("po_line"),
    "po_number": is_given("po_number"),
    "several_receipts": pl.col("receipt_numbers").str.contains(", ", literal=True),
    "in_money": pl.col("measure") == "amount",
    "in_part": is_given("part"),
    "one_rejected": (pl.col("kind") == ORDER) & (pl.col("variance") == 1),
    "on_order": pl.col("kind") == ORDER,
    "ruled": is_given("tolerance"),
    "receipts": is_given("receipt_numbers"),
    **{column: is_given(column) for column in ("item", "description", "detail", *HINTS) if column != "credited_by"},
}
"""When one turn of a phrase is used rather than the next."""


@dataclass(frozen=True, eq=False)
class Language:
    """What is said of each code, and the phrases that sentences share.

    A template holds pieces: `{column}` is text, `{column:kind}` a number as KINDS write it, `{column:kind|otherwise}` says
    what stands where there is none, `{size:kind}` is the variance without its sign, `{phrase}` is a phrase. A phrase is a
    template for each condition, the first that holds is said; the condition "" always does.
    """

    sentences: Mapping[str, str]
    phrases: Mapping[str, Mapping[str, str]]

    def sentence(self, code: str, *, apart: bool = False) -> pl.Expr:
        """Return what is said of `code`, an expression over discrepancies; `apart`: its numbers are written already (`written`)."""
        return _rendered(self.sentences[code], self, apart)

    def written(self, codes: Iterable[str]) -> Iterable[pl.Expr]:
        """Return the numbers that sentences tell, as columns: many tell the same, and to write one is most of the work."""
        pieces = {name for code in codes for name in _apart(self.sentences[code], self)}
        for name in sorted(pieces):
            yield _written(name)

    def columns_told(self, code: str) -> list[str]:
        """Return the columns of discrepancies that the sentence of a code tells, `code` first."""
        return list(dict.fromkeys(("code", *self.sentence(code).meta.root_names())))

    def codes_that_tell(self, column: str) -> list[str]:
        """Return the codes whose sentence needs `column`."""
        return _codes_that_tell(column, self)


@cache
def _codes_that_tell(column: str, language: Language) -> list[str]:
    return [code for code, template in language.sentences.items() if column in _told(template, language)]


@cache
def _told(template: str, language: Language) -> frozenset[str]:
    """Return the columns that a template and its phrases tell, or ask for, without putting them into words."""
    told: set[str] = set()
    for piece in _PIECE.finditer(template):
        name = piece["name"]
        if piece[0] != f"{{{name}}}" or name not in language.phrases:
            told.add("variance" if name == _SIZE else name)
            continue
        for condition, turn in language.phrases[name].items():
            told |= {*_told(turn, language), *(CONDITIONS[condition].meta.root_names() if condition else ())}
    return frozenset(told)


@cache
def _written(name: str) -> pl.Expr:
    column, kind = name.split(":")
    return KINDS[kind](column).alias(name)


@cache
def _apart(template: str, language: Language) -> frozenset[str]:
    return frozenset(name for name in _rendered(template, language, apart=True).meta.root_names() if ":" in name)


@cache
def _rendered(template: str, language: Language, apart: bool) -> pl.Expr:
    """Return a template as one expression: `{actual:number} of {item}` -> `12 of item M`."""
    parts, end = [], 0
    for piece in _PIECE.finditer(template):
        parts += [pl.lit(template[end : piece.start()]), _piece(piece, language, apart)]
        end = piece.end()
    return pl.concat_str(*parts, pl.lit(template[end:]))


def _piece(piece: re.Match[str], language: Language, apart: bool) -> pl.Expr:
    name, kind = piece["name"], piece["kind"] or "text"
    if piece[0] == f"{{{name}}}" and name in language.phrases:
        return _phrase(language.phrases[name], language, apart)
    if kind not in KINDS:
        raise InvariantError(f"a sentence has the piece {piece[0]}, and {kind} is no kind of {', '.join(KINDS)}")
    column = "variance" if name == _SIZE else name
    said = pl.col(f"{column}:{kind}") if apart and kind != "text" else KINDS[kind](column)
    said = said.str.strip_prefix("-") if name == _SIZE else said
    return said.fill_null(piece["otherwise"] or ("" if kind == "text" else "?"))


def _phrase(turns: Mapping[str, str], language: Language, apart: bool) -> pl.Expr:
    said: pl.Expr = _rendered(turns[""], language, apart)
    for condition, template in reversed([turn for turn in turns.items() if turn[0]]):
        said = pl.when(CONDITIONS[condition]).then(_rendered(template, language, apart)).otherwise(said)
    return said
