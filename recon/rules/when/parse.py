"""A `when` as text -> Condition: a tokenizer and a precedence parser that know SQL's conditions and nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from itertools import takewhile
from typing import TYPE_CHECKING, NoReturn

from recon.errors import did_you_mean
from recon.rules.condition import Apply, Column, Condition, Expression, Value
from recon.rules.when.kinds import Kind, check_comparison, kind_of_column
from recon.rules.when.tokens import ConditionError, Token, decimal_of, tokenize

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

DEEPEST = 32
COMPARISONS = {"=": "=", "==": "=", "<>": "!=", "!=": "!=", "<": "<", "<=": "<=", ">": ">", ">=": ">="}


@dataclass(frozen=True)
class Term:
    """A part that has been read: what it means, the kind of value it gives, where it begins, how deep it is."""

    expression: Expression
    kind: Kind
    offset: int
    depth: int = 0


def parse_condition(
    text: str, columns: Collection[str], synonyms: Mapping[str, str] | None = None, *, others: bool = False
) -> Condition:
    """Return what a SQL condition means. Names must be in `columns`; raises ConditionError with the position.

    Where `columns` maps names to Polars types, operands of different kinds are refused too. `synonyms` are further
    names of columns. With `others` a name in double quotes that is none of `columns` is a text column, and its name
    keeps the quotes: `"PO Status"`.
    """
    term = _Parser(tokenize(text), columns, synonyms or {}, others).whole()
    return Condition(text, term.expression)


class _Parser:
    """One method a level of precedence, loosest first: or, and, not, comparison, + -, * /, sign, operand."""

    def __init__(
        self, tokens: list[Token], columns: Collection[str], synonyms: Mapping[str, str], others: bool
    ) -> None:
        self.tokens = tokens
        self.at = 0
        self.open = 0
        self.columns = columns
        self.synonyms = synonyms
        self.others = others

    @property
    def token(self) -> Token:
        return self.tokens[self.at]

    def whole(self) -> Term:
        if self.token.kind == "end":
            raise ConditionError("the condition is empty", 0, "Write one such as: amount < 50")
        term = self._flag(self._either(), "the condition")
        if self.token.kind != "end":
            self._unexpected("the end of the condition")
        return term

    def _either(self) -> Term:
        return self._chain("or", self._both)

    def _both(self) -> Term:
        return self._chain("and", self._negation)

    def _chain(self, word: str, part: Callable[[], Term]) -> Term:
        terms = [part()]
        while self._take(word):
            terms.append(part())
        if len(terms) == 1:
            return terms[0]
        return self._apply(word, Kind.FLAG, *(self._flag(term, f"an operand of '{word}'") for term in terms))

    def _negation(self) -> Term:
        if not self._take("not"):
            return self._comparison()
        self._enter()
        operand = self._flag(self._negation(), "the operand of 'not'")
        self.open -= 1
        return self._apply("not", Kind.FLAG, operand)

    def _comparison(self) -> Term:
        left = self._sum()
        negated = self._take("not")
        term = self._worded(left)
        if term is None and not negated:
            term = self._signed(left)
        elif term is None:
            self._unexpected("'in', 'like' or 'between' after 'not'")
        if self.token.text in COMPARISONS:
            raise ConditionError("comparisons do not chain", self.token.offset, "Write a < b and b < c.")
        return self._apply("not", Kind.FLAG, term) if negated else term

    def _signed(self, left: Term) -> Term:
        if self._take("is"):
            negated = self._take("not")
            self._need("null")
            term = self._apply("is null", Kind.FLAG, left)
            return self._apply("not", Kind.FLAG, term) if negated else term
        sign = self.token
        if sign.text not in COMPARISONS or sign.kind != "sign":
            return left
        self.at += 1
        return self._compare(COMPARISONS[sign.text], left, self._sum())

    def _worded(self, left: Term) -> Term | None:
        if self._take("in"):
            self._need("(")
            terms = [self._sum()]
            while self._take(","):
                terms.append(self._sum())
            self._need(")")
            return self._compare("in", left, *terms)
        if self._take("between"):
            low = self._sum()
            self._need("and")
            return self._compare("between", left, low, self._sum())
        return self._like(left) if self._take("like") else None

    def _like(self, left: Term) -> Term:
        pattern = self._sum()
        if not isinstance(pattern.expression, Value) or pattern.kind is not Kind.TEXT:
            raise ConditionError(
                "'like' needs a pattern in quotes", pattern.offset, "Write: description like '%freight%'"
            )
        if left.kind not in {Kind.TEXT, Kind.ANY}:
            raise ConditionError(f"'like' compares text, not {left.kind.value}", left.offset)
        return self._apply("like", Kind.FLAG, left, pattern)

    def _compare(self, operator: str, left: Term, *others: Term) -> Term:
        for other in others:
            problem = check_comparison(operator, (left.expression, left.kind), (other.expression, other.kind))
            if problem:
                raise ConditionError(problem[0], other.offset, problem[1])
        return self._apply(operator, Kind.FLAG, left, *others)

    def _sum(self) -> Term:
        return self._arithmetic("+-", self._product)

    def _product(self) -> Term:
        return self._arithmetic("*/", self._signed_operand)

    def _arithmetic(self, signs: str, part: Callable[[], Term]) -> Term:
        term = part()
        while self.token.kind == "sign" and self.token.text in signs:
            sign = self.token.text
            self.at += 1
            term = self._apply(sign, Kind.NUMBER, self._number(term), self._number(part()))
        return term

    def _signed_operand(self) -> Term:
        if not self._take("-"):
            return self._operand()
        self._enter()
        operand = self._number(self._signed_operand())
        self.open -= 1
        if isinstance(operand.expression, Value) and isinstance(operand.expression.value, Decimal):
            return Term(Value(-operand.expression.value), Kind.NUMBER, operand.offset)
        return self._apply("neg", Kind.NUMBER, operand)

    def _operand(self) -> Term:
        token = self.token
        self.at += 1
        if token.kind == "sign" and token.text == "(":
            self._enter()
            term = self._either()
            self._need(")")
            self.open -= 1
            return term
        if token.kind == "number":
            return Term(Value(decimal_of(token)), Kind.NUMBER, token.offset)
        if token.kind == "text":
            return Term(Value(token.text[1:-1].replace("''", "'")), Kind.TEXT, token.offset)
        if token.kind == "keyword" and token.text in {"true", "false"}:
            return Term(Value(token.text == "true"), Kind.FLAG, token.offset)
        if token.kind == "keyword" and token.text == "null":
            return Term(Value(None), Kind.NULL, token.offset)
        if token.kind in {"name", "quoted"}:
            return self._column(token)
        self.at -= 1
        return self._unexpected("a column, a number or a text in single quotes")

    def _column(self, token: Token) -> Term:
        quoted = token.kind == "quoted"
        name = token.text[1:-1].replace('""', '"') if quoted else token.text
        if not quoted and self.token.text == "(":
            raise ConditionError(f"functions such as {name}(...) are not supported", token.offset)
        if self.others and quoted and name not in self.columns:
            return Term(Column(f'"{name}"'), Kind.TEXT, token.offset)
        found = next((n for n in (name, name.lower()) if n in self.columns or n in self.synonyms), None)
        if found is None:
            near = self._near(name)
            listed = "" if near else f"Columns: {', '.join(sorted(self.columns))}."
            hint = f"A text stands in single quotes: '{name}'." if quoted else listed
            if self.others and not (near and self.token.kind != "name"):
                hint = f"A column of the file itself stands in double quotes: {self._words(token)}."
            raise ConditionError(f"unknown column '{name}'{near}", token.offset, hint)
        column = self.synonyms.get(found, found)
        kind = kind_of_column(self.columns[column]) if isinstance(self.columns, Mapping) else Kind.ANY
        return Term(Column(column), kind, token.offset)

    def _words(self, first: Token) -> str:
        """Return `first` and the names behind it, which are likely one name with blanks, in double quotes."""
        at = self.tokens.index(first)
        names = list(takewhile(lambda token: token.kind == "name", self.tokens[at:]))
        return '"' + " ".join(token.text for token in names) + '"'

    def _near(self, name: str) -> str:
        bare = name.lower().removeprefix("order_")
        same = next((n for n in (bare, f"order_{bare}") if n in self.columns), None)
        return f" (did you mean '{same}'?)" if same else did_you_mean(name, sorted({*self.columns, *self.synonyms}))

    def _number(self, term: Term) -> Term:
        if term.kind not in {Kind.NUMBER, Kind.ANY}:
            raise ConditionError(f"a number is needed here, not {term.kind.value}", term.offset)
        return term

    def _flag(self, term: Term, what: str) -> Term:
        if term.kind not in {Kind.FLAG, Kind.ANY, Kind.NULL}:
            message = f"{what} must be true or false, not {term.kind.value}"
            raise ConditionError(message, term.offset, "Compare it with something: amount < 50")
        return term

    def _apply(self, operator: str, kind: Kind, *terms: Term) -> Term:
        depth = 1 + max(term.depth for term in terms)
        if depth > DEEPEST:
            raise ConditionError(f"the condition is nested more than {DEEPEST} deep", terms[0].offset)
        return Term(Apply(operator, tuple(term.expression for term in terms)), kind, terms[0].offset, depth)

    def _enter(self) -> None:
        self.open += 1
        if self.open > DEEPEST:
            raise ConditionError(f"the condition is nested more than {DEEPEST} deep", self.token.offset)

    def _take(self, word: str) -> bool:
        if self.token.kind in {"keyword", "sign"} and self.token.text == word:
            self.at += 1
            return True
        return False

    def _need(self, word: str) -> None:
        if not self._take(word):
            self._unexpected(f"'{word}'")

    def _unexpected(self, wanted: str) -> NoReturn:
        found = f"'{self.token.text}'" if self.token.text else "the end"
        raise ConditionError(f"{wanted} is needed here, not {found}", self.token.offset)
