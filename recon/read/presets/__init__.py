"""Presets: shipped, named mappings from a system's exports to recon's tables; a user's own is a YAML file like them."""

from __future__ import annotations

from recon.read.presets.preset import Beside, Piece, Preset
from recon.read.presets.reading import PresetRead, fit_raw, read_preset
from recon.read.presets.shelf import load, names

__all__ = ["Beside", "Piece", "Preset", "PresetRead", "fit_raw", "load", "names", "read_preset"]
