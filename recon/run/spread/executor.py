"""Who does the work: an Executor maps a function over messages, wherever its workers are."""

from __future__ import annotations

import pickle
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, TypeVar, cast

import polars as pl

from recon import __version__
from recon.errors import OutputError, ReconError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from recon.run.spread.work import Work

Item = TypeVar("Item")
Result = TypeVar("Result")


class Executor(Protocol):
    """Workers somewhere. A message may be worked on twice, where a worker was lost: what is done must bear that."""

    def map(self, function: Callable[[bytes], bytes], messages: Iterable[bytes]) -> Iterator[bytes]:
        """Yield what an importable `function` makes of each message, in order, and take no more than a few ahead.

        Raises OutputError where workers are lost again and again.
        """


@dataclass(frozen=True)
class _Call:
    """A task on its way: read only by a worker that has the same recon and Polars and sees the work folder."""

    versions: tuple[str, str]
    work: Work
    payload: bytes


def mapped(
    executor: Executor, work: Work, function: Callable[[Item], Result], items: Iterable[Item]
) -> Iterator[Result]:
    """Yield what an importable `function` makes of each picklable item on the workers, in order.

    Raises the ReconError that a worker raised, and OutputError where a worker has another recon or Polars, or does not
    see the work folder.
    """
    calls = (pickle.dumps(_Call(_versions(), work, pickle.dumps((function, item)))) for item in items)
    for answer in executor.map(answered, calls):
        result = pickle.loads(answer)
        if isinstance(result, ReconError):
            raise result
        yield cast("Result", result)


def answered(message: bytes) -> bytes:
    """Do one task on a worker; the answer is its result, or the ReconError that it ended in."""
    call: _Call = pickle.loads(message)
    try:
        _check(call)
        function, item = pickle.loads(call.payload)
        return pickle.dumps(function(item))
    except ReconError as error:
        return pickle.dumps(error)


def _versions() -> tuple[str, str]:
    return __version__, pl.__version__


def _check(call: _Call) -> None:
    if call.versions != _versions():
        driver, worker = (f"recon {one} with Polars {two}" for one, two in (call.versions, _versions()))
        hint = f"Install on the workers what the driver has: pip install recon=={call.versions[0]} polars=={call.versions[1]}"
        raise OutputError(f"a worker has {worker}, the driver {driver}", hint=hint)
    if not call.work.seen():
        hint = "Give with --work a folder or an object store that driver and all workers see under the same name."
        raise OutputError("a worker does not see the work folder", str(call.work.storage), hint)
