"""A run whose work is done by several processes or machines: the same match, its blocks and batches dealt to workers."""
