"""The store: what outlasts a run, in two SQLite files: the log of events, and what follows from it."""
