"""What a rule is, how it is written, and what its conditions mean."""
