"""The `feeds` and `store` sections: where documents come from one by one, how they are mapped, where they are kept."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from recon.rules.feed import Feed, FolderFeed, WebhookFeed
from recon.rules.rule import Source
from recon.rules.service import StoreRules
from recon.rules.written.durations import DURATION
from recon.rules.written.kinds import Choice, Kind, Schema, Text, refused
from recon.rules.written.named import refuse_same_name
from recon.rules.written.pulled import FETCH, POLL, SECRET
from recon.rules.written.queued import AT, KAFKA, SQL, SQS
from recon.rules.written.sections import Field, Many, Pairs, Record, section
from recon.rules.written.sources import source, with_where
from recon.tables import CANONICAL

if TYPE_CHECKING:
    from collections.abc import Mapping

    from recon.rules.written.yaml_nodes import Node, Section

NOT_OF_FEEDS = ("query", "connection", "beside", "file_formats", "expect")
"""What a source may say and a feed may not: what joins files, what must be there in all."""
WAYS = ("folder", "webhook", "poll", "sql", "kafka", "sqs", "files")
SWEPT = ["webhook", "poll"]
"""Two ways that one feed may have: what is pushed, and a slow poll that finds what was not."""
_FOLDER = Record(
    "a folder feed",
    {
        "path": Field(Text("a folder"), "The folder, relative to the rules file.", "Say which: path: inbox/"),
        "settle": Field(DURATION, "How long a file must not have changed; 2s by default."),
        "done": Field(Text("a folder"), "Where files go that were taken; done/ by default."),
        "bad": Field(Text("a folder"), "Where files go that were refused, with the reason; bad/ by default."),
    },
    lambda _, values: FolderFeed(**values),
    scalar_hint="Write {path: inbox/}.",
)
_WEBHOOK = Record(
    "a webhook",
    {
        "path": Field(
            Text("a path", r"/[A-Za-z0-9._~/-]{1,200}", "As /hooks/orders."),
            "Where it is pushed to.",
            "Say where: path: /hooks/orders",
        ),
        "secret": Field(
            Many(SECRET, or_one=True), "What it signs with; several while one replaces another.", "Add secret: ${NAME}"
        ),
        "style": Field(
            Choice("a way to sign", ("standard", "github", "stripe", "xero", "quickbooks", "business_central")),
            "Standard Webhooks by default.",
        ),
        "records": Field(Text("a name"), "Where in what is pushed the records are; all of it by default."),
        "only": Field(
            Pairs(Text("a name in the records"), Many(Text("what it says"), or_one=True)),
            "Which records are this feed's, as {name: Bill}: several feeds may have one path then.",
        ),
    },
    lambda _, values: WebhookFeed(**values),
)


def _fields(table: str) -> dict[str, Field]:
    mapping = {name: field for name, field in source(table).fields.items() if name not in NOT_OF_FEEDS}
    name = Text("a name in the records")
    return {
        "name": Field(Text("a name"), "What results and messages call the feed.", "Give it a name: name: ..."),
        "table": Field(Choice("a table", tuple(CANONICAL)), "Which documents it brings.", "Say which: table: receipts"),
        "folder": Field(_FOLDER, "A folder into which files come."),
        "webhook": Field(_WEBHOOK, "Where a system pushes to."),
        "poll": Field(POLL, "What recon asks for, again and again."),
        "sql": Field(SQL, "What a database is asked for, again and again."),
        "kafka": Field(KAFKA, "A topic that is read."),
        "sqs": Field(SQS, "A queue that is read."),
        "at": Field(AT, "When files are taken in, each day; the time of the machine."),
        "payload": Field(
            Choice("what comes", ("document", "notice")), "Whether what comes is the document, or says which to fetch."
        ),
        "fetch": Field(FETCH, "Where a document is fetched of which a notice came."),
        "key": Field(Many(name, or_one=True), "What in a record names its document; as recon names it by default."),
        "version": Field(name, "What in a record says which version it is; the greatest counts."),
        "event_id": Field(name, "What in a record names the event; one of the same name is a repetition."),
        "deleted": Field(name, "What in a record says that the document is gone (true)."),
        "lines": Field(name, "The list of a record that holds the document's lines."),
        "optional": Field(
            Many(name, or_one=True), "Which names a record may leave out where it says nothing; the others are missed."
        ),
        **mapping,
    }


def _feed(table: str, found: Section, values: dict[str, Any]) -> Feed:
    ways = [way for way in WAYS if way in values]
    if len(ways) > 1 and ways != SWEPT:
        hint = "Write two feeds. A webhook may have a poll beside it, which finds what was not pushed."
        raise refused(found.at(ways[1]), f"a feed has one way to come: {' or '.join(ways)}", hint)
    notices = values.pop("payload", "document") == "notice"
    if notices != ("fetch" in values):
        raise refused(found.at("payload" if notices else "fetch"), "`payload: notice` and `fetch` belong together", "Say where documents are fetched: fetch: {url: https://.../{id}}")  # fmt: skip
    webhook = values.get("webhook")
    if webhook is not None and webhook.style == "business_central" and not notices:
        raise refused(found.at("webhook"), "Business Central only tells which document changed", "Add payload: notice, and fetch: {url: https://.../purchaseInvoices({id})}")  # fmt: skip
    if ("at" in values) != ("files" in values):
        raise refused(found.at("at" if "at" in values else "files"), "`files` and `at` belong together", 'Write files: [suppliers.csv], at: "02:00"')  # fmt: skip
    if "where" in values and not values.keys() & {"key", "folder", "files"}:
        raise refused(found.at("where"), "of a document of which no row is read nobody knows which one it is", "Say what in a record names it: key: number")  # fmt: skip
    own = {name: values.pop(name) for name in ("name", "table", "key", "version", "event_id", "deleted", "lines", "optional", "fetch", "at", *WAYS[:-1]) if name in values}  # fmt: skip
    given = frozenset(entry.key.text for entry in found.entries)
    source_ = Source(table, **with_where(CANONICAL[table], values), line=found.place.line, given=given)
    return Feed(**own, source=source_)


@dataclass(frozen=True)
class FeedKind(Kind[Feed]):
    """A feed: which other keys it may have depends on its `table`."""

    @cached_property
    def records(self) -> Mapping[str, Record[Feed]]:
        """What may stand in a feed of each table."""
        return {table: self._record(table) for table in CANONICAL}

    @staticmethod
    def _record(table: str) -> Record[Feed]:
        return Record(f"a feed of {table}", _fields(table), lambda found, values: _feed(table, found, values))

    def read(self, node: Node) -> Feed:
        found = section(node, "a feed", "Write {name: ..., table: ..., folder: {path: inbox/}}.")
        entry = next((entry for entry in found.entries if entry.key.text == "table"), None)
        if entry is None:
            raise refused(found.place, "a feed has no 'table'", "Say which documents it brings: table: receipts")
        return self.records[Choice("a table", tuple(CANONICAL)).read(entry.value)].read(node)

    def schema(self) -> Schema:
        return {"anyOf": [record.schema() for record in self.records.values()]}


FEEDS = Many(FeedKind(), check=refuse_same_name)


PASSWORD = re.compile(r"^postgres(?:ql)?://(?:[^/@]*:[^$@/][^@]*@|.*[?&]password=[^$])")


def _store(found: Section, values: dict[str, Any]) -> StoreRules:
    if "key_file" in values and "key_command" in values:
        raise refused(found.at("key_command"), "the key comes from a file or a command, not both")
    if PASSWORD.search(values.get("path", "")):
        raise refused(found.at("path"), "the password of the database stands in the rules", "Write ${NAME} in its place, and set that in the environment; or let ~/.pgpass hold it.")  # fmt: skip
    return StoreRules(**values)


STORE = Record(
    "the store",
    {
        "path": Field(
            Text("a folder"),
            "The folder, relative to the rules file, or a database: postgresql://user@host/database.",
            "Say where: path: store/",
        ),
        "key_file": Field(Text("a file"), "The file that holds the key; RECON_KEY goes before it."),
        "key_command": Field(Text("a command"), "The command that prints the key; RECON_KEY goes before it."),
    },
    _store,
    scalar_hint="Write {path: store/, key_file: recon.key}.",
)
