"""Presets: shipped, named mappings from the exports of a system to the canonical columns."""
