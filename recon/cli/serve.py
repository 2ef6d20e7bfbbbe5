"""`recon serve`: the service: documents are pushed to it, what stands is read from it."""

from __future__ import annotations

import signal
from typing import TYPE_CHECKING, Annotated

import typer

from recon.cli.job import load
from recon.cli.options import RulesArgument, choice
from recon.cli.stdout import say, shown
from recon.errors import RulesError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import FrameType

    from recon.rules.rule import Rules
    from recon.run.live.watch import Stop

PARTS = ("receive", "follow", "deliver")
PORT = 8377


def serve(
    rules: RulesArgument,
    host: Annotated[
        str, typer.Option(metavar="ADDRESS", help="Where to listen; this machine alone by default.")
    ] = "127.0.0.1",
    port: Annotated[int, typer.Option(metavar="N", min=0, max=65535, help="The port; 0: any that is free.")] = PORT,
    only: Annotated[
        str | None, typer.Option(metavar="|".join(PARTS), help="Do one part alone, in this process.")
    ] = None,
    behind_proxy: Annotated[
        bool, typer.Option("--behind-proxy", help="A proxy ends TLS and forwards to this.")
    ] = False,
) -> int:
    """Take documents by webhook and API, match what they change, answer what stands, until stopped (SIGTERM or Ctrl-C ends with 0).

    Each part is a process of its own under this one: the receiver writes the log, the follower all that follows from it, the deliverer tells others.
    """
    _refuse_without_extra()
    from recon.run.live.opened import open_store
    from recon.run.serve.processes import command_of, end_with_parent, supervise
    from recon.run.serve.settings import Settings, callers_of, tls_of

    loaded, stopped = load(rules), _stopped()
    settings = Settings(host, port, behind_proxy)
    if only is None:
        callers_of(settings, loaded), tls_of(loaded)
        with open_store(loaded):  # said once, and brought up to this recon before the parts open it
            pass
        told = [str(rules), "--host", host, "--port", str(port), *(["--behind-proxy"] if behind_proxy else [])]
        supervise({part: command_of(part, told) for part in _wanted(loaded)}, _say, stopped)
        return 0
    part = choice(only, PARTS, "--only")
    end_with_parent(stopped)
    if part == "receive":
        from recon.run.serve.receive import receive

        receive(loaded, settings, _say, stopped)
    elif part == "follow":
        from recon.run.serve.follow import follow

        follow(loaded, _say, stopped)
    else:
        from recon.run.live.deliver import deliver

        deliver(loaded, _say, stopped)
    return 0


def _refuse_without_extra() -> None:
    from importlib.util import find_spec

    missing = [
        name
        for name in ("starlette", "uvicorn", "httptools", "jinja2", "joserfc", "prometheus_client")
        if find_spec(name) is None
    ]
    if missing:
        raise RulesError(
            f"the service needs what is not installed: {', '.join(missing)}", hint="pip install 'recon[live]'"
        )


def _wanted(rules: Rules) -> Sequence[str]:
    """Return the parts that the rules need: nobody delivers where nobody is to be told."""
    if not rules.deliver:
        return PARTS[:-1]
    from recon.run.live.deliver import refuse_untold

    for courier in refuse_untold(rules):
        courier.close()
    return PARTS


def _say(text: str) -> None:
    say(shown(text))


def _stopped() -> Stop:
    """Return what SIGTERM and Ctrl-C set."""
    from recon.run.live.watch import Stop as Event

    stopped = Event()

    def stop(_signal: int, _frame: FrameType | None) -> None:
        stopped.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)
    return stopped
