"""What a reconciliation can be written as, a module a format."""
