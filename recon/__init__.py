"""Match supplier invoices with purchase orders and goods receipts."""

from __future__ import annotations

import sys
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from recon.errors import InvariantError, OutputError, ReconError, RulesError, SourceError
    from recon.read import load_rules, read_sources
    from recon.reconcile import Reconciliation, reconcile
    from recon.report import write_reports
    from recon.rules import Rules
    from recon.tables import Sources

__version__ = "0.1.0"

__all__ = [
    "InvariantError",
    "OutputError",
    "ReconError",
    "Reconciliation",
    "Rules",
    "RulesError",
    "SourceError",
    "Sources",
    "__version__",
    "load_rules",
    "read_sources",
    "reconcile",
    "write_reports",
]

_HOME = {
    "InvariantError": "recon.errors",
    "OutputError": "recon.errors",
    "ReconError": "recon.errors",
    "RulesError": "recon.errors",
    "SourceError": "recon.errors",
    "load_rules": "recon.read",
    "read_sources": "recon.read",
    "Reconciliation": "recon.reconcile",
    "write_reports": "recon.report",
    "Rules": "recon.rules",
    "Sources": "recon.tables",
}


def __getattr__(name: str) -> object:
    """Import what is asked for only then: `recon --help` must not wait for Polars."""
    if name not in _HOME:
        raise AttributeError(f"module 'recon' has no attribute {name!r}")
    return getattr(import_module(_HOME[name]), name)


class _Package(ModuleType):
    """This package, in which `reconcile` is the function: importing the module of that name must not hide it."""

    @property
    def reconcile(self) -> object:
        return import_module("recon.reconcile").reconcile

    @reconcile.setter
    def reconcile(self, module: ModuleType) -> None:
        """Do nothing when the import system puts the module here; it stays in sys.modules."""


sys.modules[__name__].__class__ = _Package
