"""An event with sessions, visitors and tickets for tests of doors and certificates, made row by row and in bulk."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from sepadan.creative.event_names import EventKind, EventState, RegistrationState
from sepadan.creative.models import Booking, BookingDate, Event, EventSession, Registration, Space, Ticket
from sepadan.creative.names import BookingState, DateState
from sepadan.records.public import current_region

from .centre import NOW, build_centre

STARTS = datetime(2026, 12, 1, 2, tzinfo=UTC)  # 09.00 in Malang
LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def code_of(number: int) -> str:
    """A code of twelve letters for the *number*-th ticket; no two alike."""
    mixed = (number * 0x9E3779B97F4A7C15 + current_region().pk) % (1 << 60)
    return "".join(LETTERS[mixed >> 5 * place & 31] for place in range(12))


def build_event(*, sessions: Sequence[tuple[datetime, datetime]] = ((STARTS, STARTS + timedelta(hours=2)),),
                share: str = "0.800", code: str = "kelas-gim", space: Space | None = None) -> Event:
    """A published event of a confirmed booking, in the region in scope; without *space* in a small centre of its own.
    """
    space = space or build_centre()["hall"]
    booking = Booking.objects.create(
        number=f"MCC-2026-{code}", centre=space.floor.centre, space=space, title="Kelas gim", organiser="Komunitas gim",
        intake="online", received_at=NOW, state=BookingState.CONFIRMED.value, letter_number="0001/EKRAF/XI/2026",
        decided_at=NOW, published_at=NOW, changed_at=NOW, changed_by="Meja depan")
    dates = [BookingDate.objects.create(
        booking=booking, space=space, ordinal=number, starts_at=start, ends_at=end, state=DateState.CONFIRMED.value,
        first_planned=start, changed_at=NOW) for number, (start, end) in enumerate(sessions, 1)]
    event = Event.objects.create(
        centre=space.floor.centre, booking=booking, code=code, title={"id": "Kelas gim", "en": "Game class"},
        about={"id": "Belajar membuat gim."}, organiser="Komunitas gim", kind=EventKind.COURSE.value,
        registration="open", state=EventState.PUBLISHED.value, published_at=NOW, share_needed=Decimal(share),
        made_at=NOW, changed_at=NOW, changed_by="Meja depan")
    for number, ((start, end), date) in enumerate(zip(sessions, dates, strict=True), 1):
        EventSession.objects.create(event=event, ordinal=number, starts_at=start, ends_at=end, booking_date=date)
    return event


def add_visitors(event: Event, many: int, *, first: int = 0, named: bool = True) -> list[Ticket]:
    """*many* confirmed registrations of one seat, each with a ticket, in order."""
    made = Registration.objects.bulk_create(Registration(
        event=event, number=f"REG-{event.pk}-{number:06}", name=f"Peserta {number} Wijaya",
        contact=f"0812-{number:06}", state=RegistrationState.CONFIRMED.value, received_at=NOW, agreed_at=NOW,
        agreed_to="2026-1", changed_at=NOW, changed_by="Meja depan", name_on_certificate=named)
        for number in range(first, first + many))
    return list(Ticket.objects.bulk_create(
        Ticket(registration=one, ordinal=1, holder_name=one.name, code=code_of(event.pk * 1_000_000 + number),
               issued_at=NOW) for number, one in enumerate(made, first)))
