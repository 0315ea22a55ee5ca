"""A small centre for tests: an auditorium, a hall that divides into A and B, two studios, one lift for carrying."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from sepadan.creative.models import Centre, Floor, Space, SpaceUnit, Unit
from sepadan.creative.names import Hold
from sepadan.creative.services.bookings import Wish
from sepadan.creative.services.holding import Meeting
from sepadan.records.public import Actor

NOW, TODAY = datetime(2026, 11, 24, 3, 0, tzinfo=UTC), date(2026, 11, 24)
DAY = datetime(2026, 12, 1, 1, 0, tzinfo=UTC)
DESK = Actor(name="Meja depan")


def build_centre(rules: dict | None = None, *, buffers: int = 0) -> dict[str, Space]:
    """The spaces by code, in the region in scope."""
    centre = Centre.objects.create(code="mcc", name="Pusat Kreatif", rules=rules or {})
    floor = Floor.objects.create(centre=centre, level=2, name="Lantai 2")
    units = {code: Unit.objects.create(centre=centre, code=code, name=code)
             for code in ("auditorium", "hall-a", "hall-b", "studio-1", "studio-2", "lift")}
    spaces = {}
    for code, kind, needs in (("auditorium", "auditorium", ["auditorium"]), ("hall", "hall", ["hall-a", "hall-b"]),
                              ("hall-a", "hall", ["hall-a"]), ("hall-b", "hall", ["hall-b"]),
                              ("studio-1", "studio", ["studio-1"]), ("studio-2", "studio", ["studio-2"])):
        spaces[code] = Space.objects.create(floor=floor, code=code, name=code.title(), kind=kind,
                                            layouts={"theatre": 100}, setup_minutes=buffers,
                                            cleardown_minutes=buffers)
        for unit in needs:
            SpaceUnit.objects.create(space=spaces[code], unit=units[unit])
    SpaceUnit.objects.create(space=spaces["auditorium"], unit=units["lift"], hold=Hold.HANDLING.value)
    return spaces


def hours(first: float, last: float, *, day: int = 0) -> Meeting:
    """From *first* to *last* hours after 08:00 of the first of December, or *day* days later."""
    start = DAY + timedelta(days=day)
    return Meeting(start + timedelta(hours=first), start + timedelta(hours=last))


def wish(space: str, *meetings: Meeting, **more: object) -> Wish:
    return Wish(space, "Kelas gim", "Komunitas gim", meetings or (hours(0, 2),), **more)  # type: ignore[arg-type]
