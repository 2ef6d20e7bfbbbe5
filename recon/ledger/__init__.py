"""A whole ledger: dealt to batches of groups, matched, put together, conserved, summed up."""
