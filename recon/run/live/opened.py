"""The store that rules name, opened, and the feeds that they have."""

from __future__ import annotations

import os
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

from recon.errors import RulesError, did_you_mean
from recon.rules.feed import Feed
from recon.rules.service import StoreRules
from recon.run.live.secrets import revealed
from recon.store.folder import Folder
from recon.store.master import master_key
from recon.store.server import ADDRESSES, Server
from recon.store.store import Store

if TYPE_CHECKING:
    from collections.abc import Iterator

    from recon.rules.rule import Rules
    from recon.store.place import Place

VARIABLE = "RECON_STORE"


def place(rules: Rules) -> tuple[Place, StoreRules]:
    """Return where the store is: what RECON_STORE says, else the rules. Raises RulesError where neither does."""
    told = rules.store
    path = os.environ.get(VARIABLE) or (told.path if told else "")
    if not path:
        raise RulesError("no store is named", str(rules.path), "Add `store: {path: store/}` to the rules, or set RECON_STORE.")  # fmt: skip
    path = revealed(path, "the store")
    if path.startswith(ADDRESSES):
        return Server.of(path), told or StoreRules(path)
    return Folder(rules.path.parent / path), told or StoreRules(path)


@contextmanager
def open_store(rules: Rules, *, write: bool = True) -> Iterator[Store]:
    """Open the store of the rules while the block lasts."""
    where, told = place(rules)
    store = Store.open(where, master_key(told, rules.path.parent), write=write)
    try:
        yield store
    finally:
        store.close()


def feeds_of(rules: Rules) -> dict[str, Feed]:
    """Return the feeds by their names; every source is one, too: its files can be taken in by its name."""
    sources = {
        name: Feed(name, name, replace(source, base_currency=rules.base_currency))
        for name, source in rules.sources.items()
    }
    return sources | {feed.name: feed for feed in rules.feeds}


def feed_named(rules: Rules, name: str) -> Feed:
    """Return the feed of that name. Raises RulesError."""
    feeds = feeds_of(rules)
    if name not in feeds:
        raise RulesError(f"the rules have no feed '{name}'{did_you_mean(name, list(feeds))}", str(rules.path), f"They have: {', '.join(feeds) or 'none'}.")  # fmt: skip
    return feeds[name]
