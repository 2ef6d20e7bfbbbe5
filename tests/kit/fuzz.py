"""Random ledgers through engine and oracle: `python -m tests.kit.fuzz N SEED` tells the first disagreement, made small."""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence
from random import Random

from recon.errors import SourceError
from tests.kit.batches import Batch, random_batch
from tests.kit.ledgers import minimal, tell
from tests.oracle.agreement import differences
from tests.oracle.lines import Ledger

BATCH = 40


def main(count: int, seed: int) -> int:
    """Compare batches; one that is refused is compared part by part, and the parts refused then are counted and told."""
    refused: list[Ledger] = []
    for number in range(seed, seed + (count + BATCH - 1) // BATCH):
        batch = random_batch(Random(number), BATCH, version=2)
        if found := complaints(batch.whole, batch.parts, refused):
            print(f"seed {number}:", *told(batch, found), sep="\n")
            return 1
    print(f"{count - len(refused)} ledgers: engine and oracle agree; {len(refused)} more were refused and not compared")
    return 0


def told(batch: Batch, found: list[str]) -> list[str]:
    """Return the smallest ledger that shows the first complaint, and what is said of it; `found` where only all of them do."""
    part = next((p for p in batch.parts if complaints(p)), None)
    if part is None:
        return ["only where all are matched together:", *found]
    small = minimal(part, like(complaints(part)[0]))
    return [tell(small), *complaints(small)]


def like(complaint: str):
    """Whether a smaller ledger fails the same way, whatever its numbers."""
    wanted = re.sub(r"[0-9]+", "#", complaint)[:40]
    return lambda smaller: any(re.sub(r"[0-9]+", "#", c)[:40] == wanted for c in complaints(smaller))


def complaints(ledger: Ledger, parts: Sequence[Ledger] = (), refused: list[Ledger] | None = None) -> list[str]:
    """Return the differences. A ledger that the engine refuses is noted in `refused`; of a batch each part is tried."""
    try:
        return differences(ledger, parts)
    except SourceError:
        if not parts and refused is not None:
            refused.append(ledger)
        return [c for part in parts for c in complaints(part, (), refused)]
    except Exception as error:  # noqa: BLE001 -- an engine that falls over disagrees too
        return [f"{type(error).__name__}: {error}"]


if __name__ == "__main__":
    raise SystemExit(main(*map(int, [*sys.argv[1:], *("1000", "0")[len(sys.argv) - 1 :]])))
