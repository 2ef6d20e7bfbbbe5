"""What only a server can do to a store: two who write at once, a connection that breaks, a role that may not, odd text."""

from __future__ import annotations

import threading

import pytest

from recon.errors import OutputError, RulesError
from recon.rules.rule import Rules
from recon.store import matcher
from recon.store.databases.database import FailedError, LostError
from recon.store.databases.postgres import Postgres
from recon.store.events import Event
from recon.store.live import Live
from recon.store.server import Server
from recon.store.store import FollowedError, Store
from tests.kit.live import AT, MASTER, told
from tests.kit.stores import cut_event
from tests.store.test_store import apply, committed, invoice, order

LOST = "select pg_terminate_backend(pid) from pg_stat_activity where datname = %s and pid <> pg_backend_pid()"


@pytest.fixture
def place(databases):
    return Server.of(databases.new())


@pytest.fixture
def cut(databases, place):
    """Break every connection to the store."""
    return lambda: databases.do(LOST, (place.name,))


def another(store, **more):
    return Store.open(store.place, MASTER, **more)


def test_who_writes_at_the_same_time_makes_one_chain_without_a_gap(store):
    def write(name):
        one = another(store)
        for at in range(15):
            one.log.accept([Event(name, "orders", f"{name}{at}", order().payload)], AT)
        one.close()

    threads = [threading.Thread(target=write, args=(name,)) for name in ("a", "b", "c")]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    assert [each.seq for each in store.log.after(0)] == list(range(1, 46))
    assert store.check() == []


def test_what_is_committed_late_is_not_passed_over(store):
    """A reader of `seq > last` would lose an event that got its number first and was committed last."""
    late, seen, soon = another(store), [], another(store)
    late.log.database.begin()
    late.log._append(order(event_id="first"), AT, False)
    thread = threading.Thread(target=soon.log.accept, args=([order("2", event_id="second")], AT))
    thread.start()
    thread.join(0.5)
    seen += store.log.after(0)
    late.log.database.commit()
    thread.join()
    seen += store.log.after(seen[-1].seq if seen else 0)
    assert [each.event.event_id for each in seen] == ["first", "second"]
    late.close(), soon.close()


def test_a_number_that_was_taken_back_leaves_no_gap(store):
    with pytest.raises(ZeroDivisionError):  # noqa: PT012
        store.log.database.begin()
        try:
            store.log._append(order(), AT, False)
            raise ZeroDivisionError
        finally:
            store.log.database.rollback()
    assert store.log.accept([order()], AT)[0].seq == 1


def test_a_connection_that_breaks_while_nothing_is_done_is_made_again(store, cut):
    store.log.accept([order()], AT)
    cut()
    assert store.log.last() == 1
    cut()
    assert store.log.accept([order("2")], AT)[0].seq == 2
    cut()
    assert store.state.applied_seq == 0


def test_a_connection_that_breaks_in_the_midst_of_accepting_takes_nothing(store, cut, monkeypatch):
    put = store.log._put
    monkeypatch.setattr(store.log, "_put", lambda *told: (put(*told), cut())[0])
    with pytest.raises(OutputError, match=r"could not be written.*"):
        store.log.accept([order(), order("2")], AT)
    monkeypatch.undo()
    assert store.log.last() == 0
    assert [each.seq for each in store.log.accept([order(), order("2")], AT)] == [1, 2]


def test_who_follows_and_loses_the_server_in_its_midst_keeps_nothing_and_begins_anew(store, cut, monkeypatch):
    store.log.accept([order(), invoice("I1")], AT)
    live = Live(store.state, store.keys, Rules())
    match = matcher.match_some
    monkeypatch.setattr(matcher, "match_some", lambda *of: (cut(), match(*of))[1])
    waiting = [told(each) for each in store.log.after(0)]
    with store.lease():
        for _ in range(2):  # nor does it go on as if it still had the lease
            with pytest.raises(LostError):
                live.apply(waiting, AT)
    monkeypatch.undo()
    again = another(store)
    with again.lease():
        assert (again.state.applied_seq, again.state.results("invoices")) == (0, [])
        apply(again)
        assert (again.state.applied_seq, committed(again)) == (2, {})
    again.close()


