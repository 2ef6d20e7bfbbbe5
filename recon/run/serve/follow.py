"""The follower as a process: the one writer of the state, which looks at feeds and log in turn; another waits for its turn."""

from __future__ import annotations

from typing import TYPE_CHECKING

from recon.run.live.follower import following
from recon.run.live.watch import rounds
from recon.store.databases.database import LostError
from recon.store.store import FollowedError

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable

    from recon.rules.rule import Rules

AGAIN = 1.0
"""Seconds until the lease is asked for again."""


def follow(rules: Rules, say: Callable[[str], None], stopped: threading.Event) -> None:
    """Follow the store until `stopped`; while another process does, wait for it to end."""
    waits, told = False, ""
    while not stopped.is_set():
        try:
            with following(rules) as follower:
                say(f"following {follower.store.place}{follower.begun()}")
                rounds(rules, follower, say, stopped)
        except FollowedError:
            if not waits:
                say("another process follows this store: waiting for it to end")
            waits = True
            stopped.wait(AGAIN)
        except LostError as error:  # what was known of the state is gone with the connection: begin anew
            if error.message != told:
                say(error.message)
            told = error.message
            stopped.wait(AGAIN)
