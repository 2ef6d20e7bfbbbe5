"""The words for what was decided of a party: both candidates by name, scores, and what spoke against."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from recon.engine.literals import literal

if TYPE_CHECKING:
    from recon.match.resolve.parties import Known
    from recon.rules.rule import SupplierRules


def with_reasons(judged: pl.DataFrame, known: Known, rules: SupplierRules) -> pl.DataFrame:
    """Add `supplier_reason`: null where the supplier was found by its id and nothing speaks against it."""
    by_id = (pl.col("method") == "id") & ~pl.col("unsure") & pl.col("against").is_null() & pl.col("vat_said").is_null()
    if judged.select(by_id.all()).item():
        return judged.with_columns(supplier_reason=pl.lit(None, pl.String))
    told = judged.with_columns(
        best_label=_label(judged, known, "best_id"),
        runner_label=_label(judged, known, "runner_up_id"),
        against_label=_label(judged.with_columns(first=pl.col("against").list.first()), known, "first"),
        lookalike=_lookalike(judged, known),
    )
    said = pl.format("{}; ", "vat_said")
    parts = [_unknown_id(), _by_order(), _contradicted(), said, _doubtful(rules), _unknown()]
    reason = pl.concat_str([part.fill_null("") for part in parts]).str.strip_chars_end("; ")
    said_of_all = told.select(pl.when(reason != "").then(reason).alias("supplier_reason"))
    return judged.hstack(said_of_all)


def _label(frame: pl.DataFrame, known: Known, column: str) -> pl.Series:
    """Return `id name` of the supplier whose id stands in `column`."""
    joined = frame.select(supplier_id=column).join(known.suppliers, on="supplier_id", how="left", maintain_order="left")
    name = pl.when(pl.col("supplier_name") != pl.col("supplier_id")).then(pl.format(" ({})", "supplier_name"))
    return joined.select(pl.concat_str(pl.col("supplier_id"), name.fill_null(""))).to_series()


def _lookalike(judged: pl.DataFrame, known: Known) -> pl.Series:
    """Return the one known id that differs from an unknown one only by leading zeros."""
    bare = pl.col("id_key").str.strip_chars_start("0")
    single = known.suppliers.select(bare=bare, lookalike="supplier_id").filter(pl.col("bare").is_unique())
    return judged.select(bare=bare).join(single, on="bare", how="left", maintain_order="left")["lookalike"]


def _text(template: str, *columns: str | pl.Expr) -> pl.Expr:
    return pl.format(template, *columns)


def _unknown_id() -> pl.Expr:
    by_id = pl.col("id_key").is_not_null() & (pl.col("method") != "id")
    zeros = _text("id {} is not known, {} differs from it by leading zeros only; ", "given_id", "lookalike")
    return pl.when(by_id).then(pl.coalesce(zeros, _text("id {} is not known; ", "given_id")))


def _by_order() -> pl.Expr:
    settled = _text("the order it cites is of {}; ", pl.coalesce("supplier_id", pl.lit("")))
    other = _text("the name alone is also like {}, score {}; ", "runner_label", _number("runner_up_score"))
    return pl.when("by_order").then(pl.concat_str(settled, other.fill_null("")))


def _contradicted() -> pl.Expr:
    text = _text("{} says {}, but the VAT id or IBAN belongs to {}; ", _method(), "best_label", "against_label")
    other = _text("{} says {}, but the VAT id or IBAN is not the one on file; ", _method(), "best_label")
    return pl.when(pl.col("against").is_not_null()).then(pl.coalesce(text, other))


def _doubtful(rules: SupplierRules) -> pl.Expr:
    pending = pl.col("unsure") & ~pl.col("by_order")
    fuzzy = _text("the name is like {}, score {}; ", "best_label", _number("best_score"))
    shared = _text("{} points to {}; ", _method(), "best_label")
    runner = _text("and like {}, score {}; ", "runner_label", _number("runner_up_score"))
    low = pl.when(pl.col("best_score") < literal(rules.accept)).then(pl.lit(f"accepted from {rules.accept}; "))
    near = pl.when("close").then(pl.lit(f"they are less than {rules.margin} apart or equal; "))
    doubt = pl.when(pl.col("doubt") != "").then(_text("{}; ", "doubt"))
    is_fuzzy = pl.col("method") == "fuzzy"
    first = pl.when(is_fuzzy).then(fuzzy).otherwise(shared)
    second = pl.when(is_fuzzy).then(runner).otherwise(_text("and to {}; ", "runner_label"))
    return pl.when(pending).then(pl.concat_str([part.fill_null("") for part in (first, second, low, near, doubt)]))


def _unknown() -> pl.Expr:
    given = pl.coalesce("given_id", "given_name", "given_vat_id", "given_iban").is_not_null()
    nearest = _text("no known supplier; the nearest name is {}, score {}", "runner_label", _number("runner_up_score"))
    none = (
        pl.when(given)
        .then(pl.lit("no supplier on file comes near what is given"))
        .otherwise(pl.lit("no supplier is given"))
    )
    return pl.when(pl.col("method") == "none").then(pl.coalesce(nearest, none))


def _method() -> pl.Expr:
    words = {"id": "the id", "vat_id": "the VAT id", "iban": "the IBAN", "alias": "the alias", "name": "the name"}
    return pl.col("method").replace(words)


def _number(column: str) -> pl.Expr:
    return pl.col(column).cast(pl.Decimal(5, 2)).cast(pl.String).str.strip_chars_end("0").str.strip_chars_end(".")
