"""Reads of regional tax."""
