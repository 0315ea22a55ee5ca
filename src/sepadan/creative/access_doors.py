"""Who may see the doors of an event and its certificates. What is not there and what is not for this person: 404."""

from __future__ import annotations

from typing import Any

from django.http import Http404

from sepadan.creative.models import Certificate, Door, DoorDevice, Event, Scan
from sepadan.records.public import permitted
from sepadan.territory.public import Region


def event_with_doors(person: Any, region: Region, event_id: int, *, action: str = "creative.read") -> Event:
    """An event on which *person* may do *action*. Raises Http404."""
    found = Event.objects.select_related("centre", "region", "booking").filter(pk=event_id).first() \
        if permitted(person, region, action) else None
    if found is None:
        raise Http404
    return found


def door_in(event: Event, door_id: int) -> Door:
    """A door of an event that was got through its access check. Raises Http404."""
    found = Door.objects.select_related("event").filter(event=event, pk=door_id).first()
    if found is None:
        raise Http404
    return found


def device_in(event: Event, device_id: int) -> DoorDevice:
    found = DoorDevice.objects.select_related("door").filter(door__event=event, pk=device_id).first()
    if found is None:
        raise Http404
    return found


def scan_in(event: Event, scan_id: int) -> Scan:
    found = Scan.objects.filter(event=event, pk=scan_id).first()
    if found is None:
        raise Http404
    return found


def certificate_in(event: Event, certificate_id: int) -> Certificate:
    found = Certificate.objects.select_related("registration", "key", "status_list").filter(
        event=event, pk=certificate_id).first()
    if found is None:
        raise Http404
    return found


def public_certificate(public_id: str) -> Certificate:
    """A certificate of the region in scope; whoever has its address may see that it is one. Raises Http404."""
    found = Certificate.objects.select_related("event__centre", "registration", "key", "status_list").filter(
        public_id=public_id).first()
    if found is None:
        raise Http404
    return found