def test_whose_connection_is_gone_follows_no_more(store, cut):
    other = another(store)
    with store.lease():
        with pytest.raises(FollowedError, match="another process follows"), other.lease():
            pass
        cut()
        with pytest.raises(LostError):
            store.state.set_fact("x", "y")
        with other.lease(), pytest.raises(LostError), store.state.transaction():
            pass
    other.close()


def test_a_server_that_is_gone_is_told_without_the_password():
    with pytest.raises(OutputError) as failed:
        Store.open(Server.of("postgresql://me:s3cret@localhost:1/none"), MASTER)
    assert "s3cret" not in f"{failed.value} {failed.value!r} {failed.value.__cause__}"


@pytest.mark.parametrize("address", ["postgresql://me:s3cret%zz@host/x", "postgresql://h?nonsense=s3cret"])
def test_an_address_that_is_none_is_told_without_what_is_in_it(address):
    with pytest.raises(RulesError, match="no address of a database") as failed:
        Server.of(address)
    assert "s3cret" not in str(failed.value)


def test_a_database_in_another_encoding_is_refused(databases):
    address = databases.new("encoding 'LATIN1' template template0 locale 'C'")
    with pytest.raises(OutputError, match="does not hold UTF-8"):
        Store.init(Server.of(address), MASTER)


def test_order_is_that_of_the_bytes_whatever_the_database_s_language_is(store):
    apply(store, *(_other(number) for number in ("b", "B", "ä", "a-2", "a1", "Z9")))
    query = "select po_number from position order by po_number"
    assert [row[0] for row in store.state.database.execute(query)] == sorted(["b", "B", "ä", "a-2", "a1", "Z9"])


def test_a_name_with_a_zero_byte_and_one_without_end_are_kept_and_found_again(store):
    odd = [_other("P\0" + "1"), _other("Q" * 5000)]
    assert [each.repeated for each in store.log.accept(odd, AT)] == [False, False]
    assert [each.repeated for each in store.log.accept(odd, AT)] == [True, True]
    assert store.check() == []


def test_a_number_with_a_zero_byte_in_a_document_is_matched_as_any_other(store):
    odd = order()
    odd.payload["lines"][0]["po_number"] = "P\0" + "1"
    apply(store, odd)
    assert committed(store) == {"EUR": "50"}


def test_a_number_that_no_index_takes_is_a_dead_letter_and_stops_no_other(store):
    dice = "".join(chr(0x4E00 + (at * 7919) % 20000) for at in range(4000))
    apply(store, order())
    store.log.accept([_other(dice), _other("P3")], AT)
    Live(store.state, store.keys, Rules()).apply([told(each) for each in store.log.after(1)], AT)
    assert ([row[0] for row in store.state.dead()], committed(store)) == ([2], {"EUR": "100"})
    assert "does not take it" in store.state.dead()[0][3]


def test_an_event_is_not_changed_nor_taken_away_by_who_owns_it(store, databases):
    store.log.accept([order()], AT)
    for query in ("delete from event", "truncate event", "update event set key = 'x'"):
        with pytest.raises(FailedError, match=r"never (deleted|changed)"):
            store.log.database.execute(query)
    cut_event(store.place, 1)
    assert store.log.last() == 0


def test_what_is_made_beside_is_gone_with_its_process_and_not_before(store, cut):
    def there():
        return [row[0] for row in store.log.database.execute("select nspname from pg_namespace where nspname like 'recon_state_%'")]  # fmt: skip

    with store.beside() as other:
        assert len(there()) == 1
        store.vacuum()
        assert len(there()) == 1
        cut()
        with pytest.raises(LostError):
            other.set_fact("a", "b")
    store.vacuum()
    assert there() == []


