"""Keys of this installation: random, made once, kept outside the database, readable by its operating-system user only.

``session.key`` signs sessions and links; ``nik.key`` turns a NIK into the value stored in its place; from ``bank.key``
the secrets of banks are derived, from ``bill.key`` the codes printed on bills, from ``signing.key`` the keys that sign
tickets and certificates. Losing ``nik.key`` makes stored people unfindable by NIK, losing ``bank.key`` or ``bill.key``
makes handed-out secrets and printed codes worthless; without ``signing.key`` what was signed stays valid and the next
signature is made by a new key. Back up ``secrets/`` together with, but not inside, the database.
"""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from sepadan.project.paths import make_data_dir


def key(data_dir: Path, name: str) -> str:
    """The key *name*: 64 hexadecimal digits. Two processes that ask at once get the same one."""
    folder = make_data_dir(data_dir) / "secrets"
    path = folder / f"{name}.key"
    if not path.exists():
        folder.mkdir(mode=0o700, exist_ok=True)
        draft = folder / f".{name}.{os.getpid()}.{secrets.token_hex(4)}"
        with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as file:
            file.write(secrets.token_hex(32))
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(draft, path)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return path.read_text(encoding="ascii").strip()
