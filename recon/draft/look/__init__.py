"""A file as recon sees it: its layout, its columns, what each may mean, and what stands in the way."""
