"""What cannot be true beside what came before is told, and never settled in silence."""

from __future__ import annotations

import pytest

from recon.store.events import DELETED, PARTIAL
from tests.kit.live import AT
from tests.store.test_store import apply, committed, order

pytest.importorskip("cryptography")


@pytest.mark.parametrize(
    ("second", "why"),
    [
        ({"event_id": "e1", "quantity": "7"}, "event id 'e1' came before with other content (event 1)"),
        ({"event_id": "e1", "version": "2"}, "event id 'e1' came before with other content (event 1)"),
        ({"event_id": "e2", "quantity": "7"}, "version '1' of 'P1' came before with other content (event 1)"),
        ({"quantity": "7"}, "version '1' of 'P1' came before with other content (event 1)"),
    ],
)
def test_the_same_id_or_version_with_other_content_is_refused_where_its_sender_hears_it(store, second, why):
    store.log.accept([order(event_id="e1")], AT, refuse_conflicts=True)
    refused = store.log.accept([order(**second)], AT, refuse_conflicts=True)[0]
    assert (refused.seq, refused.repeated, refused.conflict, store.log.last()) == (1, False, why, 1)


@pytest.mark.parametrize("second", [{"event_id": "e1", "quantity": "7"}, {"quantity": "7"}])
def test_else_it_is_kept_once_as_a_conflict(store, second):
    store.log.accept([order(event_id="e1")], AT)
    kept, again = (store.log.accept([order(**second)], AT)[0] for _ in range(2))
    assert (kept.seq, kept.repeated, bool(kept.conflict)) == (2, False, True)
    assert (again.seq, again.repeated, store.log.at(2).conflicts, store.check()) == (2, True, 1, [])


@pytest.mark.parametrize("kinds", [(PARTIAL, PARTIAL), ("document", PARTIAL), ("document", DELETED), (PARTIAL, "document")])  # fmt: skip
def test_parts_of_a_version_and_the_word_that_it_is_gone_are_no_conflict(store, kinds):
    accepted = [store.log.accept([order(quantity=str(at), kind=kind)], AT)[0] for at, kind in enumerate(kinds)]
    assert [each.conflict for each in accepted] == ["", ""]


@pytest.mark.parametrize("gone_first", [True, False])
def test_a_version_that_is_gone_is_gone_whichever_word_comes_first(store, gone_first):
    there, gone = order(), order(kind=DELETED)
    apply(store, *((gone, there) if gone_first else (there, gone)))
    assert committed(store) == {}
