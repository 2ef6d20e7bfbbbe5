"""Live: feeds in, verdicts out, while the books are open."""
