"""The output folder: replaced whole or not at all."""
