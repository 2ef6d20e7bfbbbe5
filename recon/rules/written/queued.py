"""The `sql`, `kafka` and `sqs` sections of a feed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from recon.rules.pulled import KafkaFeed, SqlFeed, SqsFeed
from recon.rules.written.durations import DURATION
from recon.rules.written.kinds import Text, refused
from recon.rules.written.sections import Field, Pairs, Record

if TYPE_CHECKING:
    from recon.rules.written.yaml_nodes import Section

_SECRETS = ("password", "secret", "key.pem", "token")
SQL = Record(
    "a sql feed",
    {
        "connection": Field(
            Text("a connection"), "Where the query runs: ${NAME}, or sqlite:///file.", "Add connection: ${NAME}"
        ),
        "query": Field(
            Text("a query", r"(?s).*(?<!:):since\b.*", "It asks for what changed: where changed >= :since"),
            "What gives all lines of the documents that changed since :since.",
            "Add query: select ... where changed >= :since",
        ),
        "cursor": Field(Text("a column"), "The column that says when a row changed.", "Add cursor: changed"),
        "every": Field(DURATION, "How often; 5m by default."),
        "start": Field(Text("a time or a number"), "Since when, the first time; everything by default."),
        "overlap": Field(DURATION, "How far behind the newest it asks again; 10m by default."),
    },
    lambda _, values: SqlFeed(**values),
)


def _kafka(found: Section, values: dict[str, Any]) -> KafkaFeed:
    for name, value in values.get("options", {}).items():
        if any(word in name for word in _SECRETS) and "${" not in value:
            raise refused(found.at("options"), f"'{name}' is a secret", "Secrets stand in no rules file: ${NAME}.")
    return KafkaFeed(**values)


KAFKA = Record(
    "a kafka feed",
    {
        "servers": Field(Text("servers"), "Where brokers are: host:9092,host:9092.", "Add servers: host:9092"),
        "topic": Field(Text("a topic"), "What is read.", "Add topic: ..."),
        "group": Field(Text("a group"), "The consumer group; recon by default."),
        "options": Field(
            Pairs(Text("a setting", r"[a-z0-9._]+"), Text("a setting's value")),
            "Settings of librdkafka, as security.protocol; a value may hold ${NAME}.",
        ),
    },
    _kafka,
)
SQS = Record(
    "a sqs feed",
    {
        "queue": Field(Text("a queue", r"https?://\S+"), "The address of the queue.", "Add queue: https://sqs...."),
        "region": Field(Text("a region"), "The region; as Amazon's tools find it by default."),
        "endpoint": Field(Text("an address", r"https?://\S+"), "Another place than Amazon's."),
    },
    lambda _, values: SqsFeed(**values),
)
AT = Text("a time of the day", r"([01][0-9]|2[0-3]):[0-5][0-9]", 'As at: "02:00".')
