"""Where the project is, and the data of others that lie beside it where they are there at all."""

from __future__ import annotations

from pathlib import Path

PROJECT = Path(__file__).parents[2]
SHARED = PROJECT.parent / "shared"
