"""The only room that opens input files: sources and rules."""

from recon.read.rules_file import load_rules
from recon.read.sources import read_sources

__all__ = ["load_rules", "read_sources"]
