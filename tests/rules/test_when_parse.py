"""A `when` is SQL's conditions and nothing else: what it means, and what is refused where."""

from __future__ import annotations

from decimal import Decimal

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recon.rules.condition import Apply, Column, Expression, Value
from recon.rules.when.expr import LINE_COLUMNS, LINE_SYNONYMS, POLICY_COLUMNS
from recon.rules.when.parse import ConditionError, parse_condition

TYPES = {
    "amount": pl.Decimal(38, 6),
    "quantity": pl.Decimal(38, 6),
    "category": pl.String,
    "order_date": pl.Date,
    "closed": pl.Boolean,
}


def spelt(expression: Expression) -> str:
    """Return an expression with every bracket, so that precedence can be read."""
    if isinstance(expression, Column):
        return expression.name
    if isinstance(expression, Value):
        return repr(expression.value) if isinstance(expression.value, str) else str(expression.value)
    return f"({expression.operator} {' '.join(map(spelt, expression.operands))})"


@pytest.mark.parametrize(
    ("text", "meaning"),
    [
        ("amount < 50", "(< amount 50)"),
        ("AMOUNT < 50", "(< amount 50)"),
        ("amount < 50 or closed and amount > 9", "(or (< amount 50) (and closed (> amount 9)))"),
        ("(amount < 50 or closed) and amount > 9", "(and (or (< amount 50) closed) (> amount 9))"),
        ("not closed and closed", "(and (not closed) closed)"),
        ("not amount = 5", "(not (= amount 5))"),
        ("amount + 2 * quantity > 1", "(> (+ amount (* 2 quantity)) 1)"),
        ("amount - 2 - quantity > 1", "(> (- (- amount 2) quantity) 1)"),
        ("amount / 2 * -quantity <> -1", "(!= (* (/ amount 2) (neg quantity)) -1)"),
        ("amount == 1", "(= amount 1)"),
        ("category IN ('a', 'it''s')", "(in category 'a' \"it's\")"),
        ("category not in ('a')", "(not (in category 'a'))"),
        ("category Not Like 'a%_'", "(not (like category 'a%_'))"),
        ("amount between 1 and 2 and closed", "(and (between amount 1 2) closed)"),
        ("amount not between 1 and 2", "(not (between amount 1 2))"),
        ("category is null or category is not null", "(or (is null category) (not (is null category)))"),
        ("order_date >= '2025-01-31'", "(>= order_date '2025-01-31')"),
        ("closed = true", "(= closed True)"),
        ("amount > 0.05", "(> amount 0.05)"),
        ('"amount" > 1', "(> amount 1)"),
        ("true", "True"),
    ],
)
def test_conditions_mean_what_they_mean_in_sql(text: str, meaning: str) -> None:
    assert spelt(parse_condition(text, TYPES).expression) == meaning


def test_a_condition_keeps_its_text_and_exact_decimals() -> None:
    condition = parse_condition("amount > 0.1000000001", TYPES)
    assert condition.text == "amount > 0.1000000001"
    assert condition.expression == Apply(">", (Column("amount"), Value(Decimal("0.1000000001"))))