def test_ids_go_on_after_a_copy(store):
    apply(store, order(), _other("P2"))
    with store.beside() as other:
        store.state.copy_to(other)
        row = ("orders", "P3", "1", 9, 0, "", b"")
        new = other.database.execute("insert into document(tbl, key, version, seq, deleted, has, body) values (?, ?, ?, ?, ?, ?, ?) returning id", row)  # fmt: skip
        assert new.fetchone()[0] > max(kept.id for kept in store.state.documents())


@pytest.fixture
def as_role(databases, store):
    """Give the place as a user sees it that has one of the roles."""
    store.place.apply(store.place.grants())

    def of(role):
        user = f"{role}_{store.place.name}"
        databases.do(f"create user {user}")
        databases.do(f"grant {role} to {user}")
        return Server.of(store.place.address.replace("//me@", f"//{user}@"))

    return of


def _refused(database, *queries):
    for query in queries:
        with pytest.raises(FailedError, match="may not do that: permission denied") as failed:
            database.execute(query)
        assert "recon store grants" in failed.value.hint


def test_who_feeds_adds_events_and_reads_nothing_that_came(store, as_role):
    log = as_role("recon_feed").log(write=True)
    fed = type(store.log)(log, store.keys)
    assert [each.seq for each in fed.accept([order(), order("2")], AT, ("erp", "7"))] == [1, 2]
    assert fed.accept([order()], AT)[0].repeated
    _refused(log, "select payload from event", "delete from event", "update event set key = 'x'", "delete from keyring")
    _refused(
        log, 'select 1 from "recon_state".document', "insert into meta values ('a', 'b')", "select token from lent"
    )
    log.close()


def test_who_matches_writes_what_follows_and_never_changes_the_log(store, as_role):
    store.log.accept([order()], AT)
    one = Store.open(as_role("recon_match"), MASTER)
    with one.lease():
        apply(one, invoice("I1"))
        with one.beside() as new:
            new.set_fact("applied_seq", "2")
            again = one.switched(new)
        assert again.state.applied_seq == 2
        _refused(again.log.database, "update event set key = 'x'", "delete from event", "update meta set value = ''")
    again.lent.keep("a consent", "renews-2")
    assert again.lent.last("a consent") == "renews-2"
    again.sent().close()
    again.close()


def test_who_reads_reads_the_state_that_stands_and_writes_nothing(store, as_role):
    reader, matcher = as_role("recon_read"), Store.open(as_role("recon_match"), MASTER)
    apply(matcher, order())
    one = Store.open(reader, MASTER, write=False)
    assert committed(one) == {"EUR": "50"}
    with matcher.beside() as new:
        new.set_fact("applied_seq", "7")
        matcher = matcher.switched(new)
    one = one.fresh()
    assert one.state.applied_seq == 7
    _refused(one.state.database, "insert into dirty values (1)", "delete from result")
    with pytest.raises(OutputError, match="could not be written: this user of the database may not"):
        one.log.accept([order("2")], AT)
    one.close(), matcher.close()


def test_who_has_no_role_is_told_once_and_plainly(store, databases):
    databases.do(f"create user nobody_{store.place.name}")
    with pytest.raises(OutputError, match="this user of the database may not do that") as failed:
        Store.open(Server.of(store.place.address.replace("//me@", f"//nobody_{store.place.name}@")), MASTER)
    assert failed.value.hint.startswith("`recon store grants RULES`")


def test_a_later_recon_s_store_is_refused(store):
    schema = Postgres(store.place.address, "recon_state")
    schema.execute("update step set done = 99")
    schema.close()
    with pytest.raises(OutputError, match="made by a later recon"):
        another(store)


def test_where_something_is_nothing_is_made(store):
    with pytest.raises(OutputError, match="not empty"):
        Store.init(store.place, MASTER)


def _other(number):
    event = order()
    event.payload["lines"][0] |= {"po_number": number}
    return Event("erp", "orders", number, event.payload, version="1")
