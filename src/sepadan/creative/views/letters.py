"""Checking a confirmation letter: whoever holds the paper sees what holds today, and nobody else sees anything.

The QR code on the letter opens the page at once; without a camera the number of the letter and its code are typed. A
letter that was replaced has another code, so the old one opens nothing. Wrong codes slow down.
"""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from sepadan.creative.documents.letters import opens_letter
from sepadan.creative.models import Booking
from sepadan.creative.names import BookingState, DateState
from sepadan.creative.queries.bookings import bookings, dates_of
from sepadan.creative.views.reading import text_of
from sepadan.creative.views.shown import date_row
from sepadan.ground.messages import message
from sepadan.records.public import address_of, begin_attempt, forgive_attempt, now, region_of, zone_of

HOLDS = (DateState.CONFIRMED, DateState.DISPLACED, DateState.CANCELLED, DateState.NO_SHOW)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def check(request: HttpRequest, kode: str) -> HttpResponse:
    """Number and code by hand."""
    if request.method != "POST":
        return render(request, "creative/letter.html", {"region": region_of(request), "number": ""})
    number = text_of(request, "number", 60).upper()
    found = bookings().filter(letter_number=number).first() if number else None
    return _answer(request, found, number, text_of(request, "code", 60))


@never_cache
@require_safe
def letter(request: HttpRequest, kode: str, booking_id: int, code: str) -> HttpResponse:
    """What the QR code opens."""
    return _answer(request, bookings().filter(pk=booking_id).first(), str(booking_id), code)


def _answer(request: HttpRequest, found: Booking | None, number: str, code: str) -> HttpResponse:
    region, said, status = region_of(request), {"number": number if "/" in number else ""}, 200
    context: dict[str, Any] = {"region": region, **said}
    attempt = begin_attempt("booking_letter", f"{region.code}:{number}", address_of(request), now=now())
    if attempt.seconds:
        context["wrong"], status = message("creative.ask.wait", seconds=attempt.seconds), 429
    elif found is not None and opens_letter(found, code):
        forgive_attempt(attempt)
        context |= shown(found)
    else:
        opens_letter(None, code)
        context["wrong"], status = message("creative.letter.wrong"), 422
    return render(request, "creative/letter.html", context, status=status)


def shown(found: Booking) -> dict[str, Any]:
    """What the letter grants today."""
    zone = zone_of(found.region)
    dates = [date_row(one, zone) for one in dates_of(found) if one.state in HOLDS]
    valid = found.state == BookingState.CONFIRMED and any(
        row["date"].state == DateState.CONFIRMED for row in dates)
    return {"found": found, "dates": dates, "valid": valid, "tone": "ok" if valid else "bad",
            "verdict": message("creative.letter.valid" if valid else "creative.letter.void")}
