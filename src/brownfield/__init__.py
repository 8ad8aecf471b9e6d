"""Brownfield."""
