"""Rows that are picked come in one piece; columns are put beside lines as a join puts them."""

import polars as pl
import pytest

from recon.engine.joins import where, with_columns_of, with_rows_of


def test_where_leaves_no_piece_without_rows() -> None:
    """Polars panics where such a piece is formatted: two files, and nothing of the first is asked for."""
    both = pl.concat([pl.DataFrame({"a": ["x"], "n": [1]}), pl.DataFrame({"a": ["y"], "n": [2]})])
    for asked in (pl.col("n") > 1, both["n"] > 1):
        picked = where(both, asked)
        assert picked["a"].chunk_lengths() == [1]
        assert picked.select(pl.format("{}/{}", "a", "n")).item() == "y/2"


@pytest.mark.parametrize("holds", [lambda n: n % 7 == 3, lambda n: n % 7 != 3, lambda n: n > 1_000, lambda n: n > -1])
def test_where_keeps_what_a_filter_keeps(holds) -> None:
    """Few rows, many, none and all of them; nothing is known of the last."""
    frame = pl.DataFrame({"n": [*range(500), None], "text": [f"t{n}" for n in range(501)]})
    assert where(frame, holds(frame["n"])).equals(frame.filter(holds(pl.col("n"))))


@pytest.mark.parametrize("found", [range(300), range(10), [*range(1, 300), 0], range(0, 300, 2), [0, 0, 2]])
def test_columns_stand_beside_lines_as_a_join_puts_them(found) -> None:
    """Ids that are row numbers of all that is found, of less than is asked for, out of order, with gaps."""
    lines = pl.DataFrame({"id": [*range(299, -1, -1), None, 5]})
    told = pl.DataFrame({"id": list(found), "told": [f"t{n}" for n in found]}).unique("id", maintain_order=True)
    joined = lines.join(told, on="id", how="left", maintain_order="left")
    assert with_columns_of(lines, told, "id").equals(joined, null_equal=True)


def test_few_rows_are_told_otherwise_and_the_others_stay() -> None:
    lines = pl.DataFrame({"id": [1, 2, 3], "flag": [False, True, None], "text": ["a", None, "c"]})
    told = with_rows_of(
        lines, pl.Series([False, True, True]), pl.DataFrame({"flag": [None, True], "text": ["b", None]})
    )
    assert told.rows() == [(1, False, "a"), (2, None, "b"), (3, True, None)]
    assert lines.rows() == [(1, False, "a"), (2, True, None), (3, None, "c")]
