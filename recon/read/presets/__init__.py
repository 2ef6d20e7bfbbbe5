"""Sources read as a preset says: pieces joined, columns found under any of their names."""

from __future__ import annotations

from recon.read.presets.reading import PresetRead, fit_raw, read_preset

__all__ = ["PresetRead", "fit_raw", "read_preset"]
