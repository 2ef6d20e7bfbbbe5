"""How a run ends: the one place that prints an error, and the exit code of each way to end."""

from __future__ import annotations

import errno
import os
import signal
import sys
import traceback
import warnings
from contextlib import suppress
from typing import TYPE_CHECKING, NoReturn

from recon.cli.stdout import StdoutClosedError, calm, silence
from recon.errors import OutputError, ReconError, RulesError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import FrameType

BUG = 70
INTERRUPTED = 130
CLOSED = 141
TERMINATED = 143
stopped: list[int] = []
"""The codes of the signals that came: where one makes something fail in its midst, that is no bug."""
_DISK_FULL = {errno.ENOSPC, errno.EDQUOT}


class TerminatedError(BaseException):
    """SIGTERM came; not an Exception, so that it passes everything but clean-up."""


def end_of_run(arguments: Sequence[str]) -> int:
    """Run the command line and return its exit code; nothing but an interpreter that dies gets past this function."""
    stopped.clear()
    _listen()
    try:
        calm()
        if not os.environ.get("RECON_DEBUG"):
            warnings.simplefilter("ignore")  # what libraries tell programmers is no message to a person
        from recon.cli.app import dispatch

        code = dispatch(arguments)
    except BaseException as error:  # noqa: BLE001 -- a Rust panic is no Exception, and it must not exit 1
        return _end(error)
    return _end(KeyboardInterrupt()) if code == INTERRUPTED else code  # Typer makes an exit code of Ctrl-C


def _listen() -> None:
    """Take SIGINT and SIGTERM; who started the process so that it does not hear one of them is obeyed."""
    for number, handler in ((signal.SIGINT, _interrupt), (signal.SIGTERM, _terminate)):
        if signal.getsignal(number) != signal.SIG_IGN:
            signal.signal(number, handler)


def leave(code: int) -> NoReturn:
    """Leave the process; one that was stopped does not wait for the threads that still read or match."""
    if code in {INTERRUPTED, TERMINATED}:
        for stream in (sys.stdout, sys.stderr):
            with suppress(OSError, ValueError, AttributeError):
                stream.flush()
        os._exit(code)
    sys.exit(code)


def exit_code(error: BaseException) -> int:
    """Return the exit code that `error` ends a run with."""
    if isinstance(error, ReconError):
        return error.exit_code
    if isinstance(error, StdoutClosedError) or _has(error, BrokenPipeError):
        return CLOSED
    if isinstance(error, KeyboardInterrupt):
        return INTERRUPTED
    if isinstance(error, TerminatedError):
        return TERMINATED
    return error.code if isinstance(error, SystemExit) and isinstance(error.code, int) else BUG


def failure(error: BaseException) -> dict[str, object]:
    """Return what a log and a notice say of a run that `error` ended: where and what."""
    told = [getattr(error, "where", ""), getattr(error, "message", "") or type(error).__name__]
    return {"exit": exit_code(error), "error": ": ".join(filter(None, told))}


def _end(error: BaseException) -> int:
    told = _worded(error)
    code = exit_code(told)
    if code == BUG and stopped:
        code = stopped[0]
    if code == CLOSED:
        silence()
        return code
    if os.environ.get("RECON_DEBUG"):
        traceback.print_exception(error)
    if not isinstance(told, SystemExit):
        _complain(told, code)
    return code


def _worded(error: BaseException) -> BaseException:
    """Return the ReconError that says what `error` means to a person, or `error` itself where recon has no word for it."""
    if isinstance(error, ReconError):
        return error
    import typer

    if isinstance(error, typer.TyperException):
        return RulesError(
            error.format_message(), hint="`recon --help` lists the commands, `recon VERB --help` their options"
        )
    if isinstance(error, typer.Abort):
        return KeyboardInterrupt()
    if isinstance(error, OSError) and error.errno in _DISK_FULL:
        return OutputError(f"the disk is full: {error.strerror}", where=str(error.filename or ""))
    return error


def _complain(error: BaseException, code: int) -> None:
    if sys.stderr is None:
        return
    try:
        print(_message(error, code), file=sys.stderr)
    except OSError:  # nobody is there to be told
        return


def _message(error: BaseException, code: int) -> str:
    if isinstance(error, ReconError) and code != BUG:
        from recon.cli.complaint import complaint

        return complaint(error)
    if code == INTERRUPTED:
        return "recon: interrupted; no report is half written"
    if code == TERMINATED:
        return "recon: terminated; no report is half written"
    from recon.cli.complaint import bug

    return bug(error)


def _interrupt(_signal: int, _frame: FrameType | None) -> NoReturn:
    stopped.append(INTERRUPTED)
    raise KeyboardInterrupt


def _terminate(_signal: int, _frame: FrameType | None) -> NoReturn:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    stopped.append(TERMINATED)
    raise TerminatedError


def _has(error: BaseException | None, kind: type[BaseException]) -> bool:
    """Return whether `error` came of a `kind`: Typer turns a closed pipe into an exit of its own."""
    while error is not None:
        if isinstance(error, kind):
            return True
        error = error.__cause__ or error.__context__
    return False
