"""Resolve: which known supplier a document means."""
