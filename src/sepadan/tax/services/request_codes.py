"""The code on an applicant's receipt: with the number it opens the state of a request, and nothing else does.

An HMAC-SHA-256 under the key of bills, which lies outside the database, over region, number and day of filing;
written as the codes of bills are (``bill_codes.py``). Nothing is stored. Numbers run on and can be guessed, codes
cannot.
"""

from __future__ import annotations

import hashlib
import hmac

from django.conf import settings

from sepadan.tax.models import Request
from sepadan.tax.services.bill_codes import ALPHABET, LETTERS, plain_code


def request_code(request: Request) -> str:
    """The code of a request of the region in scope."""
    said = f"sepadan.request:{request.region.code}:{request.number}:{request.created_at.isoformat()}".encode()
    number = int.from_bytes(hmac.digest(settings.BILL_KEY, said, hashlib.sha256)[:8], "big") >> 64 - 5 * LETTERS
    return "".join([ALPHABET[number >> place & 31] for place in range(5 * (LETTERS - 1), -1, -5)])


def opens_request(request: Request | None, typed: str) -> bool:
    """Whether *typed* is the code of *request*; takes the same time whatever was typed, and with no request at all."""
    wanted = "-" * LETTERS if request is None else request_code(request)
    return hmac.compare_digest(wanted.encode(), plain_code(typed).encode()) and request is not None
