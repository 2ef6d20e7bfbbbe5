"""Sources as the rules name them -> canonical frames, and the rows that cannot be read. The only room that opens them."""

from recon.read.sources import read_blocks, read_sources, size

__all__ = ["read_blocks", "read_sources", "size"]
