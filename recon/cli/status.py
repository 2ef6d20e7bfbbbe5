"""`recon status`: how the store and its feeds stand."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from recon.cli.job import load
from recon.cli.options import RulesArgument
from recon.cli.progress import doing
from recon.cli.stdout import say, shown
from recon.report.words import several

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from recon.rules.rule import Rules
    from recon.run.live.status import Status


def status(
    rules: RulesArgument,
    capacity: Annotated[
        bool, typer.Option("--capacity", help="Measure this machine: how many events an hour it bears.")
    ] = False,
) -> int:
    """Say how far each feed is, what waits, what is committed and accrued, and how fast events become verdicts."""
    if capacity:
        return _capacity(load(rules))
    from recon.run.live.opened import open_store
    from recon.run.live.status import feeds_told
    from recon.run.live.status import status as of

    loaded = load(rules)
    with open_store(loaded, write=False) as store:
        quiet = [row for row in feeds_told(store, loaded) if not row["events"]]
        say(shown("\n".join(_told(of(store), quiet))))
    return 0


def _capacity(rules: Rules) -> int:
    from recon.run.live.capacity import capacity

    with doing("measuring"):
        told = capacity(rules)
    say(f"One event alone: {told.alone * 1000:,.0f} ms from acceptance to verdict. At once: {told.together:,.0f} a second. Accepted durably, one by one: {told.accepted:,.0f} a second.")  # fmt: skip
    say(f"This machine bears {told.bears:,} events an hour: half of what was measured, the rest is for peaks, what waits for its group and the nightly run.")  # fmt: skip
    return 0


def _told(told: Status, quiet: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    from recon.report.money import money

    yield f"{several(told.events, 'event')}, {told.waiting:,} not applied yet; {several(told.documents, 'document')}; {told.bytes / 2**20:,.1f} MiB"
    yield from (
        f"  {feed['feed']}: {several(feed['events'], 'event')}, the last {_ago(feed['silent'])} ago ({_moment(feed['last_at'])})"
        for feed in told.feeds
    )
    yield from (f"  {feed['feed']}: nothing yet ({feed['way']})" for feed in quiet)
    yield from (line for name, how in told.health.items() for line in _health(name, how))
    yield f"Data tick rate: {told.coming:,.2f} events a second came lately; at work {told.rate:,.1f} a second are matched"
    yield f"From arrival to verdict: {told.p50:,.2f} s (p50), {told.p99:,.2f} s (p99)"
    for measure, amounts in told.balances.items():
        yield f"{measure.capitalize()} now: {', '.join(money(amount, currency) for currency, amount in amounts.items()) or '0'}"
    for count, one, what in ((told.dead, "dead letter", "to be seen by `recon dead RULES list`"), (told.pending, "document", "to be matched with the rest of its group: verdicts on it are pending"), (told.unmatched, "document", "that could not be matched")):  # fmt: skip
        if count:
            yield f"{several(count, one)} {what}"
    yield from (f"{target}: {trouble}" for target, trouble in told.targets.items())
    yield from (
        f"{several(count, 'change')} not delivered to {target} yet" for target, count in told.outbox.items() if count
    )


def _health(name: str, how: Mapping[str, Any]) -> Iterator[str]:
    """Yield what is wrong with a feed that is fetched, or when it answered."""
    if not how["failures"]:
        yield f"  {name}: answered at {_moment(how['ok_at'])}"
    else:
        since = f"answered last at {_moment(how['ok_at'])}" if how["ok_at"] else "never answered"
        yield f"  {name}: {how['problem']} ({several(how['failures'], 'time')} in a row; {since})"


def _moment(at: str) -> str:
    """Return a time of the store (UTC, ISO 8601) to the second."""
    return f"{at[:19].replace('T', ' ')} UTC"


def _ago(seconds: float) -> str:
    """Return how long that is, in its largest unit."""
    for unit, size in (("days", 86_400), ("hours", 3_600), ("minutes", 60)):
        if seconds >= 2 * size:
            return f"{seconds / size:,.0f} {unit}"
    return f"{seconds:,.0f} seconds"
