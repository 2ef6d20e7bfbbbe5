"""What a store lies in: one set of tables and queries, said to SQLite and to PostgreSQL."""
