"""Flags of lines that lie in several pieces of memory, one of which has none of those that are flagged."""

from __future__ import annotations

import polars as pl

from recon.match.compare.flags import Flag, _flagged


def test_a_piece_without_flagged_rows_is_no_matter():
    one, two = (pl.DataFrame({"id": [1, 2], "unit": [unit] * 2, "odd": [unit == "KG"] * 2}) for unit in ("EA", "KG"))
    flag = Flag("uom_mismatch", pl.col("odd"), pl.format("{} on the receipt", "unit"))
    found = _flagged(pl.concat([one, two], rechunk=False), (flag,), "receipt", "id", pl.lit(None))
    assert found.select("id", "detail").rows() == [(1, "KG on the receipt"), (2, "KG on the receipt")]
