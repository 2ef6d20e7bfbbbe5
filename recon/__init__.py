"""Match supplier invoices with purchase orders and goods receipts."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from recon.errors import InvariantError, OutputError, ReconError, RulesError, SourceError
    from recon.ledger.reconcile import Reconciliation, reconcile
    from recon.read import read_sources
    from recon.report import write_reports
    from recon.rules.file import load_rules
    from recon.rules.rule import Rules
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
    "load_rules": "recon.rules.file",
    "read_sources": "recon.read",
    "Reconciliation": "recon.ledger.reconcile",
    "reconcile": "recon.ledger.reconcile",
    "write_reports": "recon.report",
    "Rules": "recon.rules.rule",
    "Sources": "recon.tables",
}


def __getattr__(name: str) -> object:
    """Import what is asked for only then: `recon --help` must not wait for Polars."""
    if name not in _HOME:
        raise AttributeError(f"module 'recon' has no attribute {name!r}")
    return getattr(import_module(_HOME[name]), name)
