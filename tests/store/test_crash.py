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

pytest.importorskip("cryptography")


def start(folder, seed):
    command = [sys.executable, "-m", "tests.kit.live_child", str(folder / "store"), str(seed)]
    return subprocess.Popen(command, cwd=PROJECT, stdout=subprocess.PIPE, text=True)


def killed(folder, seed, dice):
    """Kill a follower some acknowledgements and an instant after its start; return what it acknowledged."""
    process = start(folder, seed)
    told = [process.stdout.readline() for _ in range(dice.randint(1, 25))]
    time.sleep(dice.random() * 0.4)
    process.kill()
    told += process.communicate()[0].splitlines(keepends=True)
    return [tuple(map(int, line.split())) for line in told if line.endswith("\n") and line[0].isdigit()]


def survives(folder, seed, kills):
    new_store(folder).close()
    dice = Random(seed)
    acknowledged = {pair for _ in range(kills) for pair in killed(folder, seed, dice)}
    assert start(folder, seed).communicate()[0].endswith("done\n")
    ledger, events = day(seed)
    store = Store.open(folder / "store", MASTER)
    kept = {each.seq: each.event.key for each in store.log.after(0, 10_000)}
    assert [(at, seq) for at, seq in acknowledged if kept.get(seq) != events[at].key] == []
    assert store.check() == []
    assert_holds(store, ledger)
    assert_live_is_batch(store, ledger.rules)
    store.close()


def test_killed_in_its_midst_nothing_is_lost(tmp_path):
    survives(tmp_path, 7, 2)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(200, 210))
def test_killed_five_times_each_nothing_is_lost(tmp_path, seed):
    survives(tmp_path, seed, 5)
