"""A PostgreSQL of our own on a socket, where it is installed."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pytest


def find(program):
    places = [*Path("/usr/lib/postgresql").glob("*/bin"), *os.environ["PATH"].split(os.pathsep)]
    return next((str(Path(place) / program) for place in places if (Path(place) / program).exists()), None)


@contextmanager
def cluster():
    """Give the address of a new cluster, gone when the block ends; without PostgreSQL the test is skipped."""
    pytest.importorskip("psycopg")
    programs = {name: find(name) for name in ("initdb", "pg_ctl")}
    if not all(programs.values()):
        pytest.skip("no PostgreSQL is installed")
    folder = Path(tempfile.mkdtemp(prefix="recon-pg-"))
    user = {"user": "postgres"} if os.geteuid() == 0 else {}
    try:
        if user:
            shutil.chown(folder, "postgres")
        quietly = partial(subprocess.run, check=True, capture_output=True, cwd=folder, timeout=60, **user)
        quietly([programs["initdb"], "-D", folder / "data", "-U", "me", "-A", "trust", "-E", "UTF8", "--no-sync"])
    except (OSError, LookupError, subprocess.SubprocessError) as error:
        shutil.rmtree(folder, ignore_errors=True)
        pytest.skip(f"PostgreSQL cannot be started here: {error}")
    options = f"-c listen_addresses='' -c unix_socket_directories={folder} -c fsync=off"
    quietly([programs["pg_ctl"], "-D", folder / "data", "-w", "-l", folder / "log", "-o", options, "start"])
    try:
        yield f"postgresql://me@/postgres?host={folder}"
    finally:
        quietly([programs["pg_ctl"], "-D", folder / "data", "-m", "immediate", "stop"])
        shutil.rmtree(folder, ignore_errors=True)


@dataclass
class Databases:
    """A cluster that gives new databases."""

    address: str
    count: int = 0

    def new(self, more: str = "") -> str:
        """Return the address of a new, empty database."""
        self.count += 1
        self.do(f"create database store{self.count} {more}")
        return self.address.replace("/postgres?", f"/store{self.count}?")

    def do(self, query: str, values=(), address: str = ""):
        """Do something as the superuser; return the rows that it gives."""
        import psycopg

        with psycopg.connect(address or self.address, autocommit=True) as one:
            done = one.execute(query, values or None)
            return done.fetchall() if done.description else []
