"""The application: which path is answered by what."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from prometheus_client import CONTENT_TYPE_LATEST
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from recon.errors import RulesError
from recon.run.live.opened import open_store
from recon.run.serve.api import endpoints, routes
from recon.run.serve.asked import Guard, Refusals
from recon.run.serve.intake import Intake
from recon.run.serve.months import Months
from recon.run.serve.pages import routes as page_routes
from recon.run.serve.reader import Reader
from recon.run.serve.refused import NO_STORE, RefusedError, busy
from recon.run.serve.standing import BEHIND, Metrics, behind
from recon.run.serve.writer import Writer

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Sequence

    from starlette.requests import Request

    from recon.rules.feed import Feed, WebhookFeed
    from recon.rules.rule import Rules
    from recon.run.serve.callers import Callers
    from recon.store.store import Store


@dataclass(frozen=True)
class Service:
    """What the application stands on: the rules, who may ask, how the store is opened for writing and for reading, whom the log is told to.

    `here`: whether only this machine reaches it, by no proxy.
    """

    rules: Rules
    callers: Callers
    writing: Callable[[], Store]
    reading: Callable[[], Store]
    say: Callable[[str], None]
    here: bool = True


def application(service: Service) -> Any:
    """Return the ASGI application. Raises RulesError where the webhooks of the rules contradict themselves."""
    refusals = Refusals(service.say)
    with open_store(service.rules, write=False) as store:
        mark = store.keys.mark
    reader, writer = Reader(service.reading), Writer(service.writing)
    intake = Intake(service.rules, mark, writer)

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        writer.start()
        yield
        await writer.stop()
        reader.close()

    handlers: Any = {RefusedError: refusals.refused, HTTPException: refusals.of_starlette, Exception: refusals.failed}
    app = Starlette(
        routes=_routes(service, intake, reader, Metrics(reader, service.rules, intake, refusals)),
        lifespan=lifespan,
        exception_handlers=handlers,
    )
    app.router.redirect_slashes = False
    return Guard(app, service.here)


def _routes(service: Service, intake: Intake, reader: Reader, metrics: Metrics) -> list[Route]:
    read = routes(endpoints(service.rules, Months(service.rules, service.reading)), service.callers, reader)
    push = Route("/v1/events/{feed}", intake.push(service.callers), methods=["POST"])
    pages = page_routes(service.rules, service.callers, reader)
    return [*_webhooks(service.rules, intake), push, *read, *pages, *_watched(service, intake, reader, metrics)]


def _webhooks(rules: Rules, intake: Intake) -> list[Route]:
    paths: dict[str, list[Feed]] = {}
    for feed in rules.feeds:
        if feed.webhook is not None:
            sharing = paths.setdefault(feed.webhook.path, [])
            _refuse_taken(feed, feed.webhook, sharing)
            sharing.append(feed)
    return [Route(path, intake.webhook(feeds), methods=["POST"]) for path, feeds in paths.items()]


def _refuse_taken(feed: Feed, told: WebhookFeed, sharing: Sequence[Feed]) -> None:
    """Raise RulesError where a path is another's, unless both feeds say which records are theirs."""
    if told.path.startswith(OWN):
        raise RulesError(f"the path {told.path} is that of the service itself", f"the feed '{feed.name}'", "As path: /hooks/invoices.")  # fmt: skip
    for other in sharing:
        theirs = other.webhook
        if theirs is None or not (told.only and theirs.only):
            raise RulesError(f"the path {told.path} is that of the feed '{other.name}'", f"the feed '{feed.name}'", "Name another: path: /hooks/invoices; or say in both which records are whose: only: {name: Bill}")  # fmt: skip
        if (told.style, told.secret) != (theirs.style, theirs.secret):
            raise RulesError(f"at the path {told.path} the feed '{other.name}' has another style or secret", f"the feed '{feed.name}'", "A message is signed once: write the same in both.")  # fmt: skip


OWN = ("/v1/", "/page/", "/healthz", "/readyz", "/metrics", "/openapi")
"""Paths of the service itself."""


def _watched(service: Service, intake: Intake, reader: Reader, metrics: Metrics) -> list[Route]:
    """Return what machines watch the service by."""

    async def alive(_request: Request) -> Response:
        return PlainTextResponse("ok\n", headers=NO_STORE)

    async def ready(_request: Request) -> Response:
        late = await asyncio.to_thread(_behind, reader)
        if not intake.writer.alive or late > BEHIND:
            raise busy("the log is not written" if not intake.writer.alive else "events wait that nobody applies", 10)
        return PlainTextResponse("ready\n", headers=NO_STORE)

    async def measured(request: Request) -> Response:
        await service.callers.asked(request, "read")
        return Response(await asyncio.to_thread(metrics.text), 200, NO_STORE, CONTENT_TYPE_LATEST)

    return [Route("/healthz", alive), Route("/readyz", ready), Route("/metrics", measured)]


def _behind(reader: Reader) -> float:
    with reader.look() as store:
        return behind(store)
