"""Codes that something is still missing of, and what: the list shrinks, and has to be empty when a version is released."""

from __future__ import annotations

from collections.abc import Mapping

UNDER_WAY: Mapping[str, str] = {}
"""Code -> why it is not complete. The other codes are."""
