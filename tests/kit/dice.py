"""A random number generator that knows how messy its ledger is."""

from __future__ import annotations

from random import Random


class Dice(Random):
    """`oddly(p)` is true with probability p in the messiest of ledgers, and less often in tidier ones."""

    mess = 1.0
    version = 1
    news = 1.0
    """Of the contract: 2 adds what `random_news` and `random_corrections` know."""

    @classmethod
    def of(cls, random: Random, version: int = 1) -> Dice:
        dice = cls(random.getrandbits(64))
        dice.version = version
        dice.mess = dice.choice([0.02, 0.1, 0.4, 1.0])
        dice.news = dice.choice([0.2, 0.5, 1.0]) if dice.version > 1 else 0.0
        return dice

    def oddly(self, probability: float) -> bool:
        return self.random() < probability * self.mess

    def newly(self) -> float:
        """A number from 0 to 1, and above 1 where this ledger has little new."""
        return self.random() / self.news if self.news else 2.0
