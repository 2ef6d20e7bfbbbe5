"""Normalise: rows as read become lines that compare."""
