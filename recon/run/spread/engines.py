"""The engines that can be named: `local[:n]`, `dask://HOST:PORT`, `spark://HOST:PORT`."""

from __future__ import annotations

import os
import re
from contextlib import contextmanager
from typing import TYPE_CHECKING

from recon.errors import RulesError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from recon.run.spread.executor import Executor

ENGINE = re.compile(
    r"(?P<local>local)(?::(?P<count>[1-9][0-9]{0,3}))?|(?P<kind>dask|spark)://(?P<host>[A-Za-z0-9._\[\]:-]+):(?P<port>[0-9]{1,5})"
)


def check_engine(written: str, *, has_work: bool) -> None:
    """Raise RulesError where no engine is called so, or it needs a work folder and has none."""
    found = _named(written)
    if found["kind"] and not has_work:
        raise RulesError(
            f"--engine {found['kind']}:// needs --work, a folder that driver and workers share",
            hint="As --work /mnt/shared/recon.",
        )


def _named(written: str) -> re.Match[str]:
    found = ENGINE.fullmatch(written)
    if found is None:
        raise RulesError(
            f"--engine is local, local:N, dask://HOST:PORT or spark://HOST:PORT, not '{written}'",
            hint="As --engine local:4, or --engine dask://scheduler:8786 --work /mnt/shared/recon.",
        )
    return found


@contextmanager
def opened(written: str) -> Iterator[Executor]:
    """Reach the workers of an engine, and let go of them in the end.

    Raises RulesError where its extra is not installed, OutputError where it does not answer.
    """
    found = _named(written)
    if found["local"]:
        from recon.run.spread.processes import Processes

        with Processes(int(found["count"] or os.cpu_count() or 1)) as processes:
            yield processes
    elif found["kind"] == "dask":
        from recon.run.spread.dask import dask_workers

        with dask_workers(f"tcp://{found['host']}:{found['port']}") as workers:
            yield workers
    else:
        from recon.run.spread.spark import spark_workers

        with spark_workers(f"sc://{found['host']}:{found['port']}") as workers:
            yield workers
