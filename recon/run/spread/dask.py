"""The workers of a Dask cluster."""

from __future__ import annotations

import logging
from collections import deque
from contextlib import contextmanager
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, cast

from recon.errors import OutputError, RulesError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

INSTALL = "Install on all workers the recon that the driver has."
WAIT = "10s"
"""How long the scheduler may take to answer."""
LOOK_SECONDS, LEFT_SECONDS = 10, 120
"""How often it is looked whether there are workers, and how long a cluster may have none."""
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

    def _wait(self, future: Any) -> None:
        """Wait until a task has ended. Raises OutputError where there has been nobody for some time who could do it."""
        without = 0
        while without < LEFT_SECONDS:
            try:
                future.exception(timeout=LOOK_SECONDS)
            except TimeoutError:
                without = 0 if self._client.nthreads() else without + LOOK_SECONDS
            else:
                return
        raise OutputError("the Dask cluster has no workers any more", hint="What do their logs say?")

    def _result(self, future: Any) -> bytes:
        from distributed.client import FutureCancelledError
        from distributed.scheduler import KilledWorker

        try:
            self._wait(future)
            return cast("bytes", future.result())
        except KilledWorker as error:
            raise OutputError(
                "workers of the Dask cluster are lost again and again", hint="Do they have too little memory?"
            ) from error
        except FutureCancelledError as error:
            raise OutputError("the Dask scheduler is gone", hint="What does its log say? Run again.") from error
        except (ImportError, AttributeError) as error:
            raise OutputError(f"the Dask workers cannot run recon: {error}", hint=INSTALL) from error


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
    logging.getLogger("distributed.client").setLevel(logging.CRITICAL)  # what it would say is said by recon
    try:
        client: Any = connect(address, timeout=WAIT, set_as_default=False)
    except (OSError, TimeoutError) as error:
        raise OutputError("the Dask scheduler does not answer", shown, "Is it running, and the port right?") from error
    with client:
        if not client.nthreads():
            raise OutputError("the Dask cluster has no workers", shown, "Start some: dask worker HOST:PORT")
        # One that gets a task of a package that it does not have ends itself, and the run would wait for others.
        without = [worker for worker, found in client.run(find_spec, "recon").items() if found is None]
        if without:
            raise OutputError(f"on the Dask worker {without[0]} is no recon", shown, INSTALL)
        yield DaskWorkers(client)
