"""What people write themselves for the simple case: join by order number and line, hold price and quantity against 2 %."""
