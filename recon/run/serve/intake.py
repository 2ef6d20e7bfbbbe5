"""What is pushed: webhooks, signed by their sender, and documents by their feed's name, of who has a token for it."""

from __future__ import annotations

import asyncio
import hashlib
import json
import re
import time
from collections import Counter
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from starlette.responses import Response

from recon.errors import OutputError, SourceError
from recon.read.records import inside, unparsed
from recon.run.live.events import events_of_json
from recon.run.live.opened import feeds_of
from recon.run.serve import business_central
from recon.run.serve.body import body_of, json_of, refuse_other_types
from recon.run.serve.refused import NO_STORE, RefusedError, busy
from recon.run.serve.signatures import refuse_untimed, secrets_of, untimed, verified
from recon.run.serve.writer import FullError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping, Sequence

    from starlette.requests import Request

    from recon.rules.feed import Feed
    from recon.rules.rule import Rules
    from recon.run.serve.callers import Callers
    from recon.run.serve.writer import Writer
    from recon.store.events import Accepted, Event

    Answer = Callable[[Request], Awaitable[Response]]

INLINE_BYTES = 32_768
"""A body larger than this, or one whose document's key must be found by mapping it, is read in a thread of its own."""
MOST_DOCUMENTS = 1_000
CLOUD_EVENT = "application/cloudevents+json"
ONLY_200 = ("xero", "quickbooks", "business_central")
"""Whose senders take no other answer."""
_KEY = re.compile(r"[!-~]{1,200}")


@dataclass
class Intake:
    """Takes what is pushed; `mark` hides what a document's key should not tell, `counts` is how many events each feed gave."""

    rules: Rules
    mark: Callable[[str], str]
    writer: Writer
    counts: Counter[tuple[str, str]] = field(default_factory=Counter)

    def webhook(self, feeds: Sequence[Feed]) -> Answer:
        """Return what answers the webhook that feeds share, or one has. Raises RulesError where its secret is missing, or it could be replayed."""
        for feed in feeds:
            refuse_untimed(feed)
        secrets, style = secrets_of(feeds[0]), feeds[0].webhook.style if feeds[0].webhook else ""
        status = 200 if style in ONLY_200 else 202
        shown = style == business_central.STYLE

        async def answer(request: Request) -> Response:
            if shown and (hello := business_central.handshake(request)):
                return hello
            refuse_other_types(request)
            body = await body_of(request)
            event_id = verified(style, request.headers, body, secrets, time.time())
            return await self._take(feeds, body, event_id, status, secrets if shown else ())

        return answer

    def push(self, callers: Callers) -> Answer:
        """Return what answers `POST /v1/events/{feed}`."""
        feeds = {name: _alone(feed) for name, feed in feeds_of(self.rules).items()}

        async def answer(request: Request) -> Response:
            await callers.asked(request, "ingest")
            feed = feeds.get(request.path_params["feed"])
            if feed is None:
                raise RefusedError(404, "the rules have no feed of that name")
            refuse_other_types(request)
            body = await body_of(request)
            key, body = _told_apart(request.headers, body)
            if not _KEY.fullmatch(key):
                raise RefusedError(400, "an Idempotency-Key is wanted: one of your own for each message, the same when it is sent again")  # fmt: skip
            return await self._take([feed], body, key, 202)

        return answer

    async def _take(self, feeds: Sequence[Feed], body: bytes, event_id: str, status: int, shown: Sequence[bytes] = ()) -> Response:  # fmt: skip
        """Take a message; `shown`: the secrets one of which must be in it, where its sender signs nothing."""
        inline = len(body) <= INLINE_BYTES and all(feed.key for feed in feeds)
        make = self._events if inline else _in_thread(self._events)
        made = make(feeds, body, event_id, shown)
        events: list[Event] = made if isinstance(made, list) else await made
        return _taken(await self._written(events), events, self.counts, status)

    def _events(self, feeds: Sequence[Feed], body: bytes, event_id: str, shown: Sequence[bytes] = ()) -> list[Event]:
        """Return what a message says to the feeds. Raises RefusedError (422)."""
        said = json_of(body)
        told = [_notices(said, feed, shown) if shown else _records(said, feed) for feed in feeds]
        if any(isinstance(some, list) and len(some) > MOST_DOCUMENTS for some in told):
            raise RefusedError(413, f"a message has at most {MOST_DOCUMENTS:,} documents: send fewer at once")
        both = zip(feeds, told, strict=True)
        return [event for feed, some in both for event in self._of_feed(feed, _meant(some, feed), event_id)]

    def _of_feed(self, feed: Feed, told: Any, event_id: str) -> list[Event]:
        if told == []:
            return []
        try:
            events = events_of_json(told, feed, self.rules, self.mark)
        except SourceError as error:
            raise RefusedError(422, error.message, hint=error.hint) from None
        _refuse_untold(events, feed, event_id)
        return _named(events, event_id)

    async def _written(self, events: Sequence[Event]) -> list[Accepted]:
        try:
            return await self.writer.put(events) if events else []
        except FullError:
            raise busy("more is waiting to be written than may: send it again", 2) from None
        except OutputError:
            raise busy("the log cannot be written: nothing of it is taken, send it again", 30) from None


