"""Help with writing a rules file: what a file looks like, what its columns could be, a first draft."""
