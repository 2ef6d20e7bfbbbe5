"""A job as a value, and the ways to do one."""
