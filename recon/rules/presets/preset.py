"""What a preset is: which columns a system's export has, and how it writes numbers, dates and words."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from recon.rules.rule import NumberFormat

if TYPE_CHECKING:
    from collections.abc import Mapping

Names = tuple[str, ...]
"""Header names that mean one column (technical name, names in several languages), the best first."""


@dataclass(frozen=True)
class Piece:
    """A column whose cells hold two things (`100123  ACME GmbH`): the names it may have, and what to take of it.

    `pattern` is a regular expression with one group.
    """

    names: Names
    pattern: str


@dataclass(frozen=True)
class Beside:
    """The header file that stands beside a line file: the columns it gives, and those that join the two.

    `on`: names of columns that both files have and that must all be equal; `required`: without these it is none; `keep`:
    column -> the cells with which a document is read.
    """

    on: tuple[Names, ...]
    columns: Mapping[str, Names]
    required: tuple[str, ...] = ()
    keep: Mapping[Names, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True)
class Transactions:
    """A journal of receipts: the column that says what a row does, and which words do what.

    `accepted` and `rejected` judge what came and bring nothing; `correct` changes an earlier row by its quantity, the one
    whose `id` is its `parent`.
    """

    type: Names
    correct: tuple[str, ...] = ()
    accepted: tuple[str, ...] = ()
    rejected: tuple[str, ...] = ()
    id: Names = ()
    parent: Names = ()


@dataclass(frozen=True)
class Preset:
    """One preset, as its YAML file says it.

    `pieces`: column -> what to take of which cells; where several give something, the first counts.
    `choices`: groups of columns that belong together; the first group of which the file has all is taken.
    `keep`: source column -> the cells with which a row is read, `leave`: those with which it is not (cancelled, reversed);
    what is left is counted.
    `fill_down`: columns that stand on the first line of a document only; where the first of them is blank, all are taken
    from the line above. `number`: column without a number in the export -> the column within which its lines are counted.
    `only_where_equal`: column -> two source columns; where both hold something and not the same, its cells are left blank
    and counted (a price per another unit than the quantity's).
    `only_where_alike`: column -> those of a line; its cells are left blank where the rows of one line differ in them.
    `apart`: column -> the columns within which, and those by which, lines of one number are told apart: `10.1`, `10.2`.
    `own_receipts`: source column -> the cells with which an invoice line is its own receipt.
    `negative`: source column -> the cells with which an order line is of a return, its quantity and amount below nothing.
    `number_formats`, `date_formats`: those that the system may write; where there are several, the file must settle it.
    `digest`: the SHA-256 of the file.
    """

    name: str
    table: str
    description: str = ""
    columns: Mapping[str, Names] = field(default_factory=dict)
    choices: tuple[Mapping[str, Names], ...] = ()
    pieces: Mapping[str, tuple[Piece, ...]] = field(default_factory=dict)
    beside: Beside | None = None
    required: tuple[str, ...] = ()
    keep: Mapping[Names, tuple[str, ...]] = field(default_factory=dict)
    leave: Mapping[Names, tuple[str, ...]] = field(default_factory=dict)
    fill_down: tuple[str, ...] = ()
    number: Mapping[str, str] = field(default_factory=dict)
    only_where_equal: Mapping[str, tuple[Names, Names]] = field(default_factory=dict)
    only_where_alike: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    apart: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    own_receipts: Mapping[Names, tuple[str, ...]] = field(default_factory=dict)
    negative: Mapping[Names, tuple[str, ...]] = field(default_factory=dict)
    transactions: Transactions | None = None
    layout: Literal["table", "list"] = "table"
    separator: str | None = None
    encoding: str | None = None
    number_formats: tuple[NumberFormat, ...] = (NumberFormat(),)
    date_formats: tuple[str, ...] = ("%Y-%m-%d",)
    nulls: tuple[str, ...] = ()
    values: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    defaults: Mapping[str, str] = field(default_factory=dict)
    digest: str = ""
