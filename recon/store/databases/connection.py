"""Connections to PostgreSQL: made as a store needs them, and what their driver says in the store's own words."""

from __future__ import annotations

from contextlib import contextmanager
from hashlib import blake2b
from typing import TYPE_CHECKING, Any

from recon.errors import OutputError, RulesError
from recon.store.databases.database import FailedError, LostError, UnfitError

if TYPE_CHECKING:
    from collections.abc import Iterator

SESSION = (
    "set client_encoding = 'utf8'",
    "set lock_timeout = '30s'",
    "set tcp_keepalives_idle = 30",
    "set tcp_keepalives_interval = 10",
    "set tcp_keepalives_count = 3",
    # what is acknowledged is durable, whatever the database's default is
    "select set_config('synchronous_commit', 'on', false) where current_setting('synchronous_commit') = 'off'",
)


def connected(address: str, schema: str) -> Any:
    """Return a connection to a schema, each statement its own transaction. Raises LostError where the server does not answer."""
    psycopg, where = driver(), shown(address)
    with told(where):
        found = psycopg.connect(address, autocommit=True, connect_timeout=10, application_name="recon")
        try:
            if found.info.parameter_status("server_encoding") != "UTF8":
                raise OutputError("the database does not hold UTF-8", where, "Make one: create database recon encoding 'UTF8' template template0")  # fmt: skip
            found.execute(f'set search_path = "{schema}"')
            for each in SESSION:
                found.execute(each)
        except BaseException:
            found.close()
            raise
    return found


def shown(address: str) -> str:
    """Return an address without users and secrets."""
    told_ = driver().conninfo.conninfo_to_dict(address)
    return f"postgresql://{told_.get('host', '')}/{told_.get('dbname', '')}"


def driver() -> Any:
    """Return the driver of PostgreSQL. Raises RulesError where it is not installed."""
    try:
        import psycopg
    except ImportError:
        raise RulesError("a store on PostgreSQL needs a driver that is not installed", hint="Install it with `pip install 'recon[postgres]'`.") from None  # fmt: skip
    return psycopg


@contextmanager
def told(where: str) -> Iterator[None]:
    """Let what the driver says be said as the store does."""
    psycopg = driver()
    try:
        yield
    except psycopg.errors.InsufficientPrivilege as error:
        hint = "`recon store grants RULES` prints what each role of the database may do, and `--apply` lets them."
        raise FailedError(f"this user of the database may not do that: {_first(error)}", where, hint) from error
    except (psycopg.DataError, psycopg.errors.ProgramLimitExceeded) as error:
        raise UnfitError(f"the database does not take it: {_first(error)}") from error
    except (psycopg.OperationalError, psycopg.InterfaceError) as error:
        gone = (
            getattr(error, "pgconn", None) is None
            or error.pgconn.status != 0
            or isinstance(error, psycopg.InterfaceError)
        )
        kind = LostError if gone else FailedError
        raise kind(_first(error), where) from error
    except psycopg.Error as error:
        raise FailedError(_first(error), where) from error


def _first(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0]


def lock_of(schema: str, what: str) -> int:
    """Return the number of an advisory lock."""
    return int.from_bytes(blake2b(f"recon|{schema}|{what}".encode(), digest_size=8).digest(), "big", signed=True)
