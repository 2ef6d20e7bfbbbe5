"""One thread writes the log: what waits together shares a commit, too much is refused, a full disk is told to all."""

from __future__ import annotations

import asyncio
import threading

import pytest

pytest.importorskip("starlette")

from recon.errors import OutputError
from recon.rules.rule import Rules
from recon.run.serve.intake import Intake
from recon.run.serve.refused import RefusedError
from recon.run.serve.writer import FullError, Writer
from recon.store.events import Accepted, Event


class Log:
    """A store that holds each commit until it is let go."""

    def __init__(self, error=None):
        self.go, self.commits, self.closed, self.error = threading.Event(), [], False, error
        self.log = self

    def accept(self, events, _at, **_):
        self.go.wait(5)
        self.commits.append([event.key for event in events])
        if self.error:
            raise self.error
        return [Accepted(int(event.key), repeated=False) for event in events]

    def close(self):
        self.closed = True


def events(*keys):
    return [Event("feed", "orders", str(key), {}) for key in keys]


async def sent(log, *messages, most=100):
    writer = Writer(lambda: log, most)
    writer.start()
    first = asyncio.create_task(writer.put(messages[0]))
    await asyncio.sleep(0.05)
    others = [asyncio.create_task(writer.put(message)) for message in messages[1:]]
    await asyncio.sleep(0.05)
    log.go.set()
    told = await asyncio.gather(first, *others, return_exceptions=True)
    await writer.stop()
    assert log.closed
    assert writer.waiting == 0
    return told


def test_what_waits_while_another_is_written_shares_one_commit():
    log = Log()
    told = asyncio.run(sent(log, events(1), events(2, 3), events(4)))
    assert log.commits == [["1"], ["2", "3", "4"]]
    assert [[each.seq for each in one] for one in told] == [[1], [2, 3], [4]]


def test_more_than_may_wait_is_refused_and_the_rest_is_not():
    told = asyncio.run(sent(Log(), events(1), events(2, 3), events(4), most=3))
    assert [type(one) for one in told] == [list, list, FullError]


def test_a_message_that_is_larger_than_what_may_wait_is_taken_when_nothing_does():
    assert [len(one) for one in asyncio.run(sent(Log(), events(1, 2, 3), most=2))] == [3]


@pytest.mark.parametrize("error", [OutputError("disk full"), ZeroDivisionError()])
def test_what_goes_wrong_is_told_to_everybody_and_the_next_is_tried(error):
    log = Log(error)
    told = asyncio.run(sent(log, events(1), events(2)))
    assert told == [error, error]
    assert log.commits == [["1"], ["2"]]


@pytest.mark.parametrize("error", [FullError(), OutputError("disk full")])
def test_who_sends_what_cannot_be_written_now_is_asked_to_come_again(error):
    class Broken:
        async def put(self, _events):
            raise error

    with pytest.raises(RefusedError) as refused:
        asyncio.run(Intake(Rules(), str, Broken())._written(events(1)))
    answer = refused.value.answer()
    assert (answer.status_code, int(answer.headers["retry-after"]) > 0) == (503, True)
    assert "disk" not in answer.body.decode()
