"""The application: which path is answered by what."""

from __future__ import annotations

from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from recon.errors import RulesError
from recon.run.live.desk import open_store
from recon.run.serve.api import endpoints, routes
from recon.run.serve.asked import Guard, Refusals
from recon.run.serve.intake import Intake
from recon.run.serve.months import Months
from recon.run.serve.reader import Reader
from recon.run.serve.refused import RefusedError
from recon.run.serve.writer import Writer

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from starlette.requests import Request
    from starlette.responses import Response

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
    app = Starlette(routes=_routes(service, intake, reader), lifespan=lifespan, exception_handlers=handlers)
    app.router.redirect_slashes = False
    return Guard(app, service.here)


def _routes(service: Service, intake: Intake, reader: Reader) -> list[Route]:
    read = routes(endpoints(service.rules, Months(service.rules, service.reading)), service.callers, reader)
    push = Route("/v1/events/{feed}", intake.push(service.callers), methods=["POST"])
    return [*_webhooks(service.rules, intake), push, *read, Route("/healthz", _alive)]


def _webhooks(rules: Rules, intake: Intake) -> list[Route]:
    paths: dict[str, str] = {}
    found = []
    for feed in rules.feeds:
        if feed.webhook is None:
            continue
        path = feed.webhook.path
        if path in paths or path.startswith(OWN):
            taken = f"the feed '{paths[path]}'" if path in paths else "the service itself"
            raise RulesError(
                f"the path {path} is that of {taken}", f"the feed '{feed.name}'", "As path: /hooks/invoices."
            )
        paths[path] = feed.name
        found.append(Route(path, intake.webhook(feed), methods=["POST"]))
    return found


OWN = ("/v1/", "/page/", "/healthz", "/readyz", "/metrics", "/openapi")
"""Paths of the service itself."""


async def _alive(_request: Request) -> Response:
    return PlainTextResponse("ok\n")
