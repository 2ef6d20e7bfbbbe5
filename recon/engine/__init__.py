"""Exact arithmetic and work on frames that knows no invoice."""
