"""From a cell as it stands to a value, or to a reject."""
