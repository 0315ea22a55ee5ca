"""Reading what the desk has to do: the inbox with who must act until when, dispositions, keys that are out, an
organiser's record, displacement of a booking.

A booking in review waits for the desk until ``step_due``, one that was asked for its applicant until then; past that
day it is overdue. Counts and lists come from the same conditions. Days local to the region, instants UTC.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Count, Min, OuterRef, Q, QuerySet, Subquery, Sum

from sepadan.creative.models import (
    AgendaEntry,
    Arrangement,
    Booking,
    BookingDate,
    BookingEvent,
    Displacement,
    Disposition,
    Handover,
    HandoverPhoto,
)
from sepadan.creative.names import BookingState, DateState, OfferState
from sepadan.creative.queries.bookings import bookings

OPEN = (BookingState.REVIEW, BookingState.ASKED, BookingState.WAITING)
STATES = tuple(state.value for state in BookingState)
VIEWS = ("open", "due", "overdue", "asked", "ending", "displaced")


def inbox_of(view: str, *, today: date, now: datetime, step: str = "") -> QuerySet[Booking]:
    """Bookings of one view of the inbox, or of one step: the most urgent first, decided ones the newest first."""
    dates = BookingDate.objects.filter(booking=OuterRef("pk")).order_by()
    agenda = AgendaEntry.objects.filter(booking=OuterRef("pk")).order_by("-id")
    rows = bookings().annotate(  # subqueries: the key of a regional table is (region, id), by which nothing groups
        first=Subquery(dates.values("booking").annotate(least=Min("starts_at")).values("least")),
        meetings=Subquery(dates.values("booking").annotate(many=Count("id")).values("many")),
        agenda_number=Subquery(agenda.values("number")[:1])).filter(_view(view, today, now))
    if step:
        rows = rows.filter(step=step, state__in=OPEN)
    if view in STATES and view not in {state.value for state in OPEN}:
        return rows.order_by("-id")
    return rows.order_by("step_due", "first", "id")


def found_by(rows: QuerySet[Booking], text: str) -> QuerySet[Booking]:
    """Of *rows* those with *text* in a number (request, letter, agenda, disposition), the title or the organiser."""
    text = text.replace("\0", "").strip()[:80]
    if not text:
        return rows
    entries = AgendaEntry.objects.filter(Q(number__icontains=text) | Q(letter_number__icontains=text))
    told = Disposition.objects.filter(number__icontains=text)
    return rows.filter(Q(number__icontains=text) | Q(title__icontains=text) | Q(organiser__icontains=text) |
                       Q(letter_number__icontains=text) | Q(pk__in=entries.values("booking")) |
                       Q(pk__in=told.values("booking")))


def _view(view: str, today: date, now: datetime) -> Q:
    if view in STATES:
        return Q(state=view)
    desk = Q(state=BookingState.REVIEW.value)
    held = BookingDate.objects.filter(state=DateState.HELD.value, held_until__gt=now,
                                      held_until__lte=now + timedelta(days=1))
    offered = Displacement.objects.filter(state=OfferState.OFFERED.value, offer_until__gt=now)
    return {
        "due": desk & Q(step_due=today), "overdue": Q(state__in=[BookingState.REVIEW.value, BookingState.ASKED.value],
                                                      step_due__lt=today),
        "ending": Q(state__in=OPEN, pk__in=held.values("booking")),
        "displaced": Q(pk__in=offered.values("booking")),
    }.get(view, Q(state__in=OPEN))


@dataclass(frozen=True, slots=True)
class Waiting:
    """How many bookings wait, by whom they wait for, and per step (in review)."""

    open: int
    due: int
    overdue: int
    asked: int
    waiting: int
    ending: int
    displaced: int
    dispositions: int
    keys_late: int
    steps: tuple[tuple[str, int], ...]


def waiting_counts(today: date, now: datetime) -> Waiting:
    """Four queries, however many bookings there are."""
    found = Booking.objects.filter(state__in=OPEN).aggregate(
        open=Count("id"), due=Count("id", filter=_view("due", today, now)),
        overdue=Count("id", filter=_view("overdue", today, now)),
        asked=Count("id", filter=Q(state=BookingState.ASKED.value)),
        waiting=Count("id", filter=Q(state=BookingState.WAITING.value)),
        ending=Count("id", filter=_view("ending", today, now)))
    steps = Booking.objects.filter(state=BookingState.REVIEW.value).order_by().values("step").annotate(
        many=Count("id")).values_list("step", "many")
    return Waiting(
        **found, displaced=Displacement.objects.filter(state=OfferState.OFFERED.value, offer_until__gt=now).count(),
        dispositions=Disposition.objects.filter(done_at__isnull=True, due__lte=today).count(),
        keys_late=keys_out().filter(date__ends_at__lt=now).count(), steps=tuple(sorted(steps)))


def open_dispositions(*, most: int = 50) -> list[Disposition]:
    """Instructions that wait, the earliest day first."""
    return list(Disposition.objects.filter(done_at__isnull=True).select_related("booking").order_by(
        "due", "id")[:most])


def keys_out() -> QuerySet[Handover]:
    """Keys that were handed out and are not back, those due first."""
    return Handover.objects.filter(returned_at__isnull=True).select_related(
        "date__space", "booking").order_by("date__ends_at", "id")


@dataclass(frozen=True, slots=True)
class Record:
    """What is known of an organiser: dates held and kept, no-shows, keys late (times, minutes), damage."""

    dates: int
    no_shows: int
    late: int
    late_minutes: int
    damage: int


def record_of(organiser: str, now: datetime) -> Record:
    """The record of everybody who files under this name, however it is written."""
    dates = BookingDate.objects.filter(booking__organiser__iexact=organiser, starts_at__lt=now).aggregate(
        kept=Count("id", filter=Q(state=DateState.CONFIRMED.value)),
        missed=Count("id", filter=Q(state=DateState.NO_SHOW.value)))
    keys = Handover.objects.filter(booking__organiser__iexact=organiser).aggregate(
        late=Count("id", filter=Q(late_minutes__gt=0)), minutes=Sum("late_minutes"),
        damage=Count("id", filter=~Q(damage="")))
    return Record(dates["kept"], dates["missed"], keys["late"], keys["minutes"] or 0, keys["damage"])


def agenda_of(booking: Booking) -> list[AgendaEntry]:
    return list(booking.agenda.select_related("document"))


def dispositions_of(booking: Booking) -> list[Disposition]:
    return list(booking.dispositions.all())


def papers_of(booking: Booking) -> list[BookingEvent]:
    """The files that were put to a booking, as the events that brought them."""
    return list(booking.events.filter(kind="paper", document__isnull=False).select_related("document").order_by("id"))


def arrangement_of(booking: Booking) -> Arrangement | None:
    return booking.arrangements.first()


def displacements_of(booking: Booking) -> list[Displacement]:
    """What took dates of *booking*, the newest first, with what was offered."""
    return list(booking.displacements.select_related("date__space", "by_booking", "letter", "taken__space")
                .prefetch_related("offers__date__space").order_by("-id"))


def open_offer(booking: Booking, now: datetime) -> Displacement | None:
    """A displacement of *booking* whose offer can still be answered."""
    return next((one for one in displacements_of(booking)
                 if one.state == OfferState.OFFERED and now < one.offer_until), None)


def handovers_of(booking: Booking) -> dict[int, Handover]:
    """The keys of a booking by date, with their photos."""
    return {one.date_id: one for one in booking.handovers.select_related("date").prefetch_related("photos__document")}


def photos_of(handover: Handover) -> list[HandoverPhoto]:
    return list(handover.photos.all())


def step_events(booking: Booking) -> list[BookingEvent]:
    """Steps that were finished or sent back, in order."""
    return list(booking.events.filter(kind__in=["step", "back"]).order_by("id"))
