"""Compare: how far apart what is linked lies, and which variances are beyond their limits."""
