"""Reading the money of a booking: its assessments, what stands on its charge, whether the ledger agrees.

    assessed   the total of the last assessment
    paid       what came through a channel and was not taken back
    open       what is still owed; ``credit`` what was paid too much and not given back yet

``books_of`` adds up what the ledger moved between receivable and revenue on the charge of a booking: that must be the
assessed sum, to the rupiah.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import OuterRef, Q, QuerySet, Subquery, Sum

from sepadan.creative.models import Assessment, AssessmentAppeal, Booking, ChargeRefund
from sepadan.creative.names import AppealStep, RefundState
from sepadan.ground.money import Rupiah
from sepadan.records.public import Charge, Transfer, standings


@dataclass(frozen=True, slots=True)
class Stand:
    """What stands on the charge of a booking. All zero where nothing was ever charged."""

    assessed: Rupiah = 0
    paid: Rupiah = 0
    open: Rupiah = 0
    credit: Rupiah = 0
    refunded: Rupiah = 0
    booked: Rupiah = 0

    @property
    def agrees(self) -> bool:
        """Whether the ledger charges what was assessed."""
        return self.booked == self.assessed


def last_assessment(booking: Booking) -> Assessment | None:
    return Assessment.objects.select_related("charge").filter(booking=booking).order_by("-revision").first()


def assessments_of(booking: Booking) -> list[Assessment]:
    """Newest first, with their lines."""
    return list(Assessment.objects.filter(booking=booking).select_related("charge", "document").prefetch_related(
        "lines__space").order_by("-revision"))


def lasts() -> QuerySet[Assessment]:
    """The last assessment of every booking of the region in scope."""
    newest = Assessment.objects.filter(booking=OuterRef("booking")).order_by("-revision").values("pk")[:1]
    return Assessment.objects.filter(pk=Subquery(newest)).select_related("booking__space", "booking__region", "charge")


def stand_of(last: Assessment | None) -> Stand:
    return Stand() if last is None else stands_of([last])[last.pk]


def stands_of(rows: Iterable[Assessment]) -> dict[int, Stand]:
    """What stands on the charge of each of these last assessments, by their key."""
    lasts_ = list(rows)
    charges = {one.charge_id: one.charge for one in lasts_ if one.charge is not None}
    held, booked = standings(charges.values()), books_of([key for key in charges if key is not None])
    found = {}
    for one in lasts_:
        known = held.get(one.charge_id or 0)
        if known is None:
            found[one.pk] = Stand(one.total)
            continue
        found[one.pk] = Stand(
            one.total, sum(part.principal + part.rest for part in known.money), max(0, known.principal), known.credit,
            known.used, booked.get(one.charge_id or 0, 0))
    return found


def books_of(charges: Iterable[int]) -> dict[int, Rupiah]:
    """By charge: what its receivable got from revenue, less what went back."""
    keys = list(charges)
    rows = Transfer.objects.filter(charge__in=keys).order_by().values("charge")
    given = {row["charge"]: int(row["s"]) for row in rows.filter(
        Q(credit__purpose__startswith="revenue:")).annotate(s=Sum("amount"))}
    taken = {row["charge"]: int(row["s"]) for row in rows.filter(
        Q(debit__purpose__startswith="revenue:")).annotate(s=Sum("amount"))}
    return {key: given.get(key, 0) - taken.get(key, 0) for key in keys}


def booking_of_charge(charge: Charge) -> Booking | None:
    """The booking that a charge of this levy is about."""
    return Booking.objects.select_related("centre", "region").filter(number=charge.number).first()


def open_appeal(assessment: Assessment) -> AssessmentAppeal | None:
    return AssessmentAppeal.objects.filter(assessment=assessment, step=AppealStep.FILED.value).first()


def appeals_of(booking: Booking) -> list[AssessmentAppeal]:
    return list(AssessmentAppeal.objects.filter(assessment__booking=booking).select_related(
        "assessment", "result", "ruled_by").order_by("-id"))


def refund_waiting(charge: Charge | None) -> ChargeRefund | None:
    return None if charge is None else ChargeRefund.objects.filter(
        charge=charge, state=RefundState.PROPOSED.value).first()
