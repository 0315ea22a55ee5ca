"""Two posted years of a small roll, with payments in the first: for tests of pages, sheets and delivery of bills."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

from sepadan.records.public import Actor, Channel, Person, open_chart, receive_payment, region_scope
from sepadan.tax.engine.assessment import DueDate
from sepadan.tax.models import AssessmentRun, Bill
from sepadan.tax.services.assessment import NewRun, approve_run, compute_run, draft_run
from sepadan.tax.services.posting import post_run
from sepadan.territory.models import Region

from .test_rolls import NEW, columns, load

NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
TODAY = date(2026, 11, 24)
COUNT = 12


def officers() -> list[Actor]:
    made = [Person.objects.create_user(f"{name}@contoh.go.id", name.title()) for name in ("ani", "budi")]
    return [Actor(name=one.name, person_id=one.pk) for one in made]


def posted_years(region: Region, actors: list[Actor]) -> tuple[AssessmentRun, AssessmentRun]:
    """The runs of 2024 and 2025. Of 2024 the first bill is paid, the second in part, the others not."""
    with region_scope(region):
        open_chart(["pbb"])
    runs = [_posted(region, actors, year) for year in (2024, 2025)]
    with region_scope(region):
        for bill, share in zip(Bill.objects.filter(run=runs[0], payable__gt=1).order_by("nop")[:2], (1, 2),
                               strict=True):
            receive_payment(bill.charge, channel=Channel.COUNTER, reference=f"K-{bill.nop}",
                            amount=bill.payable // share, paid_at=datetime(2024, 6, 3, 3, 0, tzinfo=UTC), now=NOW)
        first, second = AssessmentRun.objects.select_related("region", "roll").order_by("tax_year")
    return first, second


def _posted(region: Region, actors: list[Actor], year: int) -> AssessmentRun:
    roll = load(region, columns(COUNT), replace(NEW, tax_year=year, name=f"test {year}"))
    form = NewRun(law_on=date(year, 1, 5), issued_on=date(year, 2, 3), due_decree="Perwal uji 1",
                  due_dates=(DueDate(100_000, date(year, 8, 31)), DueDate(None, date(year, 9, 30))),
                  assumptions="default")
    with region_scope(region):
        run = draft_run(roll, form, actor=actors[0], now=NOW)
        run = compute_run(run, version=run.version, actor=actors[0], now=NOW)
        run = approve_run(run, version=run.version, actor=actors[1], now=NOW)
    post_run(region, run.pk, actor=actors[0], clock=lambda: NOW)
    return run
