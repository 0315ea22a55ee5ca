"""Codes on papers: with the number of what stands on it, a code opens that thing to whoever holds the paper.

An HMAC-SHA-256 under a key outside the database: nothing is stored, and a copy of the database alone opens nothing.
Twelve letters of Crockford's 32 (no I, L, O, U), 60 bits, in three groups; whoever reads them off the paper may type
small letters, blanks, hyphens, and O, I or L for the digits they look like. Checks take the same time whatever differs.
Guessing is slowed down by who asks (``attempts.py``).
"""

from __future__ import annotations

import hashlib
import hmac

from django.conf import settings

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LETTERS, GROUP = 12, 4
_TYPED = str.maketrans({"O": "0", "I": "1", "L": "1", "-": None, " ": None, ".": None, "\u2010": None, "\u2011": None,
                        "\u2013": None, "\u00a0": None, "\t": None})


def paper_code(kind: str, *parts: object, key: bytes | None = None) -> str:
    """The code of a thing of *kind* that *parts* name for good: ``K7QF29MX4TGH``. *key* None: the installation's."""
    said = ":".join([f"sepadan.{kind}", *map(str, parts)]).encode()
    number = int.from_bytes(hmac.digest(settings.BILL_KEY if key is None else key, said, hashlib.sha256)[:8], "big")
    number >>= 64 - 5 * LETTERS
    return "".join([ALPHABET[number >> place & 31] for place in range(5 * (LETTERS - 1), -1, -5)])


def grouped(code: str) -> str:
    """As it is printed: ``K7QF-29MX-4TGH``."""
    return "-".join(code[start:start + GROUP] for start in range(0, len(code), GROUP))


def plain_code(typed: str) -> str:
    """What a person typed, as the code would be; anything that is no code becomes one that nothing has."""
    plain = typed[:60].upper().translate(_TYPED)
    return plain if len(plain) == LETTERS and set(plain) <= set(ALPHABET) else ""


def code_opens(code: str | None, typed: str) -> bool:
    """Whether *typed* is *code*; takes the same time whatever was typed, and where there is no such thing (None)."""
    wanted = "-" * LETTERS if code is None else code
    return hmac.compare_digest(wanted.encode(), plain_code(typed).encode()) and code is not None
