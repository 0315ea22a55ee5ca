"""The code on an applicant's receipt: with the number it opens the state of a booking, and nothing else does.

An HMAC-SHA-256 under a key outside the database over region, number and moment of filing; nothing is stored. Numbers
run on and can be guessed, codes cannot. Twelve letters of Crockford's 32 (no I, L, O, U) in three groups.
"""

from __future__ import annotations

import hashlib
import hmac

from django.conf import settings

from sepadan.creative.models import Booking

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LETTERS, GROUP = 12, 4
_TYPED = str.maketrans({"O": "0", "I": "1", "L": "1", "-": None, " ": None, ".": None})


def booking_code(booking: Booking) -> str:
    """The code of a booking of the region in scope: ``K7QF29MX4TGH``."""
    said = f"sepadan.booking:{booking.region.code}:{booking.number}:{booking.received_at.isoformat()}".encode()
    number = int.from_bytes(hmac.digest(settings.BILL_KEY, said, hashlib.sha256)[:8], "big") >> 64 - 5 * LETTERS
    return "".join([ALPHABET[number >> place & 31] for place in range(5 * (LETTERS - 1), -1, -5)])


def grouped(code: str) -> str:
    """As it is shown: ``K7QF-29MX-4TGH``."""
    return "-".join(code[start:start + GROUP] for start in range(0, len(code), GROUP))


def opens_booking(booking: Booking | None, typed: str) -> bool:
    """Whether *typed* is the code of *booking*; takes the same time whatever was typed, and with no booking at all."""
    plain = typed[:60].upper().translate(_TYPED)
    wanted = "-" * LETTERS if booking is None else booking_code(booking)
    return hmac.compare_digest(wanted.encode(), plain.encode("ascii", "replace")) and booking is not None
