"""Month-end, frames in and frames out: what is accrued, committed, due, and how well it went."""
