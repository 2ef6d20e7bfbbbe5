"""Which column of a file is one that recon needs: settled by cells where names leave it open, else asked."""
