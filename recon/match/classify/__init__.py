"""Classify: what the findings mean for a line, an order and a payment."""
