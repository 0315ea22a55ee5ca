"""Where this installation keeps its data: ``SEPADAN_DATA``, or ``.data`` beside the source.

The data folder holds the database cluster (``postgres/``), keys (``secrets/``), collected static files and roll
snapshots. Nothing in it is needed to rebuild the program; everything in it is needed to keep what people entered.
"""

from __future__ import annotations

import os
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[3]


def data_dir() -> Path:
    """The data folder, absolute; not created here."""
    return Path(os.environ.get("SEPADAN_DATA") or REPOSITORY / ".data").expanduser().resolve()


def make_data_dir(path: Path) -> Path:
    """Create the data folder so that the database's own user can walk through it (but not list it)."""
    if not path.is_dir():
        path.mkdir(parents=True, exist_ok=True)
        path.chmod(0o711)
    return path
