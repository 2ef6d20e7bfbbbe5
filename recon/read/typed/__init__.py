"""Sources that have types of their own: Parquet and databases."""
