"""kill -9, at random moments and under load, of each part and of the whole: nothing is lost, and who is told hears of each change at least once."""

from __future__ import annotations

import http.client
import json
import os
import signal
import threading
import time
from contextlib import suppress
from random import Random

import pytest

pytest.importorskip("uvicorn")
pytest.importorskip("httpx2")

from recon.rules.file import load_rules
from recon.run.live.proof import mismatches
from tests.kit.erp import AT, POLLED, little_erp
from tests.kit.hearer import hearer
from tests.kit.service import Served, made, order
from tests.run.serve.test_processes import Command, alive, named, until

KILLS, BILLS = 8, 40
RULES = """
version: 1
store: {{path: store/}}
severities: {{not_received: info}}
feeds:
  - {{name: orders pushed, table: orders, key: po, version: rev, lines: lines, webhook: {{path: /hooks/orders, secret: "${{STANDARD}}"}}, columns: {{po_number: po, po_line: pos, supplier_id: vendor, quantity: qty, unit_price: price}}}}
"""
EVERY = POLLED.replace("    poll:\n", "    poll:\n      every: 500ms\n")
TARGETS = """deliver:
  - {{name: ear, url: "{ear}", secret: "${{STANDARD}}", from: start}}
"""


class Day:
    """A day of a service that is killed: what was sent and acknowledged, and who was killed."""

    def __init__(self, rules, part):
        self.rules, self.part, self.dice = rules, part, Random(part)
        self.command, self.acknowledged, self.kills = Command(rules), set(), 0
        self.over = threading.Event()
        self.sender = threading.Thread(target=self.send)
        self.sender.start()

    def address(self):
        told = [line for line in self.command.said if line.startswith("listening on")]
        return told[-1] if told else ""

    def send(self):
        """Push orders, each again and again until it is acknowledged: what else could a sender do?"""
        for at in range(10_000):
            while not self.over.is_set() and f"o-{at}" not in self.acknowledged:
                if not (where := self.address()):
                    time.sleep(0.05)
                    continue
                with suppress(OSError, http.client.HTTPException):
                    if Served(self.rules, [where]).hook(order(f"45{at:08}"), f"o-{at}").status == 202:
                        self.acknowledged.add(f"o-{at}")
            if self.over.is_set():
                return

    def kill(self):
        time.sleep(0.2 + self.dice.random())
        if self.command.process.poll() is None:
            who = [part for part in self.command.parts() if f"--only {self.part}" in named(part)]
            who = [self.command.process.pid] if self.part == "whole" else who
            for process in who[:1]:
                os.kill(process, signal.SIGKILL)
                self.kills += 1
        parts = self.command.parts() if self.part == "whole" else []
        if self.part == "whole":
            self.command.process.wait()
            until(lambda: not any(alive(each) for each in parts))
        if (
            self.command.process.poll() is not None
        ):  # a part that dies too often ends the whole, for systemd to start it again
            self.again()

    def again(self):
        before, self.command = self.command, Command(self.rules)
        before.reader.join(20)  # its parts end with it, and then what it said
        before.process.stdout.close()

    def end(self):
        if self.command.process.poll() is not None:
            self.again()
        until(self.address)
        until(lambda: len(self.acknowledged) > KILLS)
        self.over.set()
        self.sender.join()


@pytest.mark.slow
@pytest.mark.parametrize("part", ["receive", "follow", "deliver", "whole"])
def test_killed_again_and_again_nothing_is_lost_and_all_is_told(env, tmp_path, monkeypatch, part):
    monkeypatch.setenv("ERP_SECRET", "s3cret")
    with little_erp(page=3) as erp, hearer() as ear:
        for at in range(BILLS):
            erp.bill(f"B{at:02}", AT.format(1 + at % 9), orderNo="x")
        day = Day(made(tmp_path, (RULES + EVERY + TARGETS).format(address=erp.address, ear=ear.address)), part)
        while day.kills < KILLS:
            day.kill()
        day.end()
        service = Served(day.rules)
        until(lambda: quiet(service), 120)
        assert day.command.end() == 0
        day.command.process.stdout.close()
    ids = [logged.event.event_id for logged in service.events() if logged.event.feed == "orders pushed"]
    assert day.acknowledged <= set(ids)
    assert len(ids) == len(set(ids))
    bills = [logged.event.key for logged in service.events() if logged.event.feed == "erp"]
    assert sorted(bills) == [f"B{at:02}" for at in range(BILLS)]
    assert mismatches(load_rules(day.rules)) == []
    assert_told(service, ear)


def quiet(service):
    with service._store() as store:
        sent = store.sent(write=False)
        left = sent.waiting(store.state)
        sent.close()
        return store.log.last() == store.state.applied_seq and not store.state.pending(1) and left.get("ear") == 0 and len(store.state.results("invoices")) == BILLS  # fmt: skip


def assert_told(service, ear):
    """Each change at least once, one that came again with the same id and words, the last word on each invoice that which stands."""
    bodies: dict[str, set[bytes]] = {}
    last: dict[str, tuple[int, str]] = {}
    for _, body in ear.heard:
        told = json.loads(body)
        bodies.setdefault(told["id"], set()).add(body)
        number = int(told["id"].rpartition("-")[2])
        assert number >= last.get(told["subject"], (0, ""))[0]
        gone = told["type"].endswith(".withdrawn")
        last[told["subject"]] = (number, "" if gone else told["data"]["decision"])
    assert all(len(each) == 1 for each in bodies.values())
    with service._store() as store:
        stands = {row["invoice_key"]: row["decision"] for row in store.state.results("invoices")}
    assert {subject: decision for subject, (_, decision) in last.items() if decision} == stands
    assert len(ear.heard) - len(bodies) <= KILLS * 100
