"""Random ledgers through engine and oracle: `python -m tests.fuzz N SEED` tells the first disagreement, made small."""

from __future__ import annotations

import sys
from random import Random  # noqa: TID251 -- seeded: a disagreement can be told again

from recon.errors import SourceError
from tests.ledgers import minimal, random_ledger, tell
from tests.oracle.agreement import differences
from tests.oracle.lines import Ledger


def main(count: int, seed: int) -> int:
    for number in range(seed, seed + count):
        ledger = random_ledger(Random(number))
        if not different(ledger):
            continue
        small = minimal(ledger, different)
        print(f"seed {number}:", tell(small), *complaints(small), sep="\n")
        return 1
    print(f"{count} ledgers: engine and oracle agree")
    return 0


def complaints(ledger: Ledger) -> list[str]:
    try:
        return differences(ledger)
    except SourceError as error:
        return [f"refused: {error}"]
    except Exception as error:  # noqa: BLE001 -- an engine that falls over disagrees too
        return [f"{type(error).__name__}: {error}"]


def different(ledger: Ledger) -> bool:
    return bool(complaints(ledger))


if __name__ == "__main__":
    raise SystemExit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 1000, int(sys.argv[2]) if len(sys.argv) > 2 else 0))
