"""Feeds that recon fetches itself: what it asks for, and how it goes on when systems do not answer as they should."""
