"""NIK, SUBJEK_PAJAK_ID and 16-digit NPWP as a keyed digest and four digits for display.

Sixteen digits can be guessed through in hours, so that a plain hash hides nothing; the digest is an HMAC-SHA-256
under a key that lies outside the database. Equal numbers give equal digests: that is how a person is found again.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from typing import NamedTuple

from sepadan.ground.problems import refuse

_SEPARATORS = re.compile(r"[\s.\-]")


class Identity(NamedTuple):
    digest: str
    last4: str


def digest_nik(nik: str, key: bytes) -> Identity:
    """The digest (64 hexadecimal digits) and the last four digits. Raises Refused unless *nik* has 16 digits."""
    plain = _SEPARATORS.sub("", nik)
    if not re.fullmatch(r"[0-9]{16}", plain):
        raise refuse("records.nik.not_16_digits", remedy="records.nik.not_16_digits.remedy", length=len(plain))
    return Identity(hmac.new(key, b"sepadan.nik:" + plain.encode("ascii"), hashlib.sha256).hexdigest(), plain[-4:])
