"""What people decide between two runs."""
