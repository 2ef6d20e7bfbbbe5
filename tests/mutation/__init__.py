"""Mutation testing of the match: see `__main__` and docs/mutation.md."""
