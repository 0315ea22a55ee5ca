"""Closing a month of a centre by two persons, opening it again with a reason, and what it costs and who came.

A month is prepared by one and closed by another who may approve. Preparing takes the numbers, the fingerprint of the
rows and the last row of each history while it holds every unit of the centre, which whoever writes a booking takes
first (``services/holding.py``), so that no act that is under way can slip beneath. What comes later is a correction:
the closed numbers stay as they are, and ``difference_of`` says what would be different now and which rows caused it. A
closed month is opened again only with a reason, which everybody sees beside the next closing.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo

from django.db.models import Max, Min

from sepadan.creative.engine.measures import Facts
from sepadan.creative.engine.months import (
    Changed,
    Difference,
    changed_rows,
    differences,
    fingerprint,
    numbers_of,
    rows_in,
)
from sepadan.creative.models import BookingDate, Centre, CentreCost, MonthClose, Space, VisitReport
from sepadan.creative.queries.known import Knowledge, Marks, marks_now
from sepadan.creative.queries.measures import facts_of, following
from sepadan.creative.services.holding import lock_units
from sepadan.ground.money import Rupiah
from sepadan.ground.problems import refuse
from sepadan.records.public import Actor, record

MOST_RUPIAH = 10**13


@dataclass(frozen=True, slots=True)
class Correction:
    """What a closed month would say now: numbers that differ, the rows that caused it, and whether its own rows still
    give the stored fingerprint (``whole``)."""

    numbers: tuple[Difference, ...]
    rows: tuple[Changed, ...]
    whole: bool


def prepare_month(centre: Centre, month: date, *, actor: Actor, now: datetime, today: date) -> MonthClose:
    """Take the numbers of a month that is over. Raises Refused: not over, or prepared or closed already."""
    month = month.replace(day=1)
    if following(month) > today:
        raise refuse("creative.months.not_over", where=f"{month:%Y-%m}", remedy="creative.months.not_over.remedy",
                     on=following(month))
    if standing(centre, month) is not None:
        raise refuse("creative.months.stands", where=f"{month:%Y-%m}", remedy="creative.months.stands.remedy")
    lock_units(Space.objects.filter(floor__centre=centre))
    known = Knowledge(now, marks_now())
    (facts,) = facts_of(centre, month, month, known)
    made = MonthClose.objects.create(
        centre=centre, month=month, ordinal=MonthClose.objects.filter(centre=centre, month=month).count() + 1,
        numbers=numbers_of(facts), fingerprint=fingerprint(facts), rows=len(rows_in(facts)), as_of=now,
        last_booking=known.marks.booking, last_date=known.marks.date, last_setting=known.marks.setting,
        prepared_by_id=actor.person_id, prepared_name=actor.name, prepared_at=now)
    record(actor, "creative.audit.month_prepared", made, now=now, after={
        "month": f"{month:%Y-%m}", "ordinal": made.ordinal, "fingerprint": made.fingerprint})
    return made


def close_month(centre: Centre, month: date, *, ordinal: int, actor: Actor, now: datetime) -> MonthClose:
    """Close what was prepared. Raises Refused for the person who prepared it, and when it is not what was seen."""
    held = _held(centre, month, ordinal)
    if held.closed_at is not None:
        raise refuse("creative.months.closed", where=str(held))
    if held.prepared_by_id is not None and held.prepared_by_id == actor.person_id:
        raise refuse("creative.months.same_person", where=str(held), remedy="creative.months.same_person.remedy")
    held.closed_by_id, held.closed_name, held.closed_at = actor.person_id, actor.name, now
    held.save(update_fields=["closed_by", "closed_name", "closed_at"])
    record(actor, "creative.audit.month_closed", held, now=now, after={
        "month": f"{held.month:%Y-%m}", "ordinal": held.ordinal, "fingerprint": held.fingerprint})
    return held


def reopen_month(centre: Centre, month: date, *, ordinal: int, reason: str, actor: Actor, now: datetime) -> MonthClose:
    """Give up a preparation, or open a closed month again; the reason stands beside it for ever."""
    if not reason.strip():
        raise refuse("creative.months.no_reason", where=f"{month:%Y-%m}")
    held = _held(centre, month, ordinal)
    held.opened_by_id, held.opened_name, held.opened_at = actor.person_id, actor.name, now
    held.reason = reason.strip()[:500]
    held.save(update_fields=["opened_by", "opened_name", "opened_at", "reason"])
    act = "creative.audit.month_opened" if held.closed_at else "creative.audit.month_given_up"
    record(actor, act, held, now=now, reason=held.reason, after={"month": f"{held.month:%Y-%m}",
                                                                 "ordinal": held.ordinal})
    return held


def standing(centre: Centre, month: date) -> MonthClose | None:
    """The closing of a month that was not opened again: prepared or closed."""
    return MonthClose.objects.filter(centre=centre, month=month.replace(day=1), opened_at__isnull=True).first()


def facts_at_closing(found: MonthClose) -> Facts:
    """The rows that a closing rests on, read again."""
    marks = Marks(found.last_booking, found.last_date, found.last_setting)
    (facts,) = facts_of(found.centre, found.month, found.month, Knowledge(found.as_of, marks))
    return facts


def difference_of(found: MonthClose, now: datetime) -> Correction:
    """What later corrections changed in a month since *found* was prepared."""
    before = facts_at_closing(found)
    (after,) = facts_of(found.centre, found.month, found.month, Knowledge(now))
    return Correction(tuple(differences(found.numbers, numbers_of(after))), tuple(changed_rows(before, after)),
                      fingerprint(before) == found.fingerprint)


def enter_cost(centre: Centre, year: int, amount: Rupiah, source: str, *, actor: Actor, now: datetime) -> CentreCost:
    """Enter what running the centre cost in a year, with its source. Raises Refused on what cannot be."""
    if not source.strip():
        raise refuse("creative.months.no_source", where=str(year), remedy="creative.months.no_source.remedy")
    if not 0 < amount <= MOST_RUPIAH or not 2000 <= year <= now.year + 1:
        raise refuse("creative.months.cost", where=str(year), last=str(now.year + 1))
    made = CentreCost.objects.create(centre=centre, year=year, amount=amount, source=source.strip()[:300],
                                     entered_at=now, entered_by_id=actor.person_id, by_name=actor.name)
    record(actor, "creative.audit.cost_entered", made, now=now, after={"year": year, "amount": amount,
                                                                       "source": made.source})
    return made


def report_visits(one: BookingDate, people: int, source: str, *, actor: Actor, now: datetime) -> VisitReport:
    """Note how many came to a date that has begun, and who says so. Raises Refused on what cannot be."""
    if not source.strip():
        raise refuse("creative.months.no_source", where=str(one), remedy="creative.months.no_source.remedy")
    if one.starts_at > now or one.state != "confirmed" or not 0 <= people <= 100_000:
        raise refuse("creative.months.not_reportable", where=str(one))
    made = VisitReport.objects.create(date=one, people=people, source=source.strip()[:200], noted_at=now,
                                      noted_by_id=actor.person_id, by_name=actor.name)
    record(actor, "creative.audit.visits_reported", made, now=now, after={"people": people, "source": made.source})
    return made


def settled_until(now: datetime) -> datetime:
    """A moment after which nothing can be written any more with an earlier one: requests take less than this."""
    return now - timedelta(minutes=10)


def months_of(centre: Centre, zone: tzinfo, until: date) -> list[date]:
    """Months in which the centre has dates, up to that of *until*, newest first."""
    ends = BookingDate.objects.filter(booking__centre=centre).aggregate(first=Min("starts_at"), last=Max("starts_at"))
    if ends["first"] is None:
        return []
    first = ends["first"].astimezone(zone).date().replace(day=1)
    last = min(ends["last"].astimezone(zone).date(), until).replace(day=1)
    return list(_back(last, first))


def _back(last: date, first: date) -> Iterator[date]:
    while last >= first:
        yield last
        last = (last - timedelta(days=1)).replace(day=1)


def last_settled_day(now: datetime, zone: tzinfo) -> date:
    """The last local day that is over and to which nothing can be added any more."""
    return settled_until(now).astimezone(zone).date() - timedelta(days=1)


def end_of(day: date, zone: tzinfo) -> datetime:
    """The last moment of a local day."""
    return datetime.combine(day + timedelta(days=1), time(), zone) - timedelta(microseconds=1)


def _held(centre: Centre, month: date, ordinal: int) -> MonthClose:
    held = MonthClose.objects.select_for_update(of=("self",)).filter(
        centre=centre, month=month.replace(day=1), opened_at__isnull=True).first()
    if held is None or held.ordinal != ordinal:
        raise refuse("creative.months.not_there", where=f"{month:%Y-%m}", remedy="creative.months.not_there.remedy")
    return held