def _told_apart(headers: Mapping[str, str], body: bytes) -> tuple[str, bytes]:
    """Return the key by which a pushed message is known when it comes again, and the JSON of its records.

    A CloudEvent has one of its own, `source` and `id`, in its headers (`ce-id`) or around its `data`.
    """
    if headers.get("content-type", "").partition(";")[0].strip().lower() == CLOUD_EVENT:
        told = json_of(body)
        if not isinstance(told, dict) or "data" not in told:
            raise RefusedError(422, "a CloudEvent has its document in `data`")
        return _known_by(told.get("source"), told.get("id")), unparsed(told["data"]).encode()
    own = headers.get("idempotency-key", "")
    return own or _known_by(headers.get("ce-source"), headers.get("ce-id")), body


def _known_by(source: Any, identity: Any) -> str:
    return hashlib.sha256(f"{source}\n{identity}".encode()).hexdigest() if source and identity else ""


def _in_thread(make: Callable[..., Any]) -> Callable[..., Awaitable[Any]]:
    return lambda *given: asyncio.to_thread(make, *given)


def _notices(told: Any, feed: Feed, secrets: Sequence[bytes]) -> Any:
    """Return what Business Central notifies of; what names no document is left to the poll where the feed has one."""
    found = business_central.notices(told, secrets)
    return [one for one in found if feed.poll is None or not business_central.is_of_many(one)]


def _records(told: Any, feed: Feed) -> Any:
    """Return the records of a message. Raises RefusedError (422) where they are not where the rules say."""
    where = feed.webhook.records if feed.webhook else ""
    found = inside(told, where)
    if found is None and where:
        raise RefusedError(422, f"there is no '{where}' in it, where its records are")
    return found


def _meant(told: Any, feed: Feed) -> Any:
    """Return the records that are this feed's, and what is no record at all: that is refused."""
    only = feed.webhook.only if feed.webhook else {}
    records = told if isinstance(told, list) else [told]
    mine = [one for one in records if not isinstance(one, dict) or all(inside(one, name) in values for name, values in only.items())]  # fmt: skip
    return mine if only else told


def _alone(feed: Feed) -> Feed:
    """Return a feed to which all is said that is said by its name."""
    return replace(feed, webhook=replace(feed.webhook, only={})) if feed.webhook else feed


def _refuse_untold(events: Sequence[Event], feed: Feed, event_id: str) -> None:
    """Raise RefusedError (422) for what a style that signs no time brings without a version or an id: it could be a replay."""
    if not event_id and untimed(feed) and not all(event.version or event.event_id for event in events):
        raise RefusedError(422, f"'{feed.version or feed.event_id}' is missing: without it an old message could be sent again")  # fmt: skip


def _named(events: Sequence[Event], event_id: str) -> list[Event]:
    """Return events with the id of their message, where they have none of their own; several of one are told by their place."""
    if not event_id:
        return list(events)
    ids = [event_id] if len(events) == 1 else [f"{event_id}/{at}" for at in range(1, len(events) + 1)]
    return [event if event.event_id else replace(event, event_id=name) for event, name in zip(events, ids, strict=True)]


def _taken(accepted: Sequence[Accepted], events: Sequence[Event], counts: Counter[tuple[str, str]], status: int) -> Response:  # fmt: skip
    """Return what became of a message's events. Raises RefusedError (409) where some conflict with what came before."""
    for event, each in zip(events, accepted, strict=True):
        counts[event.feed, "conflict" if each.conflict else "repeated" if each.repeated else "accepted"] += 1
    new = sum(not each.repeated and not each.conflict for each in accepted)
    told: Mapping[str, Any] = {"accepted": new, "repeated": sum(each.repeated for each in accepted), "duplicate": bool(accepted) and not new, "events": [each.seq for each in accepted]}  # fmt: skip
    if conflicts := [each.conflict for each in accepted if each.conflict]:
        raise RefusedError(409, conflicts[0], conflicts=len(conflicts), **{**told, "duplicate": False})
    return Response(json.dumps(told), status, NO_STORE, "application/json")
