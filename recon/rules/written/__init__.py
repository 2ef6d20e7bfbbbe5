"""What may stand in a rules file: a module a section, and the kinds of value they are made of."""
