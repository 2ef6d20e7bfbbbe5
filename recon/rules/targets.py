"""Whom recon tells what changes."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Target:
    """A webhook that is told of each verdict that turns.

    `secret`: what messages are signed with, `${NAME}`; several while one replaces another. `all`: a new target is told all
    that was told before, too. `tries`: how often a message is refused before it is a dead one.
    """

    name: str
    url: str
    secret: tuple[str, ...]
    all: bool = False
    tries: int = 12
