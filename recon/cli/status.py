"""`recon status`: how the store and its feeds stand."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from recon.cli.job import load, shown
from recon.cli.options import RulesArgument
from recon.cli.stdout import say

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from recon.run.live.status import Status


def status(rules: RulesArgument) -> int:
    """Say how far each feed is, what waits, what is committed and accrued, and how fast events become verdicts."""
    from recon.run.live.desk import open_store
    from recon.run.live.status import status as of

    with open_store(load(rules), write=False) as store:
        say(shown("\n".join(_told(of(store)))))
    return 0


def _told(told: Status) -> Iterator[str]:
    yield f"{told.events:,} events, {told.waiting:,} not applied yet; {told.documents:,} documents; {told.bytes / 2**20:,.1f} MiB"
    yield from (f"  {feed['feed']}: {feed['events']:,} events, the last at {feed['last_at']}" for feed in told.feeds)
    yield from (line for name, how in told.health.items() for line in _health(name, how))
    yield f"Data tick rate: {told.rate:,.1f} events a second; from arrival to verdict {told.p50:,.2f} s (p50), {told.p99:,.2f} s (p99)"
    for measure, amounts in told.balances.items():
        yield f"{measure.capitalize()} now: {', '.join(f'{amount:,f} {currency}' for currency, amount in amounts.items()) or '0'}"
    for count, what in ((told.dead, "dead letters (`recon dead RULES list`)"), (told.pending, "documents wait for their group: their verdicts are pending"), (told.unmatched, "documents that could not be matched")):  # fmt: skip
        if count:
            yield f"{count:,} {what}"
    yield from (f"{count:,} changes not delivered to {target} yet" for target, count in told.outbox.items() if count)


def _health(name: str, how: Mapping[str, Any]) -> Iterator[str]:
    """Yield what is wrong with a feed that is fetched, or when it answered."""
    if not how["failures"]:
        yield f"  {name}: answered at {how['ok_at']}"
    else:
        since = f"answered last at {how['ok_at']}" if how["ok_at"] else "never answered"
        yield f"  {name}: {how['problem']} ({how['failures']:,} times in a row; {since})"
