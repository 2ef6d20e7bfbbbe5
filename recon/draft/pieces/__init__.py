"""Columns whose cells hold two things: an order and its line, a quantity and its unit, a number and a name."""
