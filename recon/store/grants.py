"""Grants: what each role of PostgreSQL may do with a store; whoever made it owns it, and may all."""

from __future__ import annotations

FEED, MATCH, READ = "recon_feed", "recon_match", "recon_read"
ROLES = {
    FEED: "adds to the log, and can neither read what came nor change it",
    MATCH: "adds to the log, and writes all that follows from it",
    READ: "reads; what is sealed opens with the key alone",
}
ADDED = "seq, feed, tbl, key, version, event_id, kind, received_at, known_at, content, sha256, prev, conflicts"
"""What of events whoever adds some has to see: that an event is there, not what it says."""


def of_roles(database: str) -> list[str]:
    """Return what makes the roles; they are the server's, and those of several stores are the same."""
    made = [
        f"do $$begin create role {role} nologin; exception when duplicate_object then null; end$$" for role in ROLES
    ]
    return [*made, f"grant {MATCH} to current_user", f'grant create on database "{database}" to {MATCH}']


def of_log(schema: str) -> list[str]:
    """Return what each role may do with the log: nobody changes an event, or takes one away."""
    of = f'"{schema}".'
    every = ", ".join(ROLES)
    return [
        f'grant usage on schema "{schema}" to {every}',
        f"grant select on {of}step, {of}keyring, {of}meta, {of}cursor, {of}health to {every}",
        f"grant insert, update on {of}cursor, {of}health to {FEED}, {MATCH}",
        f"grant select ({ADDED}), insert on {of}event to {FEED}",
        f"grant select, insert, update on {of}lent to {MATCH}",
        f"grant select, insert on {of}event to {MATCH}",
        f"grant select on {of}event to {READ}",
        f"grant select on {of}stands to {every}",
        f"grant insert, delete on {of}stands to {MATCH}",
    ]


def of_derived(schema: str) -> list[str]:
    """Return what each role may do with a state, or with what was sent."""
    return [
        f'grant usage on schema "{schema}" to {MATCH}, {READ}',
        f'grant all on all tables in schema "{schema}" to {MATCH}',
        f'grant select on all tables in schema "{schema}" to {READ}',
    ]


def of_owner(schema: str, tables: list[str]) -> list[str]:
    """Return what gives a state to whoever follows: another generation takes its place, and it is dropped."""
    each = [f'alter table "{schema}"."{table}" owner to {MATCH}' for table in tables]
    return [f'alter schema "{schema}" owner to {MATCH}', *each]
