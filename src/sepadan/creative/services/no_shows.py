"""Nobody came, or somebody leaves early: the rest of the time is free at once and the organiser's record knows.

A date that was confirmed and whose organiser has not come when the centre's grace time is over may be marked a no-show:
it stops to occupy anything (what a date occupies follows from its state), its planned hours stay. A date that runs and
is given back ends now: its end moves to the next full minute, its clear-down follows, and what lies behind is free; the
planned end stays in the event. Instants UTC; minutes from ``rules.no_show_minutes`` of the centre.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sepadan.creative.models import Booking, BookingDate
from sepadan.creative.names import DateState
from sepadan.creative.services.decisions import cancel_dates, locked_booking
from sepadan.creative.services.holding import keep_dates, touch
from sepadan.creative.services.step_rules import rules_of
from sepadan.creative.services.waiting import offer_soon
from sepadan.ground.messages import message
from sepadan.ground.problems import refuse
from sepadan.records.public import Actor, record, zone_of


def mark_no_show(booking: Booking, ordinal: int, *, version: int, actor: Actor, now: datetime,
                 note: str = "") -> Booking:
    """Mark date *ordinal* as one to which nobody came. Raises Refused before the grace time is over, or when the key
    was handed out."""
    held, _ = locked_booking(booking, version)
    date = _date(held, ordinal)
    grace = timedelta(minutes=rules_of(held.centre).no_show_minutes)
    if now < date.starts_at + grace:
        local = (date.starts_at + grace).astimezone(zone_of(held.region))
        raise refuse("creative.no_show.early", where=held.number, remedy="creative.no_show.early.remedy",
                     at=f"{local:%H.%M}", on=local.date())
    if date.handovers.exists():
        raise refuse("creative.no_show.came", where=held.number)
    date.state, date.changed_at = DateState.NO_SHOW.value, now
    date.reason = note.strip()[:300]
    keep_dates([date], ("state", "changed_at", "reason"))
    freed = max(0, int((date.ends_at - now).total_seconds() // 60))
    touch(held, actor, now, "no_show", note=note, data={"ordinal": ordinal, "freed_minutes": freed})
    record(actor, "creative.audit.no_show", held, now=now, after={"number": held.number, "ordinal": ordinal})
    offer_soon(now, "no_show")
    return held


def release_date(booking: Booking, ordinal: int, *, version: int, actor: Actor, now: datetime,
                 note: str = "") -> Booking:
    """Give date *ordinal* back: before it begins it is cancelled, while it runs it ends now. Raises Refused."""
    date = _date(booking, ordinal)
    if now < date.starts_at:
        words = note.strip() or message("creative.release.reason").text("id")
        return cancel_dates(booking, version=version, reason=words[:500], actor=actor, now=now, ordinals=[ordinal])
    held, _ = locked_booking(booking, version)
    date = _date(held, ordinal)
    end = now.replace(second=0, microsecond=0) + timedelta(minutes=1)
    if end >= date.ends_at:
        raise refuse("creative.release.over", where=held.number)
    planned, date.ends_at, date.changed_at = date.ends_at, end, now
    keep_dates([date], ("ends_at", "changed_at"))
    touch(held, actor, now, "release", note=note, data={
        "ordinal": ordinal, "planned_end": planned.isoformat(), "end": end.isoformat()})
    record(actor, "creative.audit.released", held, now=now, before={"ends_at": planned.isoformat()},
           after={"number": held.number, "ends_at": end.isoformat()})
    offer_soon(now, "release")
    return held


def _date(booking: Booking, ordinal: int) -> BookingDate:
    found = booking.dates.filter(ordinal=ordinal, state=DateState.CONFIRMED.value).first()
    if found is None:
        raise refuse("creative.booking.no_date", where=booking.number, ordinal=ordinal)
    return found
