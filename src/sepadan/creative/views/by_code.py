"""The way in for people without an account: a number and the code on the paper, sent with a form.

Every try counts against the number and against who asks, and slows down; a wrong number and a wrong code get the same
answer in the same time. What was opened is forgotten as a try.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from django.http import HttpRequest

from sepadan.creative.models import Booking
from sepadan.creative.queries.bookings import by_number
from sepadan.creative.services.booking_codes import opens_booking
from sepadan.creative.views.reading import text_of
from sepadan.ground.messages import message
from sepadan.records.public import address_of, begin_attempt, forgive_attempt, now, region_of

Thing = TypeVar("Thing")


def open_by_code(request: HttpRequest, purpose: str, find: Callable[[str], Thing | None],
                 opens: Callable[[Thing | None, str], bool]) -> tuple[Thing | None, dict[str, Any], int]:
    """What number and code of the form open, what a page says of it, and the status of the answer.

    Said are ``region``, ``number``, and ``code`` when it opened, else ``wrong``. *purpose* names what is counted.
    """
    region = region_of(request)
    number, code = text_of(request, "number", 60).upper(), text_of(request, "code", 60)
    said: dict[str, Any] = {"region": region, "number": number}
    attempt = begin_attempt(purpose, f"{region.code}:{number}", address_of(request), now=now())
    if attempt.seconds:
        return None, {**said, "wrong": message("creative.ask.wait", seconds=attempt.seconds)}, 429
    found = find(number)
    if not opens(found, code) or found is None:
        return None, {**said, "wrong": message("creative.follow.no")}, 422
    forgive_attempt(attempt)
    return found, {**said, "code": code}, 200


def open_booking(request: HttpRequest) -> tuple[Booking | None, dict[str, Any], int]:
    """The booking of a form, as ``open_by_code`` gives it."""
    return open_by_code(request, "booking", by_number, opens_booking)
