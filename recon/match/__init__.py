"""The match: frames and rules in, frames out. No file, clock, console or environment."""
