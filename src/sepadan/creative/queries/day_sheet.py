"""What happens in a centre on one day, for those who open, clean and equip it: by floor and time, with what changed.

A row is a confirmed date that begins, runs or is prepared or cleared on that local day: hours with set-up and
clear-down, space, layout, equipment, key. Personal data stay out of it but for one line: guards see who organises and
how to reach him, technicians who organises, cleaners nobody. ``changes_since`` compares with what the last printed
sheet of the same day and role said (``DaySheetPrint.rows``), which holds no person. Four queries in all.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta, tzinfo
from typing import Any

from django.db.models import Prefetch, Q

from sepadan.creative.models import Arrangement, BookingDate, Centre, DaySheetPrint, Handover
from sepadan.creative.names import DateState, SheetRole

LONGEST = timedelta(hours=26)  # of buffers around a date, for a first cut by index


@dataclass(frozen=True, slots=True)
class SheetRow:
    """One line. ``mark``: "" as printed, new, changed, gone (then only what the print knew is told)."""

    date_id: int
    level: int
    floor: str
    space: str
    title: str
    ready: datetime
    starts_at: datetime
    ends_at: datetime
    clear: datetime
    people: int | None
    layout: str
    equipment: tuple[str, ...]
    notes: str
    key: str
    key_state: str
    who: str
    contact: str
    mark: str = ""

    def said(self) -> dict[str, Any]:
        """What the sheet says of it, without persons, as it is kept with a print."""
        return {"level": self.level, "floor": self.floor, "space": self.space, "title": self.title,
                "ready": self.ready.isoformat(), "starts_at": self.starts_at.isoformat(),
                "ends_at": self.ends_at.isoformat(), "clear": self.clear.isoformat(), "people": self.people,
                "layout": self.layout, "equipment": list(self.equipment), "notes": self.notes, "key": self.key}


def day_sheet(centre: Centre, since: datetime, until: datetime, role: SheetRole, zone: tzinfo,
              keys: Mapping[str, str]) -> list[SheetRow]:
    """The rows between *since* and *until* (the local day as moments), by floor, time and space. *keys*: what a key is
    called, by the code of its space."""
    dates = BookingDate.objects.filter(
        booking__centre=centre, state=DateState.CONFIRMED.value, starts_at__lt=until + LONGEST,
        ends_at__gt=since - LONGEST).select_related("booking", "space__floor").prefetch_related(
            Prefetch("booking__arrangements", Arrangement.objects.all()), Prefetch("handovers", Handover.objects.all()))
    found = [row for one in dates if (row := _row(one, role, zone, keys)).ready < until and since < row.clear]
    return sorted(found, key=lambda row: (row.level, row.ready, row.space, row.date_id))


def _row(one: BookingDate, role: SheetRole, zone: tzinfo, keys: Mapping[str, str]) -> SheetRow:
    booking, arrangement = one.booking, next(iter(one.booking.arrangements.all()), None)
    handover = next(iter(one.handovers.all()), None)
    state = "" if handover is None else "back" if handover.returned_at else "out"
    return SheetRow(
        one.pk, one.space.floor.level, one.space.floor.name, one.space.name, booking.title,
        (one.starts_at - timedelta(minutes=one.setup_minutes)).astimezone(zone), one.starts_at.astimezone(zone),
        one.ends_at.astimezone(zone), (one.ends_at + timedelta(minutes=one.cleardown_minutes)).astimezone(zone),
        booking.people, arrangement.layout if arrangement else "",
        tuple(arrangement.equipment) if arrangement and role is not SheetRole.GUARD else (),
        arrangement.notes if arrangement else "",
        keys.get(one.space.code, one.space.name) if role is SheetRole.GUARD else "", state,
        booking.organiser if role is not SheetRole.CLEANER else "",
        booking.contact if role is SheetRole.GUARD else "")


def last_print(centre: Centre, day: date, role: SheetRole) -> DaySheetPrint | None:
    return DaySheetPrint.objects.filter(centre=centre, day=day, role=role.value).order_by("-id").first()


def changes_since(rows: Sequence[SheetRow], printed: DaySheetPrint | None) -> list[SheetRow]:
    """*rows* marked by what the print said of them, with what it said and is no more. Unmarked without a print."""
    if printed is None:
        return list(rows)
    known = {int(key): said for key, said in printed.rows.items()}
    marked = [replace(row, mark="new" if row.date_id not in known else "" if known[row.date_id] == row.said()
                      else "changed") for row in rows]
    there = {row.date_id for row in rows}
    gone = [_gone(key, said) for key, said in known.items() if key not in there]
    return sorted([*marked, *gone], key=lambda row: (row.level, row.ready, row.space, row.date_id))


def _gone(date_id: int, said: Mapping[str, Any]) -> SheetRow:
    moments = {name: datetime.fromisoformat(said[name]) for name in ("ready", "starts_at", "ends_at", "clear")}
    return SheetRow(date_id, said["level"], said["floor"], said["space"], said["title"], **moments,
                    people=said["people"], layout=said["layout"], equipment=tuple(said["equipment"]),
                    notes=said["notes"], key=said["key"], key_state="", who="", contact="", mark="gone")


def running(centre: Centre, now: datetime) -> list[BookingDate]:
    """Confirmed dates that should have begun and are not over: who may be a no-show, who may give time back."""
    return list(BookingDate.objects.filter(
        Q(booking__centre=centre, state=DateState.CONFIRMED.value), starts_at__lte=now, ends_at__gt=now)
        .select_related("booking", "space").prefetch_related("handovers").order_by("space__floor__level", "starts_at"))
