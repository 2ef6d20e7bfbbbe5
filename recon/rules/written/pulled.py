"""The `poll` and `fetch` sections of a feed: what recon asks a system for."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from recon.rules.pulled import Auth, Cursor, Fetch, OAuth2, Paging, PollFeed
from recon.rules.written.durations import DURATION
from recon.rules.written.kinds import Choice, Text, Whole, refused
from recon.rules.written.places import Complaint
from recon.rules.written.sections import Field, Pairs, Record

if TYPE_CHECKING:
    from recon.rules.written.yaml_nodes import Node, Section

NAMED = r"\$\{[A-Za-z_][A-Za-z0-9_]*\}"


@dataclass(frozen=True)
class Hidden(Text):
    """A text that names secrets; what is written in their place may be one, and is not shown."""

    def read(self, node: Node) -> str:
        try:
            return super().read(node)
        except Complaint as complaint:
            raise refused(complaint.problems[0].place, f"this is not {self.what}", self.hint) from None


SECRET = Hidden("the name of an environment variable", NAMED, "Secrets stand in no rules file: ${NAME}.")
_WITH_SECRET = Hidden("a text with ${NAME} in it", rf".*{NAMED}.*", 'Secrets stand in no rules file: "token ${KEY}".')
_URL = Text(
    "an address",
    r"https?://[^\s/@?]+(?:[/?].*)?",
    "As https://erp.example.com/api/invoices, without user and password.",
)
HERE = r"127\.0\.0\.1|\[::1\]|localhost"
"""Hosts to which secrets go without TLS: they do not leave the machine."""


def _plain(_section: Section, values: dict[str, Any]) -> dict[str, Any]:
    return values


def _oauth2(found: Section, values: dict[str, Any]) -> OAuth2:
    ways = [way for way in ("client_secret", "private_key") if way in values]
    if len(ways) != 1:
        raise refused(found.place, "oauth2 needs a client_secret, or a private_key, and not both", "Add client_secret: ${NAME}")  # fmt: skip
    if "key_id" in values and "private_key" not in values:
        raise refused(found.at("key_id"), "'key_id' names a private_key, and there is none", "Add private_key: ${NAME}")
    return OAuth2(**values)


_OAUTH2 = Record(
    "oauth2",
    {
        "token_url": Field(_URL, "Where tokens come from.", "Add token_url: https://..."),
        "client_id": Field(Text("a client id"), "Who asks.", "Add client_id: ..."),
        "client_secret": Field(SECRET, "The secret."),
        "private_key": Field(SECRET, "The key that signs who asks, in place of a secret: PEM."),
        "key_id": Field(Text("the name of a key"), "Which key that is, as the system calls it."),
        "scope": Field(Text("a scope"), "What is asked for."),
        "refresh_token": Field(
            SECRET, "What a person's consent gave to renew tokens with; the next ones are kept in the store."
        ),
        "style": Field(
            Choice("a style", ("form", "basic")),
            "Where id and secret stand: in the form, or in a header; form by default.",
        ),
    },
    _oauth2,
)
_BASIC = Record(
    "basic",
    {
        "user": Field(Text("a user"), "Who asks; may be ${NAME}.", "Add user: ..."),
        "password": Field(SECRET, "The password.", "Add password: ${NAME}"),
    },
    _plain,
)
_HEADER = Record(
    "a header",
    {
        "name": Field(Text("a header's name", r"[A-Za-z0-9-]{1,64}"), "As X-Api-Key.", "Add name: X-Api-Key"),
        "value": Field(_WITH_SECRET, 'What it holds, as ${KEY} or "token ${KEY}:${SECRET}".', "Add value: ${NAME}"),
    },
    lambda _, values: {"header": values["name"], "value": values["value"]},
)


def _auth(found: Section, values: dict[str, Any]) -> Auth:
    if len(values) > 1:
        raise refused(found.at(list(values)[1]), f"one way to say who recon is, not {len(values)}")
    inner = {**values.pop("basic", {}), **values.pop("header", {})}
    return Auth(**values, **inner)


AUTH = Record(
    "auth",
    {
        "oauth2": Field(_OAUTH2, "Client credentials."),
        "token": Field(SECRET, "A fixed bearer token."),
        "basic": Field(_BASIC, "A user and a password."),
        "header": Field(_HEADER, "A header that holds a key."),
    },
    _auth,
)
HEADERS = Pairs(Text("a header's name", r"[A-Za-z0-9-]{1,64}"), Text("a header's value", r"[^\r\n]*"))
_WAYS = ("next", "offset", "number", "after")


def _paging(found: Section, values: dict[str, Any]) -> Paging:
    ways = [way for way in _WAYS if way in values]
    if len(ways) > 1:
        raise refused(found.at(ways[1]), f"answers go on in one way: {' or '.join(ways)}")
    if ("after" in values) != ("token" in values):
        raise refused(found.place, "`after` and `token` belong together", "page: {after: cursor, token: paging.next}")
    return Paging(**values)


_PAGE = Record(
    "page",
    {
        "next": Field(Text("a name"), "Where in the answer the next page's address is."),
        "offset": Field(
            Text("a parameter"), "The parameter that says how many records to pass over; `?name` beside a body."
        ),
        "number": Field(Text("a parameter"), "The parameter that says which page, from 1 on."),
        "after": Field(Text("a parameter"), "The parameter that takes the `token` of the answer before."),
        "token": Field(Text("a name"), "Where in the answer that token is."),
        "limit": Field(Text("a parameter"), "The parameter that says how many records a page has."),
        "size": Field(Whole("a number of records", 1, 10_000), "How many records a page has; 100 by default."),
        "count": Field(Text("a name"), "Where in the answer it is said how many records there are in all."),
        "most": Field(
            Whole("a number of pages", 1, 1_000_000), "How many pages a round may ask for; 10000 by default."
        ),
    },
    _paging,
)
_CURSOR = Record(
    "cursor",
    {
        "column": Field(Text("a column"), "What in a record says when it changed.", "Add column: modified"),
        "param": Field(
            Text("a parameter", r"[^=]+=.*\{since\}.*", "As since={since}."), "The query parameter, as `since={since}`."
        ),
        "header": Field(
            Text("a header", r"[A-Za-z0-9-]+: .*\{since\}.*", "As If-Modified-Since: {since}."),
            "The header, as `If-Modified-Since: {since}`.",
        ),
        "format": Field(Text("a format", r".*%.*", "As %Y-%m-%dT%H:%M:%SZ."), "How the time is written, in UTC; as records write it by default."),
        "start": Field(Text("a time or a number"), "Since when, the first time; everything by default."),
    },
    lambda _, values: Cursor(**{("form" if name == "format" else name): value for name, value in values.items()}),
)  # fmt: skip


def _poll(found: Section, values: dict[str, Any]) -> PollFeed:
    told = PollFeed(**values)
    refuse_open_secrets(found, told.url, told.auth)
    if told.body:
        try:
            json.loads(told.body)
        except ValueError as error:
            raise refused(found.at("body"), f"the body is no JSON: {error}") from None
    cursor = told.cursor
    if cursor and not (cursor.param or cursor.header or "{since}" in told.body + told.url):
        raise refused(found.at("cursor"), "it is not said where {since} goes", "Add param: since={since}")
    return told


def refuse_open_secrets(found: Section, url: str, auth: Auth) -> None:
    """Refuse secrets that would go to another machine without TLS."""
    urls = [url, *([auth.oauth2.token_url] if auth.oauth2 else [])]
    if auth != Auth() and any(re.match(rf"http://(?!(?:{HERE})(?:[:/?#]|$))", u) for u in urls):
        raise refused(found.at("url"), "secrets go over https only", "Write https://...")


POLL = Record(
    "a poll",
    {
        "url": Field(_URL, "What is asked.", "Add url: https://..."),
        "every": Field(DURATION, "How often; 60s by default."),
        "auth": Field(AUTH, "How recon says who it is."),
        "headers": Field(HEADERS, "Other headers; a value may hold ${NAME}."),
        "body": Field(Text("a body"), "What is posted, JSON; it may hold {since} and ${NAME}. Without it recon gets."),
        "records": Field(
            Text("a name"),
            "Where in the answer the records are; the answer itself by default. `name?`: it may be missing.",
        ),
        "page": Field(_PAGE, "How answers go on."),
        "cursor": Field(_CURSOR, "How only what changed is asked for."),
        "overlap": Field(DURATION, "How far behind the newest it asks again; 10m by default."),
    },
    _poll,
)


def _fetch(found: Section, values: dict[str, Any]) -> Fetch:
    told = Fetch(**values)
    refuse_open_secrets(found, told.url, told.auth)
    return told


FETCH = Record(
    "fetch",
    {
        "url": Field(_URL, "Where a document is: {name} is what its notice says there.", "Add url: https://.../{id}"),
        "records": Field(Text("a name"), "Where in the answer the document is; the answer itself by default."),
        "auth": Field(AUTH, "How recon says who it is; as the poll of the feed by default."),
        "headers": Field(HEADERS, "Other headers; a value may hold ${NAME}."),
    },
    _fetch,
)
