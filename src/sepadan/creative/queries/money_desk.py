"""What the desk of money looks at: letters with what stands on them, uses to assess, events to check, what waits.

A fixed number of queries however many rows there are. Only spaces with a tariff are looked at: elsewhere nothing could
be charged whatever the activity is.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Exists, Max, Min, OuterRef, QuerySet, Subquery

from sepadan.creative.engine.nature import judge, read_nature, read_policy
from sepadan.creative.models import (
    AfterCheck,
    Assessment,
    AssessmentAppeal,
    Booking,
    BookingDate,
    ChargeRefund,
    Tariff,
)
from sepadan.creative.names import AppealStep, BookingState, DateState, RefundState, TariffState
from sepadan.creative.queries.charges import Stand, lasts, stands_of

CHECK_BACK = timedelta(days=30)
LIVE = (BookingState.REVIEW, BookingState.ASKED, BookingState.WAITING, BookingState.CONFIRMED)


@dataclass(frozen=True, slots=True)
class LetterRow:
    """The last letter of a booking and what stands on its charge. ``state``: free, due, overdue, paid, credit or
    annulled."""

    last: Assessment
    stand: Stand
    state: str


@dataclass(frozen=True, slots=True)
class UseRow:
    """A booking with the moment of its first or last date, and the kind its answers make it."""

    booking: Booking
    at: datetime
    kind: str


def state_of(last: Assessment, stand: Stand, today: date) -> str:
    """How a letter stands on *today*."""
    if stand.credit > 0:
        return "credit"
    if last.total == 0:
        return "annulled" if last.revision > 1 else "free"
    if stand.open <= 0:
        return "paid"
    return "overdue" if last.due_on is not None and last.due_on < today else "due"


def letter_rows(today: date, *, most: int) -> list[LetterRow]:
    """Every booking that has a letter, the newest letter first."""
    rows = list(lasts().order_by("-issued_at", "-id")[:most])
    stands = stands_of(rows)
    return [LetterRow(one, stands[one.pk], state_of(one, stands[one.pk], today)) for one in rows]


def uses_to_assess(now: datetime, *, most: int) -> list[UseRow]:
    """Bookings to come in spaces with a tariff that have no letter and are not free by their answers."""
    dates = BookingDate.objects.filter(booking=OuterRef("pk"), state__in=[
        DateState.WANTED, DateState.HELD, DateState.CONFIRMED]).order_by()
    found = _with_tariff().filter(state__in=LIVE).exclude(Exists(Assessment.objects.filter(booking=OuterRef("pk")))) \
        .annotate(at=Subquery(dates.values("booking").annotate(x=Min("starts_at")).values("x"))) \
        .filter(at__gte=now).order_by("at", "id")
    rows = (UseRow(one, one.at, kind_of(one)) for one in _annotated(found[:20 * most]))
    return [row for row in rows if row.kind != "free"][:most]


def events_to_check(now: datetime, *, most: int) -> tuple[list[UseRow], int]:
    """Events in spaces with a tariff that are over and were not checked, the latest first; and how many there are."""
    dates = BookingDate.objects.filter(booking=OuterRef("pk"), state=DateState.CONFIRMED.value).order_by()
    found = _with_tariff().filter(state=BookingState.CONFIRMED.value).exclude(
        Exists(AfterCheck.objects.filter(booking=OuterRef("pk")))) \
        .annotate(at=Subquery(dates.values("booking").annotate(x=Max("ends_at")).values("x"))) \
        .filter(at__lte=now, at__gt=now - CHECK_BACK)
    rows = [UseRow(one, one.at, kind_of(one)) for one in _annotated(found.order_by("-at", "-id")[:most])]
    return rows, found.count()


def kind_of(booking: Booking) -> str:
    """What the answers make a use, by the policy of its centre."""
    return judge(read_nature(booking.nature), read_policy(booking.centre.rules.get("nature") or {})).kind


def waiting_appeals() -> list[AssessmentAppeal]:
    return list(AssessmentAppeal.objects.filter(step=AppealStep.FILED.value).select_related(
        "assessment__booking").order_by("filed_at", "id"))


def waiting_refunds() -> list[ChargeRefund]:
    return list(ChargeRefund.objects.filter(state=RefundState.PROPOSED.value).select_related("booking").order_by("id"))


def waiting_tariffs() -> int:
    return Tariff.objects.filter(state=TariffState.PROPOSED.value).count()


def checks_of(booking: Booking) -> list[AfterCheck]:
    return list(AfterCheck.objects.filter(booking=booking).select_related("assessment", "noted_by").order_by("-id"))


def refunds_of(booking: Booking) -> list[ChargeRefund]:
    return list(ChargeRefund.objects.filter(booking=booking).order_by("-id"))


def sums(rows: Sequence[LetterRow]) -> dict[str, int]:
    """Sums of the letters: assessed, paid, open, of these overdue, credit; and whether the ledger agrees with all."""
    return {"assessed": sum(one.stand.assessed for one in rows), "paid": sum(one.stand.paid for one in rows),
            "open": sum(one.stand.open for one in rows), "credit": sum(one.stand.credit for one in rows),
            "overdue": sum(one.stand.open for one in rows if one.state == "overdue"),
            "booked": sum(one.stand.booked for one in rows)}


def _with_tariff() -> QuerySet[Booking]:
    return Booking.objects.exclude(space__tariff="").select_related("space", "centre", "region")


def _annotated(rows: QuerySet[Booking]) -> Iterable[Any]:
    """Rows with ``at``, which the type of the model does not know."""
    return rows
