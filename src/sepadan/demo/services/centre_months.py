"""The months of the demonstration's creative centre: closed by two people, one opened again with its reason and closed
anew, the last whole one prepared and waiting, and reports that came after a closing and show as its difference.

Made by the services of the desk at moments in the past; the rows are those of ``centre.py`` and as synthetic as they.
What running the centre costs is entered by nobody here: the region has to say it, and pages show it missing.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from sepadan.creative.public import (
    BookingDate,
    Centre,
    DateState,
    MonthClose,
    close_month,
    months_of,
    prepare_month,
    reopen_month,
    report_visits,
)
from sepadan.demo.services.people import demo_accounts
from sepadan.ground.messages import render
from sepadan.records.public import Actor, Role, account_scope, person_by_email, region_scope, zone_of
from sepadan.territory.public import Region

CLOSING_DAY = 5
REPORTS = 3


def ensure_months(region: Region, *, now: datetime, today: date) -> int:
    """Close the months that are over, once, as the region's demo accounts. Returns how many are closed."""
    emails = {one.role: one.email for one in demo_accounts([region.code])}
    officer, head = (_actor(emails[role]) for role in (Role.CREATIVE_OFFICER, Role.CREATIVE_APPROVER))
    zone = zone_of(region)
    with region_scope(region):
        centre = Centre.objects.filter(synthetic=True).first()
        if centre is None or MonthClose.objects.exists():
            return 0
        first = today.replace(day=1)
        months = [month for month in reversed(months_of(centre, zone, today)) if month < first]
        for month in months[:-1]:
            _close(centre, month, officer, head, _moment(month, CLOSING_DAY, zone, now))
        if len(months) > 2:
            _again(centre, months[-3], officer, head, _moment(months[-3], CLOSING_DAY + 6, zone, now))
        if months:
            at = _moment(months[-1], CLOSING_DAY, zone, now)
            prepare_month(centre, months[-1], actor=officer, now=at, today=at.astimezone(zone).date())
        if len(months) > 1:
            _report(centre, months[-2], officer, now)
        return max(len(months) - 1, 0)


def _actor(email: str) -> Actor:
    with account_scope(email=email):
        found = person_by_email(email)
    return Actor(name=found.name, person_id=found.pk) if found is not None else Actor(name="sepadan demo")


def _moment(month: date, day: int, zone: object, now: datetime) -> datetime:
    """Nine o'clock on *day* of the month after *month*, not after now."""
    following = (month + timedelta(days=32)).replace(day=day)
    return min(datetime.combine(following, time(9), zone), now)  # type: ignore[arg-type]


def _close(centre: Centre, month: date, officer: Actor, head: Actor, at: datetime) -> None:
    held = prepare_month(centre, month, actor=officer, now=at, today=(month + timedelta(days=32)))
    close_month(centre, month, ordinal=held.ordinal, actor=head, now=at + timedelta(hours=4))


def _again(centre: Centre, month: date, officer: Actor, head: Actor, at: datetime) -> None:
    """Opened again with a reason, and closed by the same two."""
    reopen_month(centre, month, ordinal=1, reason=render("demo.months.reopened", "id"), actor=head, now=at)
    _close(centre, month, officer, head, at + timedelta(hours=1))


def _report(centre: Centre, month: date, officer: Actor, now: datetime) -> None:
    """What organisers reported after the month was closed."""
    rows = BookingDate.objects.filter(
        booking__centre=centre, state=DateState.CONFIRMED.value, booking__people__isnull=False,
        starts_at__date__gte=month, starts_at__date__lt=(month + timedelta(days=32)).replace(day=1)).select_related(
            "booking").order_by("id")[:REPORTS]
    for one in rows:
        report_visits(one, (one.booking.people or 0) // 2 + 1, render("demo.months.report", "id"), actor=officer,
                      now=now)
