"""The files that ship with recon: rules/ and sample_data/, in a wheel and in a checkout alike, and its lists of words."""

from __future__ import annotations

from pathlib import Path

PACKAGE = Path(__file__).parent


def shipped(name: str) -> Path:
    """Return the folder `rules` or `sample_data`: inside the package once installed, at the top of a checkout."""
    installed = PACKAGE / "_shipped" / name
    return installed if installed.is_dir() else PACKAGE.parent / name


def listed(path: str) -> list[str]:
    """Return the lines of a list of words inside the package, without comments and blank lines."""
    text = (PACKAGE / path).read_text(encoding="utf-8")
    return [line for line in text.splitlines() if line and not line.startswith("#")]
