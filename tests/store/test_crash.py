"""Killed at random moments, the store has lost nothing that it acknowledged, and goes on to the result of a run."""

from __future__ import annotations

import subprocess
import sys
import time
from random import Random

import pytest

from recon.store.store import Store
from tests.kit.live import MASTER, assert_holds, assert_live_is_batch, new_store
from tests.kit.live_child import day
from tests.kit.places import PROJECT
from tests.kit.stores import address

pytest.importorskip("cryptography")


def start(place, seed):
    command = [sys.executable, "-m", "tests.kit.live_child", address(place), str(seed)]
    return subprocess.Popen(command, cwd=PROJECT, stdout=subprocess.PIPE, text=True)


def killed(place, seed, dice):
    """Kill a follower some acknowledgements and an instant after its start; return what it acknowledged."""
    process = start(place, seed)
    told = [process.stdout.readline() for _ in range(dice.randint(1, 25))]
    time.sleep(dice.random() * 0.4)
    process.kill()
    told += process.communicate()[0].splitlines(keepends=True)
    return [tuple(map(int, line.split())) for line in told if line.endswith("\n") and line[0].isdigit()]


def survives(place, seed, kills):
    new_store(place).close()
    dice = Random(seed)
    acknowledged = {pair for _ in range(kills) for pair in killed(place, seed, dice)}
    assert start(place, seed).communicate()[0].endswith("done\n")
    ledger, events = day(seed)
    store = Store.open(place, MASTER)
    kept = {each.seq: each.event.key for each in store.log.after(0, 10_000)}
    assert [(at, seq) for at, seq in acknowledged if kept.get(seq) != events[at].key] == []
    assert store.check() == []
    assert_holds(store, ledger)
    assert_live_is_batch(store, ledger.rules)
    store.close()


@pytest.mark.parametrize("place", ["sqlite", pytest.param("postgres", marks=pytest.mark.slow)], indirect=True)
def test_killed_in_its_midst_nothing_is_lost(place):
    survives(place, 7, 2)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(200, 210))
def test_killed_five_times_each_nothing_is_lost(place, seed):
    survives(place, seed, 5)
