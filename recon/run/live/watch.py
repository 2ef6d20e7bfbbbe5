"""Watch: folder feeds and the store, again and again, until it is stopped; no socket."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from recon.errors import OutputError, RulesError
from recon.run.feeds.fetching import NOTE_EVERY, fetching, is_fetched
from recon.run.live import words
from recon.run.live.clock import now
from recon.run.live.folder import Folder
from recon.run.live.follower import following
from recon.store.databases.database import LostError

if TYPE_CHECKING:
    from collections.abc import Callable

    from recon.rules.rule import Rules
    from recon.run.live.follower import Follower

Stop = threading.Event
"""What is set from outside when it is to end."""
TICK = 0.1
"""Seconds between two looks at the log."""
LOOK = 0.5
"""Seconds between two looks at a folder."""
AGAIN = 5.0
"""Seconds until a feed, or the log, is tried again after something was wrong with it."""


@dataclass
class Round:
    """One who looks at feeds and log in turn, and says what comes of it; what is wrong with one feed stops no other."""

    follower: Follower
    say: Callable[[str], None]
    folders: list[Folder] = field(default_factory=list)
    due: dict[str, float] = field(default_factory=dict)
    noted: dict[str, float] = field(default_factory=dict)
    busy: bool = False

    def once(self) -> bool:
        """Look at every folder that is due and apply what is in the log; return whether there was anything."""
        for folder in self.folders:
            self._when_due(folder.feed.name, lambda folder=folder: self._sweep(folder), LOOK)  # type: ignore[misc]
        self.busy = False
        self._when_due("log", self._apply, 0.0)
        return self.busy

    def _when_due(self, name: str, do: Callable[[], None], every: float) -> None:
        if time.monotonic() < self.due.get(name, 0.0):
            return
        try:
            do()
            self.due[name] = time.monotonic() + every
        except LostError:
            raise
        except (RulesError, OutputError) as error:
            self.say(f"{name}: {error.message}")
            self.due[name] = time.monotonic() + AGAIN

    def _sweep(self, folder: Folder) -> None:
        """Look at a folder, and keep with the store that it could be looked at, or why not."""
        name, log = folder.feed.name, self.follower.store.log
        try:
            for taken in folder.sweep(self.follower.store):
                self.say(taken.told())
        except (RulesError, OutputError) as error:
            self.noted[name] = float("-inf")
            log.note(name, now(), error.message)
            raise
        if time.monotonic() > self.noted.get(name, float("-inf")) + NOTE_EVERY:
            self.noted[name] = time.monotonic()
            log.note(name, now())

    def _apply(self) -> None:
        applied = self.follower.tick()
        self.busy = applied.any
        if applied.any:
            self.say(words.applied(applied))


def watch(rules: Rules, say: Callable[[str], None], stopped: Stop) -> None:
    """Follow the store, its folder feeds and those that recon fetches, until `stopped`. Raises RulesError where there are none."""
    names = [feed.name for feed in rules.feeds if feed.folder is not None or is_fetched(feed)]
    pushed = ", ".join(feed.name for feed in rules.feeds if feed.webhook is not None)
    if not names:
        hint = f"`recon serve` takes what is pushed ({pushed})." if pushed else "Add one: feeds: [{name: ..., table: receipts, folder: {path: inbox/}}]"  # fmt: skip
        raise RulesError("the rules have no feed that recon looks at", str(rules.path), hint)
    while not stopped.is_set():
        try:
            with following(rules) as follower:
                say(f"watching {', '.join(names)}{f'; not {pushed}: `recon serve` takes what is pushed' if pushed else ''}{follower.begun()}")  # fmt: skip
                rounds(rules, follower, say, stopped)
        except LostError as error:  # what was known of the state is gone with the connection: begin anew
            say(error.message)
            stopped.wait(AGAIN)


def rounds(rules: Rules, follower: Follower, say: Callable[[str], None], stopped: Stop) -> None:
    """Look at folders and log in turn, and fetch beside that what is fetched, until `stopped`."""
    turn = Round(follower, say, [Folder(feed, rules) for feed in rules.feeds if feed.folder is not None])
    with fetching(rules, say):
        while not stopped.is_set():
            if not turn.once():
                stopped.wait(TICK)
