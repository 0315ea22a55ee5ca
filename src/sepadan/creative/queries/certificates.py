"""Who is entitled to a certificate of an event, and who has one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction

from django.db.models import QuerySet

from sepadan.creative.engine.attendance import is_enough, share
from sepadan.creative.models import Certificate, Event
from sepadan.creative.queries.doors import Seat, attendance_of, by_seat, seats_of, sessions_for


@dataclass(frozen=True, slots=True)
class Standing:
    """A seat of an event: what its holder attended of the sessions that count, and his latest certificate."""

    registration_id: int
    ordinal: int
    number: str
    name: str
    attended: int
    counted: int
    enough: bool
    certificate: Certificate | None

    @property
    def share(self) -> Fraction:
        return share(self.attended, self.counted)

    @property
    def due(self) -> bool:
        """Whether a certificate is still to be issued: one that was revoked is not issued again by itself."""
        return self.enough and self.certificate is None


def standings_of(event: Event) -> list[Standing]:
    """Every seat with a valid ticket or with attendance, in the order of registration. Five queries."""
    seats = seats_of(event)
    attended = by_seat(attendance_of(event, seats=seats), seats)
    counting = {one.number for one in sessions_for(event) if one.counts}
    latest: dict[tuple[int, int], Certificate] = {}
    for one in Certificate.objects.filter(event=event).order_by("id").defer("jwt"):
        latest[one.registration_id, one.ordinal] = one
    people: dict[tuple[int, int], Seat] = {}
    for seat in seats.values():
        if seat.valid or (seat.key in attended and seat.key not in people):
            people[seat.key] = seat
    rows = []
    for key, seat in sorted(people.items()):
        many = len(attended.get(key, frozenset()) & counting)
        rows.append(Standing(*key, seat.number, seat.name, many, len(counting),
                             is_enough(many, len(counting), event.share_needed), latest.get(key)))
    return rows


def last_counted(event: Event) -> datetime | None:
    """When the last session that counts ends; None without one."""
    return max((one.ends_at for one in sessions_for(event) if one.counts), default=None)


def certificates_of(event: Event) -> QuerySet[Certificate]:
    return Certificate.objects.filter(event=event).select_related("registration").defer("jwt").order_by("-id")
