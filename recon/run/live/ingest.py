"""Ingest: one shot, for cron and for back-filling: what files and folders hold goes into the store and is matched."""

from __future__ import annotations

import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from recon.errors import RulesError, SourceError
from recon.read.files.files import find_files
from recon.read.records import parsed
from recon.rules.rule import STDIN
from recon.run.feeds.fetching import fetch_once, is_fetched
from recon.run.live.clock import now
from recon.run.live.events import events_of_json
from recon.run.live.folder import Folder, Taken, take_file
from recon.run.live.follower import following
from recon.run.live.opened import feed_named, feeds_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from recon.rules.feed import Feed
    from recon.rules.rule import Rules
    from recon.store.applied import Applied
    from recon.store.store import Store


@dataclass(frozen=True)
class Ingested:
    """What was taken in, file by file, and what became of it."""

    taken: tuple[Taken, ...]
    applied: Applied


def ingest(rules: Rules, name: str = "", file: str = "") -> Ingested:
    """Take in one file of a feed (`-`: JSON on standard input), or all that one or all feeds and sources have now; match
    what changed.

    Raises SourceError where the file that is named is refused; of a folder, refused files are told.
    """
    feeds = [feed_named(rules, name)] if name else list(feeds_of(rules).values())
    if name and not file:
        _refuse_pushed(feeds[0], rules)
    with following(rules) as follower:
        store = follower.store
        taken = (
            [_one(file, feeds[0], rules, store)] if file else [t for feed in feeds for t in _all(feed, rules, store)]
        )
        return Ingested(tuple(taken), follower.catch_up())


def _one(file: str, feed: Feed, rules: Rules, store: Store) -> Taken:
    if file != STDIN:
        return take_file(Path(file), feed, rules, store)
    data = sys.stdin.buffer.read()
    if data.lstrip()[:1] in (b"{", b"["):
        events = events_of_json(parsed(data, "standard input"), feed, rules, store.keys.mark)
        accepted = store.log.accept(events, now())
        return Taken(feed.name, STDIN, len(accepted), sum(each.repeated for each in accepted))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "stdin.csv"
        path.write_bytes(data)
        return take_file(path, feed, rules, store)


def _all(feed: Feed, rules: Rules, store: Store) -> Iterator[Taken]:
    """Yield what all files of a source, or of a folder, become; what is wrong with one of them stops no other."""
    if feed.folder is not None:
        try:
            yield from Folder(feed, rules).sweep(store)
        except RulesError as error:
            yield Taken(feed.name, feed.folder.path, refused=error.message)
    elif feed.source.files:
        yield from _files(feed, rules, store)
    elif is_fetched(feed):
        yield from _fetched(feed, rules, store)


def _refuse_pushed(feed: Feed, rules: Rules) -> None:
    """Refuse to take in what a feed has, where nothing can be looked for: a file must be named."""
    if feed.folder is None and not is_fetched(feed) and not feed.source.files:
        raise RulesError(f"'{feed.name}' is pushed to: there is nothing to look for", str(rules.path), f"Name a file of it: `recon ingest rules.yaml {feed.name} new.json`.")  # fmt: skip


def _fetched(feed: Feed, rules: Rules, store: Store) -> Iterator[Taken]:
    place = feed.poll.url if feed.poll else "what changed"
    try:
        yield from (Taken(each.feed, place, each.documents, each.repeated) for each in fetch_once(feed, rules, store))
    except (SourceError, RulesError) as error:
        yield Taken(feed.name, place, refused=error.message)


def _files(feed: Feed, rules: Rules, store: Store) -> Iterator[Taken]:
    try:
        files = find_files(feed.source, rules.path.parent)
    except SourceError as error:
        yield Taken(feed.name, ", ".join(feed.source.files), refused=error.message)
        return
    for path in files:
        try:
            yield take_file(Path(path), feed, rules, store)
        except SourceError as error:
            yield Taken(feed.name, Path(path).name, refused=error.message)
