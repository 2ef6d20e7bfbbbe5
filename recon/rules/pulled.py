"""Feeds that recon fetches itself: what is asked, how often, how it says who it is, and how far it has read."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True)
class OAuth2:
    """Client credentials; `client_secret` as `${NAME}`. `style`: whether they stand in the form or in a header.

    In place of the secret a `private_key` (PEM, as `${NAME}`) may sign who recon is; `key_id` says which key that is.
    `refresh_token`: the one that a person's consent gave first, as `${NAME}`; empty where recon asks for itself.
    """

    token_url: str
    client_id: str
    client_secret: str = ""
    private_key: str = ""
    key_id: str = ""
    scope: str = ""
    refresh_token: str = ""
    style: Literal["form", "basic"] = "form"


@dataclass(frozen=True)
class Auth:
    """How recon says who it is: one of client credentials, a fixed bearer token, user and password, a header with a key.

    Secrets stand in it as `${NAME}`.
    """

    oauth2: OAuth2 | None = None
    token: str = ""
    user: str = ""
    password: str = ""
    header: str = ""
    value: str = ""


@dataclass(frozen=True)
class Paging:
    """How an answer goes on; none of the first four: it does not.

    `next`: where in the answer the next page's address is. `offset`, `number`: the parameter that counts records (from 0) or
    pages (from 1). `after`: the parameter that takes what stands in the last answer at `token`. `limit`: the parameter that
    takes `size`. `count`: where in the answer it is said how many records there are in all. Of a feed that sends a `body`,
    parameters are names in it (`params.args.6.offset`). `most`: a round asks for no more pages.
    """

    next: str = ""
    offset: str = ""
    number: str = ""
    after: str = ""
    token: str = ""
    limit: str = ""
    size: int = 100
    count: str = ""
    most: int = 10_000


@dataclass(frozen=True)
class Cursor:
    """How only what changed is asked for: `{since}` in `param` (`name=text`), in `header` (`Name: text`) or in the body.

    `column`: what in a record says when it changed, or its number in their order. `form`: how it is written (`%Y-%m-%d`);
    as the system writes it where empty. `start`: since when, the first time.
    """

    column: str
    param: str = ""
    header: str = ""
    form: str = ""
    start: str = "1970-01-01T00:00:00Z"


@dataclass(frozen=True)
class PollFeed:
    """What is asked for every `every` seconds: `records` is where they stand in the answer.

    `body`: what is posted, JSON; without it recon gets. `overlap`: how many seconds behind the newest it asks again.
    """

    url: str
    every: Decimal = Decimal(60)
    auth: Auth = Auth()
    headers: Mapping[str, str] = field(default_factory=dict)
    body: str = ""
    records: str = ""
    page: Paging = Paging()
    cursor: Cursor | None = None
    overlap: Decimal = Decimal(600)


@dataclass(frozen=True)
class Fetch:
    """Where a document is fetched whose notice alone comes: `{name}` in `url` is what the notice says there."""

    url: str
    records: str = ""
    auth: Auth = Auth()
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class SqlFeed:
    """A query that gives the lines of whole documents which changed since `:since`, every `every` seconds.

    `cursor`: the column that says when a row changed, or its number in their order. `connection` as a source's.
    """

    connection: str
    query: str
    cursor: str
    every: Decimal = Decimal(300)
    start: str = "1970-01-01T00:00:00Z"
    overlap: Decimal = Decimal(600)


@dataclass(frozen=True)
class KafkaFeed:
    """A topic of Kafka: a message is a record. `options`: settings of librdkafka, as `security.protocol`; may hold `${NAME}`."""

    servers: str
    topic: str
    group: str = "recon"
    options: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class SqsFeed:
    """A queue of Amazon SQS: a message is a record. Credentials come as for all of Amazon's tools; `endpoint`: another place."""

    queue: str
    region: str = ""
    endpoint: str = ""
