"""Reading counters: the cash book of a day, what waits to be closed or deposited, and bills by what a payer shows."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, OuterRef, Q, QuerySet, Sum

from sepadan.ground.money import Rupiah
from sepadan.records.models import CashDay, CashReceipt, ChannelPartner, Charge, Collector, Transfer
from sepadan.records.queries.payments import charge_of_whole_number

MOST_FOUND = 30


@dataclass(frozen=True, slots=True)
class Standing:
    """How a collector stands: *in_hand* is cash that has not been deposited."""

    collector: Collector
    in_hand: Rupiah
    open_days: tuple[CashDay, ...]
    closed_days: tuple[CashDay, ...]


def expected_cash(day: CashDay) -> Rupiah:
    """What the book says must be in the drawer: receipts less those taken back."""
    rows = CashReceipt.objects.filter(cash_day=day, payment__reversals__isnull=True)
    return int(rows.aggregate(s=Sum("payment__amount"))["s"] or 0)


def receipts_of(day: CashDay) -> QuerySet[CashReceipt]:
    return CashReceipt.objects.filter(cash_day=day).select_related("payment__charge").prefetch_related(
        "payment__reversals").order_by("id")


def standings() -> list[Standing]:
    """Every collector with the days that wait for closing or depositing, in three queries."""
    waiting: dict[int, list[CashDay]] = {}
    taken = Exists(CashReceipt.objects.filter(cash_day=OuterRef("pk")))
    for day in CashDay.objects.filter(deposit__isnull=True).filter(taken).order_by("day"):
        waiting.setdefault(day.collector_id, []).append(day)
    keys = [day.pk for days in waiting.values() for day in days]
    sums = dict(CashReceipt.objects.filter(cash_day_id__in=keys, payment__reversals__isnull=True).order_by()
                .values_list("cash_day_id").annotate(s=Sum("payment__amount")))
    found = []
    for collector in Collector.objects.order_by("-is_active", "kind", "name"):
        days = waiting.get(collector.pk, [])
        in_hand = sum(int(sums.get(day.pk, 0)) if day.counted is None else day.counted for day in days)
        found.append(Standing(collector, in_hand, tuple(day for day in days if day.is_open),
                              tuple(day for day in days if not day.is_open)))
    return found


def shortages() -> list[tuple[CashDay, Rupiah]]:
    """Deposited days whose shortage has not been made good, oldest first."""
    rows = CashDay.objects.filter(difference__lt=0, deposit__isnull=False).select_related("collector").order_by("day")
    paid = set(Transfer.objects.filter(source__in=[f"cash_made_good:{row.pk}" for row in rows])
               .values_list("source", flat=True))
    return [(row, -row.difference) for row in rows if f"cash_made_good:{row.pk}" not in paid]


def shortage_left(day: CashDay) -> Rupiah:
    """What of a deposited day's shortage has not been made good."""
    if day.difference >= 0 or day.deposit_id is None \
            or Transfer.objects.filter(source=f"cash_made_good:{day.pk}").exists():
        return 0
    return -day.difference


def charges_shown(text: str) -> list[Charge]:
    """Charges under what a payer shows: a number of a bill, a NOP (all its years), or a virtual account number.

    Those on which nothing was ever open, or that are settled, are left to the caller, who asks for the quote.
    """
    given = text.strip()
    digits = re.sub(r"[.\s-]", "", given)
    if not given or len(given) > 60:
        return []
    wanted = Q(number=given)
    if digits.isdigit() and len(digits) == 18:
        wanted |= Q(number=digits) | Q(number__startswith=f"{digits}-")
    found = {charge.pk: charge for charge in Charge.objects.filter(wanted).order_by("-due_on")[:MOST_FOUND]}
    if digits.isdigit() and len(digits) <= 28:
        for partner in ChannelPartner.objects.all():
            charge = charge_of_whole_number(partner, digits)
            if charge is not None:
                found.setdefault(charge.pk, charge)
    return list(found.values())


def day_of(collector: Collector, on: date) -> CashDay | None:
    return CashDay.objects.filter(collector=collector, day=on).select_related("deposit").first()
