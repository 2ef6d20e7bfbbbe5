"""A random number generator that knows how messy its ledger is."""

from __future__ import annotations

from random import Random


class Dice(Random):
    """`oddly(p)` is true with probability p in the messiest of ledgers, and less often in tidier ones."""

    mess = 1.0

    @classmethod
    def of(cls, random: Random) -> Dice:
        dice = cls(random.getrandbits(64))
        dice.mess = dice.choice([0.02, 0.1, 0.4, 1.0])
        return dice

    def oddly(self, probability: float) -> bool:
        return self.random() < probability * self.mess
