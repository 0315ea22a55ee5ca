"""Who may see a booking of the centre, and act on it. The getters here are the only way to one at the desk.

Whoever may read at the creative desk sees the region's bookings; filing, preparing, moving need ``creative.write``,
confirming and refusing ``creative.approve``. An applicant follows his own by number and the code on the receipt. What
is not there and what is not for this person look the same (404).
"""

from __future__ import annotations

from typing import Any

from django.http import Http404

from sepadan.creative.models import Booking, Centre, Disposition, Space, StockItem
from sepadan.creative.queries.bookings import bookings
from sepadan.records.public import permitted
from sepadan.territory.public import Region


def booking_for(person: Any, region: Region, booking_id: int, *, action: str = "creative.read") -> Booking:
    """A booking on which *person* may do *action*. Raises Http404."""
    found = bookings().filter(pk=booking_id).first() if permitted(person, region, action) else None
    if found is None:
        raise Http404
    return found


def centre_open(code: str) -> Centre:
    """A centre of the region in scope; its calendar is for everybody. Raises Http404."""
    found = Centre.objects.filter(code=code).first()
    if found is None:
        raise Http404
    return found


def disposition_for(person: Any, region: Region, disposition_id: int, *, action: str = "creative.read") -> Disposition:
    """An instruction on a booking on which *person* may do *action*. Raises Http404."""
    found = Disposition.objects.select_related("booking").filter(pk=disposition_id).first() if permitted(
        person, region, action) else None
    if found is None:
        raise Http404
    return found


def stock_item_for(person: Any, region: Region, item_id: int, *, action: str = "creative.read") -> StockItem:
    """An item of equipment on which *person* may do *action*. Raises Http404."""
    found = StockItem.objects.select_related("centre").filter(pk=item_id).first() if permitted(
        person, region, action) else None
    if found is None:
        raise Http404
    return found


def space_for(person: Any, region: Region, code: str, *, action: str = "creative.read") -> Space:
    """A space on which *person* may do *action*. Raises Http404."""
    found = Space.objects.select_related("floor__centre").filter(code=code).first() if permitted(
        person, region, action) else None
    if found is None:
        raise Http404
    return found
