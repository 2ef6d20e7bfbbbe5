"""A process that accepts and applies the events of a hostile day until it is killed: `python -m tests.kit.live_child PLACE SEED`."""

from __future__ import annotations

import sys
from dataclasses import replace
from random import Random

from recon.store.events import Event
from recon.store.live import Live
from recon.store.store import Store
from tests.kit.live import AT, MASTER, catch_up, documents, hostile
from tests.kit.random_ledgers import random_ledger
from tests.kit.stores import place_at
from tests.oracle.lines import Ledger


def day(seed: int) -> tuple[Ledger, list[Event]]:
    """Return the ledger of a seed and the events that bring it."""
    dice = Random(seed)
    ledger = replace(random_ledger(dice, version=2), as_of=None)
    return ledger, hostile(documents(ledger), dice)


def main(where: str, seed: int) -> None:
    """Go on where the log ends; say each event that is acknowledged, before anything else is done."""
    ledger, events = day(seed)
    store = Store.open(place_at(where), MASTER)
    live = Live(store.state, store.keys, ledger.rules)
    for at, event in enumerate(events):
        seq = store.log.accept([event], AT)[0].seq
        print(at, seq, flush=True)
        if at % 3 == 2:
            catch_up(store, live, Random(at), 3)
    catch_up(store, live, Random(seed))
    print("done", flush=True)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
