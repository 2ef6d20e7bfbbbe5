"""Folder feeds: files that have stopped changing are taken in whole, or refused with the reason beside them."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from recon.errors import OutputError, ReconError, RulesError
from recon.run.live.clock import now
from recon.run.live.events import events_of_file
from recon.run.live.words import taken_in

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from recon.rules.feed import Feed, FolderFeed
    from recon.rules.rule import Rules
    from recon.store.store import Store

UNFINISHED = (".part", ".tmp", ".partial", ".crdownload", ".filepart")
LOCKS = ("~$", ".")
REASON = ".reason.txt"


@dataclass(frozen=True)
class Taken:
    """What became of a file: how many documents it gave, how many of them were known already; or why it was refused."""

    feed: str
    name: str
    documents: int = 0
    repeated: int = 0
    refused: str = ""

    def told(self) -> str:
        """Return it in words."""
        what = f"refused: {self.refused}" if self.refused else taken_in(self.documents, self.repeated)
        return f"{self.feed}: {self.name}: {what}"


@dataclass
class Folder:
    """A folder that is looked at again and again; it remembers how large its files were."""

    feed: Feed
    rules: Rules
    seen: dict[str, tuple[int, int]] = field(default_factory=dict)

    def sweep(self, store: Store) -> Iterator[Taken]:
        """Take in the files that have settled, in the order of their names. Raises RulesError where the folder is not there."""
        told = self.feed.folder
        if told is None:
            return
        base = self.rules.path.parent
        for path in self._settled(base / told.path, float(told.settle)):
            yield self._take(path, store, base, told)

    def _settled(self, folder: Path, settle: float) -> list[Path]:
        try:
            files = sorted(path for path in folder.iterdir() if path.is_file() and not _unfinished(path.name))
        except OSError as error:
            raise RulesError(f"the folder of the feed '{self.feed.name}' cannot be read: {error.strerror}", str(folder), "Make it.") from None  # fmt: skip
        found = []
        for path in files:
            facts = path.stat()
            size = (facts.st_size, facts.st_mtime_ns)
            if self.seen.get(path.name, size) == size and time.time() - facts.st_mtime >= settle:
                found.append(path)
            self.seen[path.name] = size
        return found

    def _take(self, path: Path, store: Store, base: Path, told: FolderFeed) -> Taken:
        try:
            taken = take_file(path, self.feed, self.rules, store)
        except OutputError:
            raise  # the store's disk is full: the file waits where it is
        except ReconError as error:
            moved = _moved(path, base / told.bad)
            moved.with_name(moved.name + REASON).write_text(f"{error}\n", encoding="utf-8")
            return Taken(self.feed.name, path.name, refused=error.message)
        _moved(path, base / told.done)
        return taken


def take_file(path: Path, feed: Feed, rules: Rules, store: Store) -> Taken:
    """Take a file's documents into the log, all in one transaction. Raises SourceError where the file is refused."""
    events = events_of_file(path, feed, rules, store.keys.mark)
    accepted = store.log.accept(events, now())
    return Taken(feed.name, path.name, len(accepted), sum(each.repeated for each in accepted))


def _unfinished(name: str) -> bool:
    return name.startswith(LOCKS) or name.lower().endswith(UNFINISHED)


def _moved(path: Path, folder: Path) -> Path:
    """Move a file into a folder, under a name that nothing has there."""
    folder.mkdir(parents=True, exist_ok=True)
    target, number = folder / path.name, 1
    while target.exists():
        number += 1
        target = folder / f"{path.stem}-{number}{path.suffix}"
    return path.rename(target)
