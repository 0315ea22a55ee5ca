"""Loaded before Django's settings (``-p tests.environment``): templates render without collected static files."""

import os

os.environ.setdefault("SEPADAN_STATIC", "plain")
