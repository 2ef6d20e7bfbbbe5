"""The workers behind a Spark Connect server: Spark itself, Databricks, EMR, Sail."""

from __future__ import annotations

import re
import socket
from contextlib import contextmanager
from itertools import islice
from typing import TYPE_CHECKING, Any

from recon.errors import OutputError, RulesError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

ANSWER_SECONDS = 10
"""How long a server may take to take a connection. The client itself would try for ten minutes."""
PATIENCE: dict[str, Any] = {"max_retries": 10, "max_backoff": 10_000}
"""How often a server that does not answer is asked again, and after how many milliseconds at most: for a minute or two."""
CAUSE = re.compile(r"\w*(?:Error|Exception): .*|details = \"(?P<details>.*)\"")
"""How a traceback of a worker ends, and how the client tells that a server is gone."""
AT_ONCE = 256
"""Messages that go to the server in one job; answers come when all of them are done."""


class SparkWorkers:
    """An Executor of Python workers that get messages as rows of binary: no type of Spark's is in the way."""

    def __init__(self, session: Any) -> None:
        self._session = session

    def map(self, function: Callable[[bytes], bytes], messages: Iterable[bytes]) -> Iterator[bytes]:
        """Yield what `function` makes of each message, in order, job by job."""
        rest = iter(messages)
        while some := list(islice(rest, AT_ONCE)):
            yield from self._job(function, some)

    def _job(self, function: Callable[[bytes], bytes], messages: list[bytes]) -> list[bytes]:
        def work(batches: Iterable[Any]) -> Iterator[Any]:
            import pyarrow as pa

            for batch in batches:
                numbers, tasks = batch.column("number"), batch.column("message")
                answers = [function(task.as_py()) for task in tasks]
                yield pa.RecordBatch.from_arrays([numbers, pa.array(answers, pa.binary())], ["number", "message"])

        schema = "number long, message binary"
        rows = self._session.createDataFrame(list(enumerate(messages)), schema).repartition(len(messages))
        try:
            done = rows.mapInArrow(work, schema).collect()
        except Exception as error:  # the client's errors share no class but this
            raise OutputError(
                f"the Spark job failed: {_said(error)}",
                hint="Have its workers the recon, Polars and pyarrow that the driver has?",
            ) from error
        return [bytes(row["message"]) for row in sorted(done, key=lambda row: row["number"])]


def _said(error: Exception) -> str:
    """Return the line that names what went wrong, of what may be a traceback of a worker, or else the first."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()] or [type(error).__name__]
    causes = (found["details"] or found[0] for line in lines if (found := CAUSE.fullmatch(line)))
    return next(causes, lines[0])[:300]


@contextmanager
def spark_workers(address: str) -> Iterator[SparkWorkers]:
    """Connect to a Spark Connect server. Raises RulesError without the extra, OutputError where nothing answers."""
    try:
        from pyspark.sql import SparkSession
        from pyspark.sql.connect.client.retries import DefaultPolicy
    except ImportError:
        raise RulesError(
            "--engine spark:// needs a package that is not installed",
            hint='Install it with `pip install "recon[spark]"`.',
        ) from None
    shown = address.replace("sc://", "spark://")
    host, _, port = address.removeprefix("sc://").rpartition(":")
    try:
        socket.create_connection((host.strip("[]"), int(port)), ANSWER_SECONDS).close()
        session = SparkSession.builder.remote(address).getOrCreate()
        session.client.set_retry_policies([DefaultPolicy(**PATIENCE)])
        session.range(1).collect()
    except Exception as error:
        hint = "Is it running, and the port right (15002 is the usual one)?"
        raise OutputError("the Spark Connect server does not answer", shown, hint) from error
    try:
        yield SparkWorkers(session)
    finally:
        session.stop()
