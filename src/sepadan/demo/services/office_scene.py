"""What the parts of the example office share: who acts, on which days, and on which bills.

A part takes bills of its own off the drawn order (``take_open``, ``take_any``), so that what one does never stands in
the way of another. Days are local and count back from the day of the loading; an instant is ten in the morning there.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from sepadan.records.public import Actor, Charge, quote, today, zone_of
from sepadan.tax.public import Bill
from sepadan.territory.public import Region

ACTOR = Actor(name="sepadan demo")
EXAMPLE = "Contoh, bukan kejadian nyata"


@dataclass
class Scene:
    """One part of the office: *year* is the newest tax year with bills, *charges* its bills in the drawn order."""

    region: Region
    year: int
    part: str
    seed: int
    officer: Actor
    approver: Actor
    now: datetime
    charges: list[int]
    place: int = field(default=0)

    @property
    def today(self) -> date:
        return today(self.region, self.now)

    def day(self, back: int) -> date:
        return self.today - timedelta(days=back)

    def at(self, back: int, hour: int = 10, minute: int = 0) -> datetime:
        """An instant so many days ago; today's is now."""
        if not back:
            return self.now
        return datetime.combine(self.day(back), time(hour, minute), tzinfo=zone_of(self.region))

    def start(self, share: int) -> None:
        """Begin at so many per mille of the bills."""
        self.place = len(self.charges) * share // 1000

    def take_open(self, count: int, on: date) -> list[Charge]:
        """The next bills on which something is to be paid on the day *on*; fewer where the year has no more."""
        found: list[Charge] = []
        while len(found) < count and self.place < len(self.charges):
            charge = Charge.objects.get(pk=self.charges[self.place])
            self.place += 1
            if quote(charge, on).total > 0:
                found.append(charge)
        return found

    def take_any(self, count: int) -> list[Bill]:
        """The next bills, paid or not."""
        keys = self.charges[self.place: self.place + count]
        self.place += len(keys)
        rows = {row.charge_id: row for row in Bill.objects.filter(charge_id__in=keys, live=True)
                .select_related("taxpayer", "taxable_object")}
        return [rows[key] for key in keys if key in rows]


def weekdays_back(today: date, count: int) -> list[int]:
    """How many days ago the last *count* working days before today were, the oldest first."""
    found = [back for back in range(1, 2 * count + 4) if (today - timedelta(days=back)).weekday() < 5][:count]
    return sorted(found, reverse=True)
