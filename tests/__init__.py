"""Tests of recon."""
