"""Bytes of documents in the region's own folder, named by their hash: ``files/<code>/documents/ab/abcdef...``.

Folders are 0700 and files 0600. A file is written under a temporary name, flushed and renamed, so that a kill leaves
either the whole file or none; equal bytes are kept once. The path comes from the region and the hash alone, never from
what a person typed. Reading checks the hash: a damaged file is refused, not delivered.
"""

from __future__ import annotations

import hashlib
import os
import re
import secrets
from pathlib import Path

from django.conf import settings

from sepadan.ground.problems import refuse
from sepadan.territory.public import Region


def region_folder(region: Region, kind: str) -> Path:
    """``<data>/files/<code>/<kind>``, made when absent; only this system user may enter it."""
    folder = Path(settings.DATA_DIR)
    for part in ("files", region.code, kind):
        folder = folder / part
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def path_of(region: Region, sha256: str) -> Path:
    if not re.fullmatch(r"[0-9a-f]{64}", sha256):
        raise ValueError(f"{sha256!r} is no SHA-256")
    return region_folder(region, "documents") / sha256[:2] / sha256


def keep(region: Region, content: bytes) -> str:
    """Store *content*; returns its SHA-256."""
    sha256 = hashlib.sha256(content).hexdigest()
    path = path_of(region, sha256)
    if path.exists():
        return sha256
    path.parent.mkdir(mode=0o700, exist_ok=True)
    draft = path.with_name(f".{sha256}.{os.getpid()}.{secrets.token_hex(4)}")
    try:
        with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
    return sha256


def fetch(region: Region, sha256: str, *, label: str) -> bytes:
    """The bytes with this hash. Raises Refused when the file is missing or damaged; *label* names it to the reader."""
    path = path_of(region, sha256)
    try:
        content = path.read_bytes()
    except FileNotFoundError as error:
        raise refuse("records.document.file_missing", remedy="records.document.restore", where=label) from error
    if hashlib.sha256(content).hexdigest() != sha256:
        raise refuse("records.document.file_damaged", remedy="records.document.restore", where=label)
    return content
