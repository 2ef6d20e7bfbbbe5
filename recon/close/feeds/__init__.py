"""Feeds for models: rows that say when they were known, with features of what was known before; what is unusual among them."""
