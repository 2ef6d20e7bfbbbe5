"""Name twins: suppliers of one normalised name that nothing on file tells apart."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from recon.match.resolve.names import normalise_names
from recon.match.resolve.parties import MOST_ALIKE

if TYPE_CHECKING:
    from recon.match.resolve.parties import Known

TWINS = {"one": pl.String, "other": pl.String}
"""Two supplier keys, the lesser first."""


def name_twins(known: Known, named: pl.Series) -> pl.DataFrame:
    """Return the pairs (TWINS) among the suppliers `named` whose names on file are equal, and their legal forms where both give one.

    Not where both have VAT ids on file and none in common, or both have IBANs and none in common.
    """
    listed = known.candidates("name").filter(pl.col("supplier_id").is_in(named.implode()))
    if listed["supplier_id"].n_unique() < 2:
        return pl.DataFrame(schema=TWINS)
    names = normalise_names(listed["value"]).filter("usable", ~pl.col("mixed"))
    spread = names.select("form", "glued", "keys", value="name").explode("keys", empty_as_null=False)
    owned = spread.join(listed, on="value").drop("value").unique().sort("keys", "supplier_id")
    few = owned.filter(pl.col("keys").is_duplicated(), pl.col("supplier_id").cum_count().over("keys") <= MOST_ALIKE)
    met = few.join(few, on="keys").filter(pl.col("supplier_id") < pl.col("supplier_id_right"))
    either_bare = (pl.col("form") == "") | (pl.col("form_right") == "")
    alike = either_bare | (pl.col("form") == pl.col("form_right")) | (pl.col("glued") == pl.col("glued_right"))
    pairs = met.filter(alike).select(one="supplier_id", other="supplier_id_right").unique()
    for kind in ("vat_id", "iban"):
        pairs = pairs.join(_told_apart(pairs, known.of(kind)), on=["one", "other"], how="anti")
    return pairs.sort("one", "other")


def _told_apart(pairs: pl.DataFrame, on_file: pl.DataFrame) -> pl.DataFrame:
    """Return the pairs of which both have something on file, and nothing in common."""
    both = pairs.join(on_file, left_on="one", right_on="supplier_id").join(
        on_file, left_on="other", right_on="supplier_id"
    )
    shared = (pl.col("value") == pl.col("value_right")).any()
    return both.group_by("one", "other").agg(shared.alias("shared")).filter(~pl.col("shared")).drop("shared")
