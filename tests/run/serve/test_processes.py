"""The service as a command: it ends with 0 when it is told to, starts again what dies, and leaves nothing behind."""

from __future__ import annotations

import http.client
import os
import signal
import subprocess
import sys
import threading
import time
from contextlib import suppress
from random import Random

import pytest

pytest.importorskip("uvicorn")

from recon.cli.ends import end_of_run
from recon.rules.file import load_rules
from recon.run.serve.follow import follow
from recon.run.serve.processes import EndedError, supervise
from tests.kit.service import Served, made, order, served

SECONDS = 30


def until(told, seconds=SECONDS):
    limit = time.monotonic() + seconds
    while not (found := told()):
        assert time.monotonic() < limit
        time.sleep(0.05)
    return found


class Command:
    """`recon serve` that runs; what it said."""

    def __init__(self, rules, *more):
        command = [sys.executable, "-m", "recon", "serve", str(rules), "--port", "0", *more]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, start_new_session=True)  # fmt: skip
        self.said: list[str] = []
        self.reader = threading.Thread(target=self._read, daemon=True)
        self.reader.start()

    def _read(self):
        for line in self.process.stdout:
            self.said.append(line.rstrip())

    def line(self, words, number=1):
        return until(lambda: [line for line in self.said if words in line][number - 1 :])[0]

    def parts(self):
        """Return the ids of the processes that it started."""
        told = subprocess.run(["ps", "-o", "pid=", "--ppid", str(self.process.pid)], capture_output=True, text=True, check=False)  # fmt: skip
        return [int(word) for word in told.stdout.split()]

    def end(self):
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(SECONDS)


@pytest.fixture
def command(env, tmp_path):
    one = Command(made(tmp_path))
    yield one
    one.process.kill()
    one.process.wait()
    one.process.stdout.close()


def test_what_is_pushed_is_followed_until_sigterm_ends_it_with_0(command, tmp_path):
    service = Served(tmp_path / "rules.yaml", [command.line("listening on")])
    command.line("following")  # what came before it is applied as the store is opened, without a word
    assert service.hook(order("C1"), "c-1").status == 202
    assert "1 document changed" in command.line("event applied")
    parts = command.parts()
    assert (len(parts), command.end()) == (2, 0)
    assert not any(alive(part) for part in parts)


@pytest.mark.slow
def test_a_part_that_dies_is_started_again_and_parts_end_with_their_command(command):
    command.line("listening on"), command.line("following")
    follower = next(part for part in command.parts() if "follow" in named(part))
    os.kill(follower, signal.SIGKILL)
    assert "'follow' ended with -9" in command.line("started again")
    command.line("following", 2)
    parts = command.parts()
    command.process.kill()
    until(lambda: not any(alive(part) for part in parts))


def test_what_was_pushed_before_anybody_followed_is_said_as_the_store_is_opened(env, tmp_path):
    with served(made(tmp_path)) as service:
        service.hook(order("E1"), "e-1")
    stopped, said = threading.Event(), []
    follower = threading.Thread(target=follow, args=(load_rules(service.rules), said.append, stopped))
    follower.start()
    until(lambda: said)
    stopped.set()
    follower.join(SECONDS)
    assert said[0].endswith("store: 1 event of the log applied as it was opened")


@pytest.mark.slow
def test_a_second_follower_waits_until_the_first_one_ends(command, tmp_path):
    command.line("following")
    other = Command(tmp_path / "rules.yaml")
    assert "waiting" in other.line("another process follows")
    assert command.end() == 0
    other.line("following ")
    assert other.end() == 0
    other.process.stdout.close()


def alive(process):
    told = subprocess.run(["ps", "-o", "stat=", "-p", str(process)], capture_output=True, text=True, check=False).stdout
    return told.strip()[:1] not in ("", "Z")


def named(process):
    return subprocess.run(
        ["ps", "-ww", "-o", "args=", "-p", str(process)], capture_output=True, text=True, check=False
    ).stdout


def ending(code, seconds=0):
    return [sys.executable, "-c", f"import time; time.sleep({seconds}); raise SystemExit({code})"]


@pytest.mark.parametrize("code", [2, 3, 4])
def test_a_part_that_starting_again_does_not_mend_ends_the_whole_with_its_code(code):
    with pytest.raises(EndedError, match=f"'receive' ended with {code}") as ended:
        supervise({"follow": ending(0, 9), "receive": ending(code)}, print, threading.Event())
    assert ended.value.exit_code == code


@pytest.mark.slow
def test_what_was_acknowledged_is_there_after_kill_9_under_load(env, tmp_path):
    rules, dice = made(tmp_path), Random(7)
    acknowledged = set()

    def send(service, name):
        with suppress(OSError, http.client.HTTPException):
            for at in range(10_000):
                told = service.hook(order(f"{name}-{at}"), f"{name}-{at}")
                assert told.status == 202
                acknowledged.add(f"{name}-{at}")

    for kill in range(6):
        receiver = Command(rules, "--only", "receive")
        service = Served(rules, [receiver.line("listening on")])
        senders = [threading.Thread(target=send, args=(service, f"{kill}-{one}")) for one in range(8)]
        [sender.start() for sender in senders]
        time.sleep(0.3 + dice.random())
        receiver.process.kill()
        [sender.join() for sender in senders]
        receiver.process.wait()
        receiver.process.stdout.close()
    kept = {event.event.event_id for event in service.events()}
    assert len(acknowledged) > 50
    assert acknowledged <= kept


@pytest.mark.slow
def test_a_part_that_dies_again_and_again_ends_the_whole():
    said = []
    with pytest.raises(EndedError) as ended:
        supervise({"follow": ending(70)}, said.append, threading.Event())
    assert (ended.value.exit_code, len(said)) == (70, 4)


def test_what_stands_in_the_way_is_said_once_before_anything_is_started(env, tmp_path, capfd):
    rules = made(tmp_path)
    (tmp_path / "store" / "events.db").unlink()
    handlers = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        assert end_of_run(["serve", str(rules), "--port", "0"]) == 4
    finally:
        for number, handler in handlers.items():
            signal.signal(number, handler)
    assert "there is no store" in capfd.readouterr().err
