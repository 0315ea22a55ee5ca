"""Sepadan: a region's tax, creative-economy and waste services, measured and replayable by another region."""

__version__ = "0.1.0"
