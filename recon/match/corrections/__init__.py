"""Corrections: invoice lines that take an earlier one back, and lines that put its price right."""
