"""A study as a document: one model of sections and blocks, written as HTML, PDF, JSON and CSV."""
