"""Writes of regional tax."""
