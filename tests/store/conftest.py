"""Every test of the store is one of both places: a folder with SQLite, a server of PostgreSQL."""

from __future__ import annotations

import pytest

from recon.store.folder import Folder
from recon.store.server import Server

pytest.importorskip("cryptography")


@pytest.fixture(params=["sqlite", "postgres"])
def place(request, tmp_path):
    if request.param == "sqlite":
        return Folder(tmp_path / "store")
    return Server.of(request.getfixturevalue("databases").new())
