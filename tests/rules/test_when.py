"""Conditions on columns agree with a plain reading of SQL in exact fractions."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from fractions import Fraction
from operator import eq, ge, gt, le, lt, ne
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recon.errors import SourceError
from recon.rules.condition import Apply, Column, Condition, Expression, Value
from recon.rules.when.expr import to_expr
from recon.rules.when.parse import parse_condition

TYPES: dict[str, Any] = {
    "quantity": pl.Decimal(38, 6),
    "unit_price": pl.Decimal(38, 10),
    "row": pl.Int64,
    "category": pl.String,
    "order_date": pl.Date,
    "closed": pl.Boolean,
    "document_type": pl.String,
}
COMPARE = {"=": eq, "!=": ne, "<": lt, "<=": le, ">": gt, ">=": ge}


def holds(text: str, rows: list[dict[str, Any]], **options: Any) -> list[bool]:
    frame = pl.DataFrame([{name: row.get(name) for name in TYPES} for row in rows], schema=TYPES, orient="row")
    return frame.select(to_expr(parse_condition(text, TYPES), TYPES, **options).alias("holds")).to_series().to_list()


def one(text: str, **row: Any) -> bool:
    return holds(text, [row])[0]


# -- a second reading, row by row --------------------------------------------------------------------------------


def read(expression: Expression, row: dict[str, Any]) -> Any:
    if isinstance(expression, Column):
        value = row[expression.name]
        return Fraction(value) if isinstance(value, (Decimal, int)) and not isinstance(value, bool) else value
    if isinstance(expression, Value):
        return Fraction(expression.value) if isinstance(expression.value, Decimal) else expression.value
    values = [read(operand, row) for operand in expression.operands]
    return OPERATORS.get(expression.operator, lambda *both: compare(expression.operator, *both))(*values)


def compare(operator: str, left: Any, right: Any) -> bool | None:
    if left is None or right is None:
        return None
    if isinstance(left, date) and isinstance(right, str):
        right = date.fromisoformat(right)
    return bool(COMPARE[operator](left, right))


def negate(value: bool | None) -> bool | None:
    return None if value is None else not value


def conjunction(*values: bool | None) -> bool | None:
    return False if False in values else (None if None in values else True)


def disjunction(*values: bool | None) -> bool | None:
    return True if True in values else (None if None in values else False)


def number(operate: Any) -> Any:
    return lambda *values: None if None in values else operate(*values)


def like(text: str | None, pattern: str) -> bool | None:
    wild = "".join({"%": ".*", "_": "."}.get(c, re.escape(c)) for c in pattern)
    return None if text is None else re.fullmatch(wild, text, re.DOTALL) is not None


OPERATORS: dict[str, Any] = {
    "and": conjunction,
    "or": disjunction,
    "not": negate,
    "is null": lambda value: value is None,
    "in": lambda value, *others: disjunction(*(compare("=", value, other) for other in others)),
    "between": lambda value, low, high: conjunction(compare(">=", value, low), compare("<=", value, high)),
    "like": like,
    "neg": number(lambda value: -value),
    "+": number(lambda a, b: a + b),
    "-": number(lambda a, b: a - b),
    "*": number(lambda a, b: a * b),
    "/": number(lambda a, b: a / b if b else None),
}

QUANTITIES = (
    st.none()
    | st.decimals(-1000, 1000, places=6)
    | st.sampled_from([Decimal(0), Decimal(1), Decimal(-1), Decimal("0.000001")])
)
PRICES = st.none() | st.decimals(-1000, 1000, places=10) | st.sampled_from([Decimal(0), Decimal("0.0000000001")])
TEXTS = st.none() | st.text("ab.%_\n*", max_size=3)
DATES = st.none() | st.dates(date(2024, 12, 30), date(2025, 1, 2))
ROWS = st.lists(
    st.fixed_dictionaries(
        {
            "quantity": QUANTITIES,
            "unit_price": PRICES,
            "row": st.none() | st.integers(-3, 3),
            "category": TEXTS,
            "order_date": DATES,
            "closed": st.none() | st.booleans(),
            "document_type": TEXTS,
        }
    ),
    min_size=1,
    max_size=5,
)
LITERALS = st.decimals(-10, 10, places=3) | st.sampled_from([Decimal(0), Decimal(1), Decimal("0.0000000001")])
NUMBERS = st.recursive(
    st.sampled_from([Column("quantity"), Column("unit_price"), Column("row")]) | LITERALS.map(Value),
    lambda inner: (
        st.builds(lambda operator, a, b: Apply(operator, (a, b)), st.sampled_from("+-*/"), inner, inner)
        | inner.map(lambda a: Apply("neg", (a,)))
    ),
    max_leaves=4,
)
WORDS = st.sampled_from([Column("category"), Column("document_type")]) | st.text("ab.%_\n*", max_size=3).map(Value)
DAYS = st.just(Column("order_date")) | st.dates(date(2024, 12, 30), date(2025, 1, 2)).map(
    lambda day: Value(day.isoformat())
)


def comparisons(of: st.SearchStrategy[Expression]) -> st.SearchStrategy[Expression]:
    return (
        st.builds(lambda operator, a, b: Apply(operator, (a, b)), st.sampled_from(sorted(COMPARE)), of, of)
        | st.tuples(of, of, of).map(lambda operands: Apply("between", operands))
        | st.lists(of, min_size=2, max_size=4).map(lambda operands: Apply("in", tuple(operands)))
        | of.map(lambda a: Apply("is null", (a,)))
    )


FACTS = (
    comparisons(NUMBERS)
    | comparisons(WORDS)
    | st.builds(lambda operator, b: Apply(operator, (Column("order_date"), b)), st.sampled_from(sorted(COMPARE)), DAYS)
    | st.builds(lambda pattern: Apply("like", (Column("category"), Value(pattern))), st.text("ab.%_\n*", max_size=4))
    | comparisons(NUMBERS).map(lambda fact: Apply("=", (fact, Column("closed"))))
    | st.sampled_from([Column("closed"), Value(value=True), Value(value=False), Value(None)])
)
CONDITIONS = st.recursive(
    FACTS,
    lambda inner: (
        st.builds(
            lambda word, parts: Apply(word, tuple(parts)),
            st.sampled_from(["and", "or"]),
            st.lists(inner, min_size=2, max_size=3),
        )
        | inner.map(lambda a: Apply("not", (a,)))
    ),
    max_leaves=5,
)


@settings(max_examples=400, deadline=None)
@given(CONDITIONS, ROWS)
def test_columns_and_rows_agree(expression: Expression, rows: list[dict[str, Any]]) -> None:
    frame = pl.DataFrame(rows, schema=TYPES, orient="row")
    expr = to_expr(Condition("random", expression), TYPES)
    answers = frame.with_columns(expr.alias("holds")).get_column("holds").to_list()
    assert answers == [read(expression, row) is True for row in rows]


# -- what matters, one by one ------------------------------------------------------------------------------------


def test_a_product_keeps_every_digit() -> None:
    row = {"quantity": Decimal("0.000001"), "unit_price": Decimal("0.0000000001")}
    assert one("quantity * unit_price > 0", **row)
    assert one("quantity * unit_price = 0.0000000001 * 0.000001", **row)


def test_a_quotient_is_never_rounded() -> None:
    row = {"quantity": Decimal(1), "unit_price": Decimal(3)}
    assert one("quantity / unit_price * 3 = 1", **row)
    assert one("quantity / unit_price > 0.3333333333", **row)
    assert one("quantity / -unit_price < -0.3333333333", **row)


def test_dividing_by_zero_gives_null_which_does_not_hold() -> None:
    row = {"quantity": Decimal(1), "unit_price": Decimal(0)}
    assert not one("quantity / unit_price > 0", **row)
    assert not one("not quantity / unit_price > 0", **row)
    assert one("quantity / unit_price is null", **row)


def test_a_literal_with_more_digits_than_the_column_is_compared_exactly() -> None:
    assert one("quantity < 1.0000000001", quantity=Decimal(1))
    assert not one("quantity = 1.0000000001", quantity=Decimal(1))


def test_null_holds_neither_a_condition_nor_its_opposite() -> None:
    assert holds("quantity < 50", [{}]) == holds("not quantity < 50", [{}]) == [False]
    assert holds("category not in ('a', 'b')", [{}, {"category": "c"}]) == [False, True]


def test_text_compares_as_it_is_written() -> None:
    assert not one("category = 'Services'", category="services")
    assert not one("category like 'S%'", category="services")


def test_like_has_no_other_wildcards_than_its_two() -> None:
    rows = [{"category": text} for text in ("a.c", "abc", "a\nc", "xa.c", "a.cx")]
    assert holds("category like 'a.c'", rows) == [True, False, False, False, False]
    assert holds("category like 'a_c'", rows) == [True, True, True, False, False]
    assert one(r"category like '[a-z]+\d$#&~ <>%'", category=r"[a-z]+\d$#&~ <> and more")


def test_quantities_are_magnitudes_where_the_caller_says_so() -> None:
    rows = [{"quantity": Decimal(-60)}, {"quantity": Decimal(60)}, {"quantity": Decimal(-40)}]
    assert holds("quantity < 50", rows) == [True, False, True]
    assert holds("quantity < 50", rows, magnitudes=("quantity",)) == [False, False, True]
    assert holds("quantity * 1 < 50", rows, magnitudes=("quantity",)) == [False, False, True]


def test_columns_may_have_other_names_in_the_frame() -> None:
    condition = parse_condition("quantity > 1 and quantity * 2 > 3", TYPES)
    frame = pl.DataFrame({"order_quantity": [Decimal(2)]}, schema={"order_quantity": pl.Decimal(38, 6)})
    assert frame.select(to_expr(condition, TYPES, lambda name: f"order_{name}")).item()


def test_one_outsized_row_does_not_spoil_the_others() -> None:
    outsized = {"quantity": Decimal("9" * 12), "unit_price": Decimal("9" * 12)}
    tiny = {"quantity": Decimal("0.000001"), "unit_price": Decimal("0.0000000001")}
    plain = {"quantity": Decimal(2), "unit_price": Decimal(1)}
    assert holds("quantity * unit_price * quantity > 1", [outsized, tiny]) == [True, False]
    assert holds("quantity * unit_price * quantity > 1", [outsized, tiny, plain]) == [True, False, True]


def test_a_row_past_every_precision_is_refused_and_named() -> None:
    row = {"quantity": Decimal("999999999999.999999"), "unit_price": Decimal("999999999999.9999999999")}
    with pytest.raises(
        SourceError, match=r"'quantity \* unit_price > 1' needs more than 37 digits.*quantity 999999999999\.999999"
    ):
        one("quantity * unit_price > 1", **row)


def test_a_single_column_past_every_precision_is_refused_and_named() -> None:
    told = "needs more than 37 digits for a row with quantity 999999999999.999999\n"
    with pytest.raises(SourceError, match=told):
        one("quantity * quantity * quantity > 1", quantity=Decimal("999999999999.999999"))


def test_a_refusal_says_nothing_of_expressions() -> None:
    with pytest.raises(SourceError) as caught:
        one("quantity * quantity * quantity > 1", quantity=Decimal("999999999999.999999"))
    assert str(caught.value).splitlines() == [
        "the condition 'quantity * quantity * quantity > 1' needs more than 37 digits for a row with quantity 999999999999.999999",
        "  Correct the row; its numbers are not plausible as they stand.",
    ]


def test_numbers_that_pass_every_precision_without_a_column_are_refused() -> None:
    wide = f"{'9' * 15}.{'9' * 10}"
    with pytest.raises(SourceError, match="needs more than 37 digits"):
        one(f"{wide} * {wide} > 1")


def test_a_column_that_the_source_does_not_have_is_null() -> None:
    condition = parse_condition("quantity < 5 or quantity * 2 < 5 or quantity is null", TYPES)
    frame = pl.DataFrame({"quantity": [None]}, schema={"quantity": pl.String})
    assert frame.select(to_expr(condition, {"quantity": pl.String()})).item()


def test_a_frame_without_rows_has_no_answers() -> None:
    assert holds("quantity * unit_price / 3 > 1 and closed", []) == []


def test_it_works_lazily_and_beside_other_columns() -> None:
    frame = pl.LazyFrame({"quantity": [Decimal(1), Decimal(3)]}, schema={"quantity": pl.Decimal(38, 6)})
    condition = parse_condition("quantity * 2 > 3", TYPES)
    assert frame.filter(to_expr(condition, TYPES)).collect().get_column("quantity").to_list() == [Decimal(3)]
