"""Loaded before Django's settings (``-p tests.environment``): a cluster of the tests' own, templates without collected
static files."""

import os
from pathlib import Path

os.environ.setdefault("SEPADAN_DATA", str(Path(__file__).resolve().parents[1] / ".data" / "tests"))
os.environ.setdefault("SEPADAN_STATIC", "plain")
