"""The only room that opens input files: sources and rules."""

from recon.read.rules_file import load_rules
from recon.read.sources import read_blocks, read_sources, size

__all__ = ["load_rules", "read_blocks", "read_sources", "size"]
