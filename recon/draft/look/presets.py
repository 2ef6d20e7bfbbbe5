"""Which shipped presets a file fits: by itself, or with the file of its headers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from recon.read.presets.fit import fit_lines
from recon.rules.presets.catalogue import load, names

if TYPE_CHECKING:
    from collections.abc import Sequence


def fitting_presets(header: Sequence[str], said: str | None) -> tuple[str, ...]:
    """Return the shipped presets that the columns fit: those for the table `said` first, those that use most columns first."""
    fits = [(preset.name, fit_lines(preset, header, {}, alone=True)) for preset in map(load, names())]
    whole = [
        (load(name).table != said, -len(fit.columns) - len(fit.pieces), name) for name, fit in fits if not fit.missing
    ]
    return tuple(name for *_, name in sorted(whole))


def joining_presets(header: Sequence[str]) -> tuple[str, ...]:
    """Return the presets of which the columns are the lines, and lack what a header file beside them gives."""
    lines = [preset for preset in map(load, names()) if preset.beside is not None]
    return tuple(
        preset.name
        for preset in lines
        if not fit_lines(preset, header, {}, alone=False).missing and fit_lines(preset, header, {}, alone=True).missing
    )
