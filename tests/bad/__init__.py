"""Bad inputs, by number, and what becomes of each."""
