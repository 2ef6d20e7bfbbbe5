"""Allocate: which receipts an invoice line uses, and how much is billed by then."""
