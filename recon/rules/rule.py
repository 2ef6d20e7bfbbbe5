"""What a rule is: frozen values with their defaults, those of sources and of the match here. No YAML, no frames."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from recon.codes import CODES
from recon.rules.close import Close
from recon.rules.service import ServeRules

if TYPE_CHECKING:
    from collections.abc import Mapping

    from recon.codes import MatchPolicy, Severity
    from recon.rules.condition import Condition
    from recon.rules.feed import Feed
    from recon.rules.service import StoreRules
    from recon.rules.targets import Target

STDIN = "-"
"""Among the files of a source, or in place of the rules file: standard input."""


@dataclass(frozen=True)
class CsvOptions:
    separator: str = ","
    quote: str | None = '"'
    encoding: str | None = None
    short_rows: Literal["refuse", "blank"] = "refuse"
    """Whether a record of fewer cells than the header has is read with the others blank."""


@dataclass(frozen=True)
class NumberFormat:
    """How a number is written: `1.234,56-` is decimal `,`, thousands `.`, minus trailing."""

    decimal: str = "."
    thousands: str | None = None
    minus: Literal["leading", "trailing", "parentheses"] = "leading"


@dataclass(frozen=True)
class DateForm:
    """How the dates of one column are written: all formats that they may have, and the first year that `%y` may mean."""

    formats: tuple[str, ...]
    since: int = 1970


@dataclass(frozen=True)
class HeaderFiles:
    """The files that hold a source's document headers, and what joins them to its lines.

    `key`: columns of the line files, `header_key`: those of the header files that must be equal to them, in order.
    `columns`: canonical columns that come from the header files under another name than `Source.columns` says.
    """

    files: tuple[str, ...]
    key: tuple[str, ...]
    header_key: tuple[str, ...] = ()
    columns: Mapping[str, str] = field(default_factory=dict)
    sheet: str | None = None
    header_row: int | None = None


@dataclass(frozen=True)
class CellPart:
    """A column that is part of another's cells: `of` is the file's name of that one, `pattern` has one group."""

    of: str
    pattern: str


@dataclass(frozen=True)
class Patch:
    """What is put right in the rows of a source for which `when` holds: columns that are set, divided or multiplied.

    `before` is put before a text, `cut` is taken off its end where it ends so.
    """

    name: str
    when: Condition | None = None
    set: Mapping[str, str | Decimal] = field(default_factory=dict)
    before: Mapping[str, str] = field(default_factory=dict)
    cut: Mapping[str, str] = field(default_factory=dict)
    divide: Mapping[str, Decimal] = field(default_factory=dict)
    multiply: Mapping[str, Decimal] = field(default_factory=dict)
    places: int | None = None
    """To how many places quotients are rounded; without it to those that the column has."""


@dataclass(frozen=True)
class FileFormat:
    """How one file of a source is written, as far as it is not as the source says."""

    separator: str | None = None
    encoding: str | None = None
    number_format: NumberFormat | None = None
    date_format: tuple[str, ...] | None = None
    header_row: int | None = None
    sheet: str | None = None


@dataclass(frozen=True)
class Source:
    """Where a table's rows come from and how its columns become canonical ones."""

    name: str
    files: tuple[str, ...] = ()
    query: str | None = None
    connection: str | None = None
    preset: str | None = None
    columns: Mapping[str, str] = field(default_factory=dict)
    defaults: Mapping[str, str] = field(default_factory=dict)
    carry: tuple[str, ...] = ()
    sheet: str | None = None
    sheets: tuple[str, ...] = ()
    """Sheets of each of its workbooks that are read one after the other, as if each were a file."""
    header_row: int | None = None
    repeated_header: Literal["refuse", "leave"] = "refuse"
    """What becomes of rows inside the table that are the header once more."""
    csv: CsvOptions = CsvOptions()
    number_format: NumberFormat = NumberFormat()
    date_format: tuple[str, ...] = ("%Y-%m-%d",)
    nulls: tuple[str, ...] = ()
    values: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    where: Condition | None = None
    round: bool = False
    prices: Literal["net", "gross"] = "net"
    """`gross`: unit prices and amounts have tax in them."""
    repeats: Literal["once", "count"] = "once"
    """`count`: receipts of one number and line count each, equal or not."""
    distinct: bool = False
    """Whether rows that are equal in all that is read of them are one."""
    beside: HeaderFiles | None = None
    file_formats: Mapping[str, FileFormat] = field(default_factory=dict)
    """Path of a file -> how it is written, where that is not as the others are."""
    fill_down: tuple[str, ...] = ()
    """Columns that stand on a document's first line only; where the first of them is blank, the line above gives them."""
    above: Mapping[str, str] = field(default_factory=dict)
    """Canonical column -> the name beside its value in the block above each file's header."""
    pieces: Mapping[str, CellPart] = field(default_factory=dict)
    """Canonical column -> the part of a cell that it is."""
    number: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Column that the source lacks -> the columns within which its lines are counted, from 1."""
    two_digit_years: tuple[int, int] | None = None
    """The hundred years that `%y` may mean; without it those nearest to the other dates."""
    expect: Mapping[str, str] = field(default_factory=dict)
    patches: tuple[Patch, ...] = ()
    """What is put right in its rows when they are read, one after the other."""
    line: int = 0
    """Line of the rules file on which the source starts: where a complaint about it points."""
    given: frozenset[str] = frozenset()
    """What the rules file says of the source (`number_format`, `csv.encoding`): it wins over a preset even if it is the default."""
    dates: Mapping[str, DateForm] = field(default_factory=dict)
    """What a file has settled of the formats of `date_format`, by column."""
    base_currency: str = "EUR"
    """That of the ledger: what `$` beside a number means where it can mean it and the row says nothing else."""


@dataclass(frozen=True)
class SupplierRules:
    """Scores are 0-100; `aliases` maps a name as suppliers write it to a supplier id."""

    accept: Decimal = Decimal(92)
    review: Decimal = Decimal(80)
    margin: Decimal = Decimal(3)
    aliases: Mapping[str, str] = field(default_factory=dict)
    aliases_path: str = ""
    aliases_digest: str = ""
    """The file that gave the aliases, relative to the rules file, and its SHA-256."""


@dataclass(frozen=True)
class LinkRule:
    """Equal in every column of `on`; `similar` gives a column and its least score (0-100)."""

    name: str
    on: tuple[str, ...]
    similar: Mapping[str, Decimal] = field(default_factory=dict)
    days: int | None = None
    when: Condition | None = None


DEFAULT_LINKS = (
    LinkRule("order line", ("po_number", "po_line")),
    LinkRule("order item", ("po_number", "item")),
    LinkRule("description", ("po_number",), {"description": Decimal(85)}),
    LinkRule("credited invoice", ("credited_invoice",)),
    LinkRule("no reference", ("supplier_id", "currency"), {"description": Decimal(85)}, days=120),
)


@dataclass(frozen=True)
class Policy:
    name: str
    match: MatchPolicy
    when: Condition | None = None


@dataclass(frozen=True)
class Limit:
    """How far one side may go; `None` is not checked, 0 is exact. Days for dates, else percent or currency/quantity."""

    percent: Decimal | None = None
    absolute: Decimal | None = None
    combine: Literal["stricter", "looser"] = "stricter"


UNCHECKED = Limit()
EXACTLY = Limit(percent=Decimal(0), absolute=Decimal(0))


@dataclass(frozen=True)
class Sides:
    """The two sides of one measure in one tolerance; `None`: this tolerance does not give that side."""

    over: Limit | None = None
    under: Limit | None = None


@dataclass(frozen=True)
class Tolerance:
    name: str
    measures: Mapping[str, Sides]
    when: Condition | None = None


REASONS = (
    "agreed with the supplier",
    "goods received, receipt to follow",
    "credit note requested",
    "price confirmed by the buyer",
    "order to be corrected",
    "not a duplicate",
    "under the amount worth pursuing",
)


@dataclass(frozen=True)
class Rules:
    """A whole rules file, validated."""

    base_currency: str = "EUR"
    sources: Mapping[str, Source] = field(default_factory=dict)
    suppliers: SupplierRules = SupplierRules()
    links: tuple[LinkRule, ...] = DEFAULT_LINKS
    policies: tuple[Policy, ...] = ()
    tolerances: tuple[Tolerance, ...] = ()
    duplicates_days: int = 90
    close: Close = field(default_factory=Close)
    tax_ceiling: Decimal | None = Decimal(27)
    """Percent of a document's lines that no tax is above, whatever is tolerated; None: not checked."""
    severities: Mapping[str, Severity] = field(default_factory=dict)
    decisions: str = "decisions.csv"
    """The file of what people decided, relative to the rules file; it need not be there."""
    reasons: tuple[str, ...] = REASONS
    """What a reviewer is offered as reasons; others may be written."""
    secure: bool = False
    """Whether a new report's folder is for its owner alone; else the umask says."""
    store: StoreRules | None = None
    serve: ServeRules = field(default_factory=ServeRules)
    feeds: tuple[Feed, ...] = ()
    deliver: tuple[Target, ...] = ()
    path: Path = Path("rules.yaml")
    digest: str = ""
    """SHA-256 of the rules file's bytes."""

    @property
    def decisions_path(self) -> Path:
        """The file of what people decided, where it is or will be."""
        return self.path.parent / self.decisions

    def severity(self, code: str) -> Severity:
        """Return what `code` leads to under these rules."""
        return self.severities.get(code, CODES[code].severity)
