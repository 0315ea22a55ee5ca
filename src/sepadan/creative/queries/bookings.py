"""Reading bookings: for the desk's inbox, one with its dates and events, by number for its applicant."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Count, Min, OuterRef, Q, QuerySet, Subquery

from sepadan.creative.models import Booking, BookingDate, BookingEvent
from sepadan.creative.names import BookingState, DateState


def bookings() -> QuerySet[Booking]:
    """Bookings of the region in scope with what every page of one needs."""
    return Booking.objects.select_related("region", "space", "centre", "letter")


def inbox(*, state: str = "") -> QuerySet[Booking]:
    """Open bookings, the earliest meeting first; or those in *state*."""
    dates = BookingDate.objects.filter(booking=OuterRef("pk")).order_by()
    rows = bookings().annotate(  # subqueries: the key of a regional table is (region, id), by which nothing groups
        first=Subquery(dates.values("booking").annotate(least=Min("starts_at")).values("least")),
        meetings=Subquery(dates.values("booking").annotate(many=Count("id")).values("many")))
    rows = rows.filter(state=state) if state else rows.filter(state__in=[
        BookingState.REVIEW, BookingState.ASKED, BookingState.WAITING])
    return rows.order_by("first", "id")


def counts(now: datetime) -> dict[str, int]:
    """How many wait for the desk, wait for their applicant, are in line, and hold a slot that ends within a day."""
    found = Booking.objects.aggregate(
        review=Count("id", filter=Q(state=BookingState.REVIEW.value)),
        asked=Count("id", filter=Q(state=BookingState.ASKED.value)),
        waiting=Count("id", filter=Q(state=BookingState.WAITING.value)))
    ending = BookingDate.objects.filter(state=DateState.HELD.value, held_until__gt=now,
                                        held_until__lte=now + timedelta(days=1))
    return {**found, "ending": ending.values("booking").distinct().count()}


def open_of_contact(contact: str) -> int:
    """How many open bookings name *contact*, however it is written."""
    return Booking.objects.filter(contact__iexact=contact.strip()[:160], state__in=[
        BookingState.REVIEW, BookingState.ASKED, BookingState.WAITING]).count()


def dates_of(booking: Booking) -> list[BookingDate]:
    return list(booking.dates.select_related("space").order_by("ordinal"))


def events_of(booking: Booking) -> list[BookingEvent]:
    return list(booking.events.order_by("-at", "-id"))


def by_number(number: str) -> Booking | None:
    return bookings().filter(number=number).first()
