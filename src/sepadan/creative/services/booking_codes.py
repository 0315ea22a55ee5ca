"""The code on an applicant's receipt: with the number it opens the state of a booking, and nothing else does.

A paper code (``records/services/paper_codes.py``) over region, number and moment of filing. Numbers run on and can be
guessed, codes cannot.
"""

from __future__ import annotations

from sepadan.creative.models import Booking
from sepadan.records.public import code_opens, paper_code


def booking_code(booking: Booking) -> str:
    """The code of a booking of the region in scope: ``K7QF29MX4TGH``."""
    return paper_code("booking", booking.region.code, booking.number, booking.received_at.isoformat())


def opens_booking(booking: Booking | None, typed: str) -> bool:
    """Whether *typed* is the code of *booking*; takes the same time whatever was typed, and with no booking at all."""
    return code_opens(None if booking is None else booking_code(booking), typed)
