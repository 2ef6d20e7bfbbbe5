"""Why findings come in numbers: one reason behind many of them, and what would put it right."""
