"""The tables of a store, each said once, in numbered steps: a store of an earlier step is brought up to the last."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

GUARDS = """
    create trigger event_is_kept before delete on event begin select raise(abort, 'events are never deleted'); end;
    create trigger event_stands before update on event
        when new.payload is not null or new.sha256 <> old.sha256 or new.prev <> old.prev or new.key <> old.key
        begin select raise(abort, 'events are never changed'); end;
"""
"""What keeps the log from being changed; PostgreSQL says it in its own words."""
EVENTS: Sequence[str] = (
    f"""
    create table event(
        seq integer primary key autoincrement, feed text not null, tbl text not null, key text not null,
        version text not null, event_id text not null, kind text not null, received_at text not null,
        known_at text not null, content text not null, payload blob, sha256 text not null, prev text not null,
        unique(feed, event_id));
    create index event_content on event(feed, tbl, key, version, content);
    {GUARDS}
    create table cursor(feed text primary key, value text not null, seen_at text not null);
    create table keyring(name text primary key, wrapped blob not null);
    create table meta(name text primary key, value text not null) without rowid;
    """,
    """
    alter table event add column conflicts integer not null default 0;
    create index event_latest on event(feed, tbl, key, seq);
    """,
    """
    create table health(feed text primary key, tried_at text not null, ok_at text not null, failures integer not null,
        problem text not null) without rowid;
    create index event_notice on event(feed, seq) where kind = 'notice';
    """,
    """
    create index event_feed on event(feed);
    create index event_document on event(tbl, key);
    """,
    "create table lent(name text primary key, token blob not null) without rowid;",
)
"""The log: nothing in it is changed or deleted (a payload can be erased: its hash stays)."""

STATE: Sequence[str] = (
    """
    create table meta(name text primary key, value text not null) without rowid;
    create table document(
        id integer primary key, tbl text not null, key text not null, version text not null, seq integer not null,
        deleted integer not null, has text not null, body blob not null, unique(tbl, key));
    create index document_has on document(tbl, has) where deleted = 0;
    create table part(tbl text not null, key text not null, version text not null, seq integer primary key,
        partial integer not null, body blob not null);
    create index part_of on part(tbl, key, version);
    create table party(id integer primary key, tbl text not null, mark text not null, given blob not null,
        unique(tbl, mark));
    create table mention(document integer not null, tbl text not null, party integer, look text, po_key text,
        company_key text, lines integer not null);
    create index mention_of on mention(document);
    create index mention_party on mention(party);
    create index mention_look on mention(look);
    create table numbered(document integer not null, number text not null);
    create index numbered_of on numbered(document);
    create index numbered_number on numbered(number);
    create table linked(document integer not null, look text not null);
    create index linked_of on linked(document);
    create index linked_look on linked(look);
    create table offered(document integer not null, item text not null);
    create index offered_of on offered(document);
    create index offered_item on offered(item);
    create table wanted(document integer not null, item text not null);
    create index wanted_of on wanted(document);
    create index wanted_item on wanted(item);
    create table reject(document integer not null, look text, number text, body blob not null);
    create index reject_of on reject(document);
    create table result(document integer not null, frame text not null, name text, decision text, seq integer not null,
        body blob not null);
    create index result_of on result(document, frame);
    create index result_named on result(frame, name);
    create index result_since on result(frame, seq);
    create table position(document integer not null, company text, po_number text, po_line text, currency text not null,
        committed text not null, accrued text not null);
    create index position_of on position(document);
    create index position_named on position(po_number);
    create table balance(measure text not null, currency text not null, amount text not null,
        primary key(measure, currency)) without rowid;
    create table dirty(document integer primary key);
    create table outbox(id integer primary key autoincrement, seq integer not null, subject text not null,
        type text not null, data text not null, state text not null default 'waiting', tries integer not null default 0,
        due text not null default '');
    create index outbox_waiting on outbox(state, id);
    create table dead(seq integer primary key, feed text not null, key text not null, place text not null,
        why text not null, mend text not null, at text not null, state text not null default 'waiting');
    create table tick(id integer primary key autoincrement, at text not null, events integer not null,
        seconds real not null, oldest text not null);
    """,
    """
    drop index outbox_waiting;
    alter table outbox drop column state;
    alter table outbox drop column tries;
    alter table outbox drop column due;
    alter table document add column unit integer;
    create index document_unit on document(unit);
    """,
    """
    alter table document add column mark blob;
    create table open(document integer not null, grp text not null, primary key(document, grp)) without rowid;
    create index open_in on open(grp);
    create table due(document integer primary key, since integer not null);
    """,
    """
    create index result_decided on result(decision, name) where frame = 'invoices';
    """,
    """
    create table rated(document integer not null, currency text not null, day text not null,
        primary key(document, currency, day)) without rowid;
    create index rated_in on rated(currency, day);
    delete from meta where name = 'rules'; -- so that it is made again, with what stands in this table
    """,
    """
    alter table result add column risk real not null default -1;
    alter table result add column day text not null default '';
    create index result_urgent on result(decision, (-risk), day, name) where frame = 'invoices';
    delete from meta where name = 'rules'; -- so that it is made again, with what stands in these columns
    """,
)
"""What follows from the log; it can be made again, so a step that cannot be taken is no loss."""

SENT: Sequence[str] = (
    """
    create table target(name text primary key, outbox text not null, base integer not null) without rowid;
    create table delivery(target text not null, id integer not null, state text not null, tries integer not null default 0,
        due text not null default '', primary key(target, id)) without rowid;
    create table told(target text not null, subject text not null, digest text not null,
        primary key(target, subject)) without rowid;
    """,
    "create table trouble(target text primary key, at text not null, told text not null) without rowid;",
)
"""Which changes of the outbox (by `id`) each target was sent; all up to its `base` are."""
