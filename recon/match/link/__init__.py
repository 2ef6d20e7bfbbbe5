"""Link: which order line an invoice or receipt line belongs to."""
