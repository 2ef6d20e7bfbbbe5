"""The workers of a Dask cluster."""

from __future__ import annotations

from collections import deque
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, cast

from recon.errors import OutputError, RulesError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

WAIT = "10s"
"""How long the scheduler may take to answer."""
AGAIN = 3
"""So many times a task is tried again whose worker was lost."""


class DaskWorkers:
    """An Executor of whatever workers the scheduler of `client` has."""

    def __init__(self, client: Any) -> None:
        self._client = client

    def map(self, function: Callable[[bytes], bytes], messages: Iterable[bytes]) -> Iterator[bytes]:
        """Yield what `function` makes of each message, in order; two for each thread of the cluster are on their way."""
        waiting: deque[Any] = deque()
        for message in messages:
            waiting.append(self._client.submit(function, message, pure=False, retries=AGAIN))
            if len(waiting) > 2 * self._threads():
                yield self._result(waiting.popleft())
        while waiting:
            yield self._result(waiting.popleft())

    def _threads(self) -> int:
        return sum(self._client.nthreads().values()) or 1

    def _result(self, future: Any) -> bytes:
        from distributed.scheduler import KilledWorker

        try:
            return cast("bytes", future.result())
        except KilledWorker as error:
            raise OutputError(
                "workers of the Dask cluster are lost again and again", hint="Do they have too little memory?"
            ) from error
        except (ImportError, AttributeError) as error:
            raise OutputError(
                f"the Dask workers cannot run recon: {error}", hint="Install on them the recon that the driver has."
            ) from error


@contextmanager
def dask_workers(address: str) -> Iterator[DaskWorkers]:
    """Connect to a scheduler. Raises RulesError without the extra, OutputError where nothing answers or nobody works."""
    try:
        from distributed import Client
    except ImportError:
        raise RulesError(
            "--engine dask:// needs a package that is not installed",
            hint='Install it with `pip install "recon[dask]"`.',
        ) from None
    shown = address.replace("tcp://", "dask://")
    connect: Any = Client  # it has no types
    try:
        client: Any = connect(address, timeout=WAIT, set_as_default=False)
    except (OSError, TimeoutError) as error:
        raise OutputError("the Dask scheduler does not answer", shown, "Is it running, and the port right?") from error
    with client:
        if not client.nthreads():
            raise OutputError("the Dask cluster has no workers", shown, "Start some: dask worker HOST:PORT")
        yield DaskWorkers(client)
