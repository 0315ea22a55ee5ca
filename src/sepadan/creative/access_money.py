"""Who may see a tariff of the centre and decide on it; bookings and their money go through ``access.booking_for``."""

from __future__ import annotations

from typing import Any

from django.http import Http404

from sepadan.creative.models import Tariff
from sepadan.records.public import permitted
from sepadan.territory.public import Region


def tariff_for(person: Any, region: Region, tariff_id: int, *, action: str = "creative.read") -> Tariff:
    """A tariff on which *person* may do *action*. Raises Http404."""
    found = Tariff.objects.select_related("centre").filter(pk=tariff_id).first() if permitted(
        person, region, action) else None
    if found is None:
        raise Http404
    return found
