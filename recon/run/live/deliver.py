"""Deliver: whoever wants to know is told which verdicts turn, in order for each document, at least once."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from recon.errors import RulesError
from recon.run.feeds.client import backoff, patience_asked
from recon.run.live.clock import now
from recon.run.live.cloud_events import cloud_event, signed
from recon.run.live.opened import open_store
from recon.run.live.secrets import revealed
from recon.run.serve.signatures import key_of
from recon.store.applied import reason
from recon.store.databases.database import LostError
from recon.store.store import FollowedError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from recon.rules.rule import Rules
    from recon.rules.targets import Target
    from recon.store.deliveries import Change, Deliveries
    from recon.store.store import Store

LEASE = "deliver.lock"
LOOK = 0.5
"""Seconds between two looks at the outbox."""
FIRST_AGAIN, LONGEST_AGAIN = 5.0, 3600.0
"""Seconds until a message that was refused is sent again: twice as long each time."""
LONGEST_SILENCE = 300.0
"""Seconds until one that does not answer at all is tried again, at most."""


class SilentError(Exception):
    """A target does not answer: nothing is wrong with what it is told, so no try is counted."""


def deliver(rules: Rules, say: Callable[[str], None], stopped: threading.Event) -> None:
    """Tell each target what changes until `stopped`, each in a thread of its own; while another process does, wait for it."""
    refuse_untold(rules)
    with open_store(rules, write=False) as store:
        while not stopped.is_set():
            try:
                with store.lease(LEASE, "delivers from"):
                    _all(rules, say, stopped, store)
            except FollowedError:
                stopped.wait(1.0)
            except LostError as error:  # and the lease with it
                say(error.message)
                stopped.wait(1.0)


def refuse_untold(rules: Rules) -> list[Courier]:
    """Return who tells each target. Raises RulesError where there is none, or a secret or library is missing."""
    if not rules.deliver:
        raise RulesError("the rules name nobody to tell", str(rules.path), "Add: deliver: [{name: ..., url: https://..., secret: ${NAME}}]")  # fmt: skip
    return [Courier.of(target) for target in rules.deliver]


def _all(rules: Rules, say: Callable[[str], None], stopped: threading.Event, store: Store) -> None:
    """Tell all targets while the lease holds. Raises LostError where it is lost: another may deliver by then."""
    ends = threading.Event()
    threads = [threading.Thread(target=_run, args=(courier, rules, say, ends)) for courier in refuse_untold(rules)]
    for thread in threads:
        thread.start()
    try:
        while not stopped.wait(LOOK):
            store.state.database.ping()
    finally:
        ends.set()
        for thread in threads:
            thread.join()


def _run(courier: Courier, rules: Rules, say: Callable[[str], None], stopped: threading.Event) -> None:
    """Tell one target until stopped; what goes wrong is told, and tried again."""
    while not stopped.is_set():
        pause = LOOK
        try:
            _look(courier, rules, stopped)
        except SilentError:
            courier.silences += 1
            pause = min(FIRST_AGAIN * 2.0 ** (min(courier.silences, 20) - 1), LONGEST_SILENCE)
            say(f"{courier.target.name}: does not answer; tried again in {pause:,.0f} s")
        except Exception as error:  # noqa: BLE001 -- one target stops no other
            pause = FIRST_AGAIN
            say(f"{courier.target.name}: {reason(error)}")
        stopped.wait(pause)
    courier.close()


def _look(courier: Courier, rules: Rules, stopped: threading.Event) -> None:
    """Tell a target what changes until stopped, or until it does not answer."""
    with open_store(rules, write=False) as store:
        deliveries = store.sent()
        try:
            while not stopped.is_set():
                store = store.fresh()  # noqa: PLW2901 -- who follows the store may have switched to another state
                courier.once(store, deliveries, stopped)
                stopped.wait(LOOK)
        finally:
            deliveries.close()
            store.close()


@dataclass
class Courier:
    """Tells one target."""

    target: Target
    secrets: list[bytes]
    http: Any
    failed: tuple[type[Exception], ...]
    clock: Callable[[], float] = field(default=time.time)
    silences: int = 0

    @classmethod
    def of(cls, target: Target) -> Courier:
        """Return who tells a target. Raises RulesError where a secret or the library is missing."""
        try:
            import httpx2
        except ImportError:
            raise RulesError("telling others needs httpx2, which is not installed", target.name, "Install it with `pip install 'recon[live]'`.") from None  # fmt: skip
        whose = f"the target '{target.name}'"
        secrets = [key_of(revealed(named, whose), "standard", whose) for named in target.secret]
        return cls(target, secrets, httpx2.Client(timeout=15.0, follow_redirects=False), (httpx2.TransportError,))

    def close(self) -> None:
        """Close what is open."""
        self.http.close()

    def once(self, store: Store, deliveries: Deliveries, stopped: threading.Event) -> int:
        """Tell what is due; return how much that was. Raises SilentError."""
        name, told, taken = self.target.name, 0, 0
        deliveries.begin(name, store.state, from_start=self.target.all)
        while not stopped.is_set() and (due := deliveries.due(name, store.state, now())):
            for change in due:
                if stopped.is_set():
                    break
                taken += self._tell(change, store, deliveries)
                told += 1
        if told and taken == told:
            deliveries.note(name, now())
        return told

    def _tell(self, change: Change, store: Store, deliveries: Deliveries) -> bool:
        event = store.log.at(change.seq)
        identity, body = cloud_event(change, store.state.outbox_id, event.received_at if event else now())
        headers = signed(identity, int(self.clock()), body, self.secrets)
        try:
            with self.http.stream("POST", self.target.url, content=body, headers=headers) as answer:
                status, answered = answer.status_code, answer.headers
        except self.failed:
            deliveries.note(self.target.name, now(), "does not answer")
            raise SilentError from None
        self.silences = 0
        if not 200 <= status < 300:
            self._refused(change, status, answered, deliveries)
            return False
        deliveries.sent(self.target.name, change)
        return True

    def _refused(self, change: Change, status: int, headers: Mapping[str, str], deliveries: Deliveries) -> None:
        tried = deliveries.tries(self.target.name, change) + 1
        seconds = max(patience_asked(headers), min(FIRST_AGAIN * backoff(0) * 2.0 ** (tried - 1), LONGEST_AGAIN))
        due = (datetime.now(UTC) + timedelta(seconds=seconds)).isoformat(timespec="milliseconds")
        deliveries.failed(self.target.name, change, due, dead=tried >= self.target.tries)
        deliveries.note(self.target.name, now(), f"answers with {status}")
