"""The language of the command line: ``SEPADAN_LANG`` (id or en), else the system's if Indonesian, else English."""

from __future__ import annotations

import os

from sepadan.ground.figures import Language


def language() -> Language:
    chosen = os.environ.get("SEPADAN_LANG", "").lower()
    if chosen.startswith("id"):
        return "id"
    if chosen.startswith("en"):
        return "en"
    system = next((os.environ[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if os.environ.get(name)), "")
    return "id" if system.startswith("id") else "en"