@pytest.mark.parametrize(
    ("text", "position", "message"),
    [
        ("", 0, "the condition is empty"),
        ("amount <", 8, "is needed here, not the end"),
        ("amount < 50)", 11, "the end of the condition is needed here, not ')'"),
        ("(amount < 50", 12, "')' is needed here, not the end"),
        ("amonut < 50", 0, "unknown column 'amonut' (did you mean 'amount'?)"),
        ("category = services", 11, "unknown column 'services'"),
        ("category = 5", 11, "a text cannot be compared with a number"),
        ("amount < '5'", 9, "a number cannot be compared with a text"),
        ("amount = order_date", 9, "a number cannot be compared with a date"),
        ("order_date = category", 13, "a date cannot be compared with a text column"),
        ("order_date > '31.01.2025'", 13, "is not a date"),
        ("order_date > '20250131'", 13, "is not a date"),
        ("closed > true", 9, "true and false have no order"),
        ("amount = null", 9, "a comparison with null never holds"),
        ("category in ('a', null)", 18, "a comparison with null never holds"),
        ("amount", 0, "must be true or false, not a number"),
        ("closed and category", 11, "must be true or false, not a text"),
        ("not amount", 4, "must be true or false, not a number"),
        ("category + 1 > 2", 0, "a number is needed here, not a text"),
        ("amount < 5 < 6", 11, "comparisons do not chain"),
        ("category like category", 14, "needs a pattern in quotes"),
        ("amount like '5%'", 0, "'like' compares text"),
        ("amount not < 5", 11, "after 'not' is needed here"),
        ("amount between 1 or 2", 17, "'and' is needed here, not 'or'"),
        ("category = 'x", 11, "the quote that opens here is not closed"),
        ("amount > 1e3", 9, "'1e3' is not a number here"),
        ("amount > 1_000", 9, "'1_000' is not a number here"),
        ("amount > 0.12345678901", 9, "is not a number here"),
        ("amount > 5%", 10, "unexpected '%'"),
        ("amount > 5; select 1", 10, "unexpected ';'"),
        ("read_csv('/etc/passwd') is null", 0, "functions such as read_csv(...) are not supported"),
        ("category = (select category)", 12, "unknown column 'select'"),
        ("closed -- comment", 0, "a number is needed here, not true or false"),
    ],
)
def test_what_is_wrong_is_told_with_its_position(text: str, position: int, message: str) -> None:
    with pytest.raises(ConditionError) as caught:
        parse_condition(text, TYPES)
    assert message in caught.value.message
    assert caught.value.offset == position


@pytest.mark.parametrize(
    "text",
    ["(" * 5000, "not " * 400 + "closed", "- " * 900 + "amount > 1", "+".join(["amount"] * 200) + " > 1", "x" * 2001],
    ids=["brackets", "nots", "signs", "sums", "letters"],
)
def test_depth_and_length_are_bounded(text: str) -> None:
    with pytest.raises(ConditionError, match=r"nested more than|longer than"):
        parse_condition(text, TYPES)


def test_many_alternatives_are_no_depth() -> None:
    text = " or ".join(f"amount = {n}" for n in range(100))
    assert isinstance(parse_condition(text, TYPES).expression, Apply)


def test_without_types_only_names_are_checked() -> None:
    assert parse_condition("a = 5 and b like 'x%' and a = 'y'", ["a", "b"])
    with pytest.raises(ConditionError, match="unknown column 'c'"):
        parse_condition("c", ["a", "b"])


def test_policies_name_order_columns_bare_and_tolerances_with_their_prefix() -> None:
    assert parse_condition("category = 'x' and due_date > order_date", POLICY_COLUMNS)
    both = parse_condition("amount < 50 and order_amount > 50 and order_category = 'x'", LINE_COLUMNS, LINE_SYNONYMS)
    assert spelt(both.expression) == "(and (< amount 50) (> order_amount 50) (= order_category 'x'))"


@pytest.mark.parametrize("name", ["order_date", "order_order_date"])
def test_order_date_is_the_orders_own(name: str) -> None:
    condition = parse_condition(f"invoice_date < {name}", LINE_COLUMNS, LINE_SYNONYMS)
    assert spelt(condition.expression) == "(< invoice_date order_order_date)"


WORDS = [
    "amount",
    "category",
    "closed",
    "and",
    "or",
    "not",
    "in",
    "like",
    "between",
    "is",
    "null",
    "(",
    ")",
    ",",
    "'x'",
    "5",
    "<",
    "=",
    "-",
    "*",
    "/",
    "'",
]


@settings(max_examples=400, deadline=None)
@given(st.text(max_size=60) | st.lists(st.sampled_from(WORDS), max_size=15).map(" ".join))
def test_any_text_is_a_condition_or_a_rules_error_inside_it(text: str) -> None:
    assert 0 <= offset_of_complaint(text) <= len(text)


def offset_of_complaint(text: str) -> int:
    try:
        parse_condition(text, TYPES)
    except ConditionError as error:
        return error.offset
    return 0
