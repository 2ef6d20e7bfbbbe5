"""Frames as people work with them, made of the published ones: what is to be done, by whom, what it adds up to."""
