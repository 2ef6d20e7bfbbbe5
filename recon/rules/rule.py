"""What a rule is: frozen values with their defaults. No YAML, no frames."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from recon.codes import CODES

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from recon.codes import MatchPolicy, Severity
    from recon.rules.pulled import Fetch, KafkaFeed, PollFeed, SqlFeed, SqsFeed
    from recon.rules.targets import Target

STDIN = "-"
"""Among the files of a source, or in place of the rules file: standard input."""

# -- conditions: a parsed `when`, safe by construction (it can only name columns and compare) --------------------


@dataclass(frozen=True)
class Column:
    name: str


@dataclass(frozen=True)
class Value:
    """A literal: exact decimal, text, true/false or null."""

    value: Decimal | str | bool | None


@dataclass(frozen=True)
class Apply:
    """An operator on its operands: `and or not`, `= != < <= > >=`, `+ - * /`, `in`, `like`, `between`, `is null`, `neg`."""

    operator: str
    operands: tuple[Expression, ...]


Expression = Column | Value | Apply


@dataclass(frozen=True)
class Condition:
    """A `when` as it was written, and what it means."""

    text: str
    expression: Expression


# -- one dataclass a section of the rules file ------------------------------------------------------------------


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
    header_row: int | None = None
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
class Account:
    """Which ledger accounts the order lines for which `when` holds are booked on; the first that holds decides.

    `expense`: debited when an accrual is booked (the order line's own `gl_account` goes before it). `accrued`: goods
    received, invoices received. `adjustment` and `target`: where a perpetual ledger regroups open items to.
    """

    name: str
    accrued: str
    expense: str | None = None
    adjustment: str | None = None
    target: str | None = None
    when: Condition | None = None


@dataclass(frozen=True)
class WriteOff:
    """Which old open items are proposed to be written off, and on which account; a person decides."""

    name: str
    account: str
    when: Condition


JOURNAL_TARGETS = ("oracle", "d365", "netsuite", "xero", "quickbooks", "datev", "sap")


@dataclass(frozen=True)
class Journal:
    """How the accrual is booked, and for which system (JOURNAL_TARGETS) a file is written: `posting_date` and `reversal_date` default to the period's last day and the next."""

    target: str | None = None
    detail: Literal["line", "supplier", "account"] = "line"
    reversal: Literal["date", "rows"] = "date"
    posting_date: date | None = None
    reversal_date: date | None = None


@dataclass(frozen=True)
class Close:
    """The `close` section: how month-end is done."""

    accrual: Literal["period_end", "perpetual"] = "period_end"
    clearing: Literal["receipt_price", "full_price"] = "receipt_price"
    age_by: Literal["oldest_receipt", "last_receipt", "last_activity"] = "oldest_receipt"
    buckets: tuple[int, ...] = (30, 60, 90, 180, 365)
    accounts: tuple[Account, ...] = ()
    write_off: tuple[WriteOff, ...] = ()
    journal: Journal = Journal()
    eom: Literal["days_after_end", "end_after_days"] = "days_after_end"
    terms: str | None = None
    """Of invoices for which nobody gives any: `net 30`."""
    paid_by: Literal["sent", "cleared"] = "sent"
    lead_days: int = 0
    """How long a payment takes: a discount with fewer days left is at risk."""
    hours_before: Decimal | None = None
    """What a period's reconciliation took before, in hours of people; the user's own number."""
    hours_now: Decimal | None = None
    cost_per_period: Decimal | None = None
    """What accounts payable costs a period, in base currency; the user's own number."""


@dataclass(frozen=True)
class FolderFeed:
    """A folder into which files come: one counts when it has not changed for `settle` seconds; then it goes to `done`, or,
    refused, to `bad`, with the reason beside it.
    """

    path: str
    settle: Decimal = Decimal(2)
    done: str = "done/"
    bad: str = "bad/"


@dataclass(frozen=True)
class WebhookFeed:
    """Where a system pushes to: the path, how it signs, and its secrets (`${NAME}`; several while one replaces another)."""

    path: str
    secret: tuple[str, ...]
    style: Literal["standard", "github", "stripe", "xero", "quickbooks", "business_central"] = "standard"
    records: str = ""
    """Where in what is pushed the records are; it is one itself, or a list of them, where this is empty."""
    only: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Which records are this feed's, by what they say: others are another feed's at the same path, or nobody's."""


@dataclass(frozen=True)
class Feed:
    """Where documents of a table come from, one by one or in files, and how their records are mapped (`source`).

    Of JSON: `key`, `version`, `event_id`, `deleted` name what in a record says which document it is, which version, which
    event, and that it is gone; `lines` names the list of its lines. `fetch`: what comes are notices, which name documents
    and do not hold them.
    """

    name: str
    table: str
    source: Source
    key: tuple[str, ...] = ()
    version: str = ""
    event_id: str = ""
    deleted: str = ""
    lines: str = ""
    folder: FolderFeed | None = None
    webhook: WebhookFeed | None = None
    poll: PollFeed | None = None
    fetch: Fetch | None = None
    sql: SqlFeed | None = None
    kafka: KafkaFeed | None = None
    sqs: SqsFeed | None = None
    at: str = ""
    """The time of the day at which the files of its source are taken in, `02:00`; empty: by hand."""


@dataclass(frozen=True)
class StoreRules:
    """Where the store is, relative to the rules file, and where its master key comes from (RECON_KEY goes before both)."""

    path: str
    key_file: str = ""
    key_command: str = ""


@dataclass(frozen=True)
class ServeToken:
    """A bearer token by its hash (SHA-256 in hex, or `${NAME}`), and what who has it may do."""

    name: str
    sha256: str
    scopes: tuple[str, ...] = ("read",)


@dataclass(frozen=True)
class ServeRules:
    """Who may ask `recon serve`, and by which certificate it is known; files are relative to the rules file.

    `clients`: the authorities of whose certificates a client needs one. `jwt_keys`: a file or address of a JSON Web Key Set.
    """

    certificate: str = ""
    key: str = ""
    clients: str = ""
    tokens: tuple[ServeToken, ...] = ()
    jwt_keys: str = ""
    issuer: str = ""
    audience: str = ""


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
    close: Close = Close()
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
    serve: ServeRules = ServeRules()
    feeds: tuple[Feed, ...] = ()
    deliver: tuple[Target, ...] = ()
    path: Path = Path("rules.yaml")
    digest: str = ""
    """SHA-256 of the rules file's bytes."""

    def severity(self, code: str) -> Severity:
        """Return what `code` leads to under these rules."""
        return self.severities.get(code, CODES[code].severity)
