"""Text files: encodings, separators, quotes, lists."""
