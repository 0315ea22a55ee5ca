"""The calendar pages of a creative centre with a full month: server time and queries of each page.

Run: .venv/bin/python benchmarks/creative_month.py --data FOLDER [--meetings 1000] [--years 3] [--runs 60]

Makes a centre of 24 spaces on 6 floors, one month in which *meetings* published meetings stand, and 12,000 meetings a
year around it for *years* years (once; a second run finds them). Then asks for each page *runs* times in this process,
all middleware included, as somebody who is not signed in, and prints one JSON object: p50 and p95 of the server time in
milliseconds, processor time of Python alone (which a busy machine changes less), queries, bytes, bytes as sent. FOLDER
gets a database of its own.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import time as clock
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

CODE, MONTH, LEVELS, PER_FLOOR = "35.73", date(2026, 12, 1), 6, 4
PAGES = {"month": "bulan/?bulan=2026-12", "month of one floor": "bulan/?bulan=2026-12&lantai=2",
         "week": "pekan/?hari=2026-12-08", "day by floor": "?hari=2026-12-08",
         "plan of a floor": "denah/?lantai=2&hari=2026-12-08&jam=10:00",
         "search": "cari/?hari=2026-12-08&dari=10:00&sampai=12:00&orang=20", "space": "ruang-2-1/?hari=2026-12-08",
         "feed": "kalender.ics"}


def fill(meetings: int, years: int) -> None:
    """The centre and its meetings, unless they are there."""
    from sepadan.creative.models import Centre, Floor, OpeningHours, Space, SpaceUnit, Unit
    from sepadan.records.public import region_scope
    from sepadan.territory.public import find_region

    with region_scope(find_region(CODE)):
        if Centre.objects.filter(code="ukur").exists():
            return
        centre = Centre.objects.create(code="ukur", name="Pusat ukur", rules={"skip": "national"})
        OpeningHours.objects.bulk_create(OpeningHours(centre=centre, weekday=day, opens=time(7), closes=time(22))
                                         for day in range(7))
        spaces = []
        for level in range(1, LEVELS + 1):
            floor = Floor.objects.create(centre=centre, level=level, name=f"Lantai {level}")
            for number in range(PER_FLOOR):
                unit = Unit.objects.create(centre=centre, code=f"u-{level}-{number}", name="u")
                space = Space.objects.create(
                    floor=floor, code=f"ruang-{level}-{number}", name=f"Ruang {level}.{number}", kind="meeting",
                    layouts={"classroom": 20 + 10 * number}, plan=[[10 * number, 2], [10 * number + 9, 2],
                                                                   [10 * number + 9, 20], [10 * number, 20]])
                SpaceUnit.objects.create(space=space, unit=unit)
                spaces.append(space)
        write(centre, spaces, MONTH, 31, meetings)
        per_month = 1_000
        for month in range(-years * 6, years * 6 + 1):
            first = (MONTH.year * 12 + MONTH.month - 1) + month
            if month:
                write(centre, spaces, date(first // 12, first % 12 + 1, 1), 28, per_month)


def write(centre: Any, spaces: list[Any], first: date, days: int, meetings: int) -> None:
    """*meetings* of an hour each, spread over days, spaces and hours so that none overlaps."""
    from sepadan.creative.models import Booking, BookingDate

    stamp = datetime(2025, 1, 1, tzinfo=UTC)
    bookings = Booking.objects.bulk_create(Booking(
        number=f"U-{first:%Y%m}-{number:05d}", centre=centre, space=spaces[number % len(spaces)],
        title=f"Kelas pengembangan gim ke-{number}", organiser=f"Komunitas {number % 90}", intake="online",
        received_at=stamp, state="confirmed", letter_number="1", decided_at=stamp, published_at=stamp,
        changed_at=stamp, changed_by="ukur") for number in range(meetings))
    dates = []
    for number, booking in enumerate(bookings):
        turn = number // len(spaces)  # each space in turn, then the next day, then the next hour
        start = datetime.combine(first + timedelta(days=turn % days), time(0), UTC) + timedelta(hours=turn // days)
        dates.append(BookingDate(booking=booking, space=booking.space, starts_at=start, first_planned=start,
                                 ends_at=start + timedelta(minutes=55), state="confirmed", changed_at=stamp))
    BookingDate.objects.bulk_create(dates)


def measure(client: Any, path: str, runs: int) -> dict[str, Any]:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from sepadan.creative.views import feed_rate

    address = f"/id/{CODE}/pusat-kreatif/ukur/{path}"
    client.get(address)  # templates compiled, connection open
    with CaptureQueriesContext(connection) as caught:
        answer = client.get(address)
    queries = len(caught)  # before the next request empties the list
    assert answer.status_code == 200, (address, answer.status_code)
    seconds, began = [], clock.process_time()
    for _ in range(runs):
        feed_rate.forget_all()
        start = clock.perf_counter()
        client.get(address)
        seconds.append(clock.perf_counter() - start)
    work = clock.process_time() - began
    seconds.sort()
    return {"p50_ms": round(seconds[len(seconds) // 2] * 1000, 1),
            "p95_ms": round(seconds[int(len(seconds) * 0.95)] * 1000, 1), "processor_ms": round(work / runs * 1000, 1),
            "queries": queries, "bytes": len(answer.content), "bytes_sent": len(gzip.compress(answer.content, 6))}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", required=True)
    parser.add_argument("--meetings", type=int, default=1_000)
    parser.add_argument("--years", type=int, default=3)
    parser.add_argument("--runs", type=int, default=60)
    given = parser.parse_args()
    os.environ["SEPADAN_DATA"] = given.data
    os.environ.setdefault("SEPADAN_STATIC", "plain")
    from sepadan.project.cli.database import with_database

    with with_database():
        from django.conf import settings
        from django.test import Client

        from sepadan.creative.models import BookingDate
        from sepadan.records.public import region_scope
        from sepadan.territory.public import find_region

        settings.ALLOWED_HOSTS = ["testserver"]
        fill(given.meetings, given.years)
        with region_scope(find_region(CODE)):
            found: dict[str, Any] = {"meetings_in_month": given.meetings, "meetings": BookingDate.objects.count()}
        client = Client()
        for name, path in PAGES.items():
            found[name] = measure(client, path, given.runs)
        print(json.dumps(found, indent=1))


if __name__ == "__main__":
    main()
