"""The `feeds` section of the rules: where documents come from, one by one."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping

    from recon.rules.pulled import Fetch, KafkaFeed, PollFeed, SqlFeed, SqsFeed
    from recon.rules.rule import Source


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
    event, and that it is gone; `lines` names the list of its lines, `optional` what a record may leave out. `fetch`: what comes are notices, which name documents
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
    optional: tuple[str, ...] = ()
    folder: FolderFeed | None = None
    webhook: WebhookFeed | None = None
    poll: PollFeed | None = None
    fetch: Fetch | None = None
    sql: SqlFeed | None = None
    kafka: KafkaFeed | None = None
    sqs: SqsFeed | None = None
    at: str = ""
    """The time of the day at which the files of its source are taken in, `02:00`; empty: by hand."""
