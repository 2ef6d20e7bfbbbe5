"""What a `when` says: parsed, held against what is allowed, and turned into an expression."""
