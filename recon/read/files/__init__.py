"""Which files a source has, here or far away."""
