"""The receiver as a process: it listens, takes what is pushed into the log, and answers what is asked."""

from __future__ import annotations

import logging
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING

import uvicorn

from recon.run.live.opened import place
from recon.run.serve.application import Service, application
from recon.run.serve.protocol import Protocol
from recon.run.serve.settings import callers_of, listener, tls_of
from recon.store.master import master_key
from recon.store.store import Store

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable, Iterator

    from recon.rules.rule import Rules
    from recon.run.serve.settings import Settings

CONNECTIONS = 128
"""Connections at once, each with a body of at most 1 MiB; more are told to come again (503)."""
SECONDS = 10
"""How long what is asked may take when it is to end."""


class Server(uvicorn.Server):
    """A server that leaves signals to the process, and ends when that says so."""

    def __init__(self, config: uvicorn.Config, stopped: threading.Event) -> None:
        super().__init__(config)
        self._stopped = stopped

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Capture none: uvicorn would raise them again when it has ended, and the process would not end with 0."""
        yield

    async def on_tick(self, counter: int) -> bool:
        """End when the process is to."""
        self.should_exit = self.should_exit or self._stopped.is_set()
        return await super().on_tick(counter)


def receive(rules: Rules, settings: Settings, say: Callable[[str], None], stopped: threading.Event) -> None:
    """Listen until `stopped`, then answer what was asked. Raises RulesError or OutputError where that cannot begin."""
    callers, context = callers_of(settings, rules), tls_of(rules)
    where, told = place(rules)
    master = master_key(told, rules.path.parent)
    Store.open(where, master).close()
    app = application(Service(rules, callers, partial(Store.open, where, master), partial(Store.open, where, master, write=False), say, settings.is_here and not settings.behind_proxy))  # fmt: skip
    with listener(settings) as socket:
        say(f"listening on {settings.address(socket.getsockname()[1], tls=context is not None)}")
        logging.getLogger("uvicorn.error").setLevel(logging.CRITICAL)
        config = uvicorn.Config(
            app,
            http=Protocol,
            ws="none",
            lifespan="on",
            log_config=None,
            access_log=False,
            server_header=False,
            proxy_headers=settings.behind_proxy,
            limit_concurrency=CONNECTIONS,
            timeout_graceful_shutdown=SECONDS,
            ssl_context_factory=(lambda _config, _default: context) if context else None,
        )
        Server(config, stopped).run(sockets=[socket])
