"""Booking under load: 64 clients on an empty and on a full calendar, against two ways that hold no overlap off.

Run: .venv/bin/python benchmarks/booking.py --data FOLDER [--seconds 8] [--clients 64] [--years 10] [--out FILE.md]

A centre of twenty spaces. Each client asks for a slot, waits for the answer, asks for the next; every slot is asked for
by four clients one right after the other, as when a popular evening opens. Two families, each on an empty calendar and
on one with ten years of 12,000 bookings:

whole    the product's own act (``file_booking``: opening hours, number without gaps, event, audit): as it is; with the
         check alone (units not locked, no constraint); with an advisory lock per unit in place of lock and constraint
bare     one INSERT into one table: exclusion constraint; check, then insert; advisory lock, check, insert

An overlap is counted afterwards by comparing all bookings of a space with one another, not by asking the strategy.
Latencies are of all requests, accepted or refused. Prints a table; FOLDER gets a database of its own.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import random
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

CODE, SPACES, PER_YEAR, RIVALS, PROCESSES = "35.73", 20, 12_000, 4, 8
NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
TODAY = date(2026, 11, 24)
FIRST = datetime(2026, 11, 25, 1, 0, tzinfo=UTC)  # 08:00 in Malang
LENGTH, A_DAY, GAP = timedelta(minutes=90), 7, timedelta(hours=2)
"""Slots of an hour and a half every two hours; fifteen minutes before and after are buffers, so that they just fit."""

MADE = """
DROP TABLE IF EXISTS bench_slot;
CREATE TABLE bench_slot (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, space int NOT NULL,
                         during tstzrange NOT NULL, title text NOT NULL);
INSERT INTO bench_slot (space, during, title)
SELECT space, tstzrange(starts, ends), 'full' FROM unnest(%s::int[], %s::timestamptz[], %s::timestamptz[])
  AS given (space, starts, ends);
CREATE INDEX ON bench_slot USING gist (space, during);
ANALYZE bench_slot
"""
CONSTRAINED = "ALTER TABLE bench_slot ADD CONSTRAINT once EXCLUDE USING gist (space WITH =, during WITH &&)"
CHECK = "SELECT 1 FROM bench_slot WHERE space = %s AND during && tstzrange(%s, %s) LIMIT 1"
INSERT = "INSERT INTO bench_slot (space, during, title) VALUES (%s, tstzrange(%s, %s), 'wish')"
BARE_OVERLAPS = """SELECT count(*) FROM bench_slot a JOIN bench_slot b
    ON a.space = b.space AND a.id < b.id AND a.during && b.during"""
OVERLAPS = """SELECT count(*) FROM creative_occupancy a JOIN creative_occupancy b
    ON a.region_id = b.region_id AND a.unit_id = b.unit_id AND a.id < b.id AND a.during && b.during"""


@dataclass(frozen=True, slots=True)
class Slot:
    space: int
    starts_at: datetime

    @property
    def span(self) -> tuple[datetime, datetime]:
        """With its buffers."""
        return self.starts_at - timedelta(minutes=15), self.starts_at + LENGTH + timedelta(minutes=15)


def slot_of(draw: random.Random, *, days: int = 360, since: datetime = FIRST) -> Slot:
    return Slot(draw.randrange(SPACES), since + timedelta(days=draw.randrange(days)) + draw.randrange(A_DAY) * GAP)


def filling(years: int) -> list[Slot]:
    """12,000 different slots in each of *years*, the last of which lies ahead."""
    draw, found = random.Random(7), []
    for year in range(years):
        since = FIRST - timedelta(days=365 * (years - 1 - year))
        taken: set[Slot] = set()
        while len(taken) < PER_YEAR:
            taken.add(slot_of(draw, since=since))
        found += sorted(taken, key=lambda one: (one.starts_at, one.space))
    return found


def ask_of(process: int) -> Callable[[], Slot]:
    """The next slot to ask for; *RIVALS* calls in a row get the same one."""
    turns, lock, kept = count(), threading.Lock(), {}

    def ask() -> Slot:
        with lock:
            turn, place = divmod(next(turns), RIVALS)
            if place == 0:
                kept[0] = slot_of(random.Random(process * 1_000_003 + turn))
            return kept[0]

    return ask


# -- the strategies: each takes a slot and says whether it was booked -------------------------------------------------

def book_whole(region: Any, slot: Slot, name: str) -> bool:
    from sepadan.creative.public import Meeting, Wish, file_booking
    from sepadan.ground.problems import Refused
    from sepadan.records.public import Actor, region_scope

    try:
        with region_scope(region):
            file_booking(Wish(f"s{slot.space}", "Beban", name, [Meeting(slot.starts_at, slot.starts_at + LENGTH)]),
                         actor=Actor(name=name), now=NOW, today=TODAY)
    except Refused:
        return False
    return True


def book_constraint(region: Any, slot: Slot, name: str) -> bool:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(f"{INSERT} ON CONFLICT DO NOTHING", [slot.space, *slot.span])
        return bool(cursor.rowcount)


def book_checked(region: Any, slot: Slot, name: str, *, lock: bool = False) -> bool:
    from django.db import connection, transaction

    with transaction.atomic(), connection.cursor() as cursor:
        if lock:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [slot.space])
        cursor.execute(CHECK, [slot.space, *slot.span])
        if cursor.fetchone():
            return False
        cursor.execute(INSERT, [slot.space, *slot.span])
        return True


def book_advisory(region: Any, slot: Slot, name: str) -> bool:
    return book_checked(region, slot, name, lock=True)


def unlocked_units(spaces: Any) -> list[Any]:
    """In place of ``lock_units``: the units, not locked."""
    from sepadan.creative.models import SpaceUnit, Unit

    needed = SpaceUnit.objects.filter(space__in=list(spaces)).values("unit")
    return list(Unit.objects.filter(pk__in=needed).order_by("id"))


def advised_units(spaces: Any) -> list[Any]:
    """In place of ``lock_units``: the units, each under an advisory lock."""
    from django.db import connection

    units = unlocked_units(spaces)
    with connection.cursor() as cursor:
        for unit in units:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [unit.pk])
    return units


@contextmanager
def instead(units: Callable[[Any], list[Any]] | None) -> Iterator[None]:
    """The product's act with *units* in place of its lock."""
    from sepadan.creative.services import bookings

    own = bookings.lock_units
    if units is not None:
        bookings.lock_units = units
    try:
        yield
    finally:
        bookings.lock_units = own


@dataclass(frozen=True, slots=True)
class Strategy:
    family: str
    name: str
    book: Callable[[Any, Slot, str], bool]
    constraint: bool = False
    units: Callable[[Any], list[Any]] | None = None


STRATEGIES = (
    Strategy("whole", "Sepadan: lock and constraint", book_whole, constraint=True),
    Strategy("whole", "check, then insert", book_whole, units=unlocked_units),
    Strategy("whole", "advisory lock", book_whole, units=advised_units),
    Strategy("bare", "exclusion constraint", book_constraint, constraint=True),
    Strategy("bare", "check, then insert", book_checked),
    Strategy("bare", "advisory lock", book_advisory),
)


# -- the load ---------------------------------------------------------------------------------------------------------

def run_process(process: int, strategy: Strategy, region: Any, threads: int, seconds: float, ready: Any,
                said: Any) -> None:
    """*threads* clients; each has connected and booked once, far ahead, before the clock starts for all."""
    from django.db import connections

    connections.close_all()
    ask, found, lock = ask_of(process), [], threading.Lock()
    far = FIRST + timedelta(days=361 + process)

    def client(number: int) -> None:
        mine: list[tuple[bool | None, float]] = []
        strategy.book(region, Slot(number, far), "pemanasan")
        ready.wait()
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            slot, start = ask(), time.perf_counter()
            try:
                took: bool | None = strategy.book(region, slot, f"Klien {process}-{number}")
            except Exception:  # an error is counted, whatever it is
                took = None
            mine.append((took, time.perf_counter() - start))
        with lock:
            found.extend(mine)
        connections.close_all()

    with instead(strategy.units):
        clients = [threading.Thread(target=client, args=(number,)) for number in range(threads)]
        for one in clients:
            one.start()
        for one in clients:
            one.join()
    said.put(found)


def run_load(strategy: Strategy, region: Any, clients: int, seconds: float) -> dict[str, Any]:
    from django.db import connections

    connections.close_all()
    context = multiprocessing.get_context("fork")
    threads = clients // PROCESSES
    said, ready = context.Queue(), context.Barrier(threads * PROCESSES + 1)
    processes = [context.Process(target=run_process, args=(number, strategy, region, threads, seconds, ready, said))
                 for number in range(PROCESSES)]
    for one in processes:
        one.start()
    ready.wait()
    start = time.monotonic()
    found = [row for _ in processes for row in said.get()]
    took = time.monotonic() - start
    for one in processes:
        one.join()
    times = sorted(seconds for _, seconds in found)
    accepted = sum(1 for took_it, _ in found if took_it)
    return {"requests": len(found), "accepted": accepted, "errors": sum(1 for took_it, _ in found if took_it is None),
            "per_second": accepted / took, "p50_ms": times[len(times) // 2] * 1000,
            "p99_ms": times[int(len(times) * 0.99)] * 1000}


# -- what stands before -----------------------------------------------------------------------------------------------

def set_up(region: Any) -> None:
    from sepadan.creative.models import Centre, Floor, Space, SpaceUnit, Unit

    centre = Centre.objects.create(code="beban", name="Pusat beban", rules={"hold_hours": 72})
    floor = Floor.objects.create(centre=centre, level=1, name="Lantai 1")
    for number in range(SPACES):
        space = Space.objects.create(floor=floor, code=f"s{number}", name=f"Ruang {number}", kind="meeting",
                                     layouts={"theatre": 50}, setup_minutes=15, cleardown_minutes=15)
        SpaceUnit.objects.create(space=space, unit=Unit.objects.create(centre=centre, code=f"u{number}", name="u"))


def empty_calendar() -> None:
    from django.db import connections

    with connections["owner"].cursor() as cursor:
        cursor.execute("TRUNCATE creative_booking, creative_bookingdate, creative_occupancy, creative_bookingevent"
                       " CASCADE")


def fill_calendar(slots: list[Slot]) -> None:
    from sepadan.creative.public import Booking, BookingDate, BookingState, Centre, DateState, Space

    centre = Centre.objects.get()
    spaces = {int(space.code[1:]): space for space in Space.objects.all()}
    made = Booking.objects.bulk_create([Booking(
        number=f"ISI-{number:06}", centre=centre, space=spaces[slot.space], title="Isi", organiser="Isi",
        intake="letter", received_at=NOW, state=BookingState.CONFIRMED.value, letter_number=str(number), decided_at=NOW,
        changed_at=NOW, changed_by="isi") for number, slot in enumerate(slots, 1)], batch_size=5_000)
    BookingDate.objects.bulk_create([BookingDate(
        booking=booking, space=spaces[slot.space], ordinal=1, starts_at=slot.starts_at, ends_at=slot.starts_at + LENGTH,
        setup_minutes=15, cleardown_minutes=15, state=DateState.CONFIRMED.value, first_planned=slot.starts_at,
        changed_at=NOW) for booking, slot in zip(made, slots, strict=True)], batch_size=5_000)


def prepare(strategy: Strategy, region: Any, slots: list[Slot]) -> None:
    from django.db import connections

    from sepadan.records.public import region_scope

    if strategy.family == "bare":
        with connections["owner"].cursor() as cursor:
            cursor.execute(MADE, [[one.space for one in slots], [one.span[0] for one in slots],
                                  [one.span[1] for one in slots]])
            if strategy.constraint:
                cursor.execute(CONSTRAINED)
            cursor.execute("GRANT ALL ON bench_slot TO PUBLIC")
        return
    empty_calendar()
    with connections["owner"].cursor() as cursor:
        cursor.execute("SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = 'unit_taken_once'")
        known = cursor.fetchone()
        if strategy.constraint and known is None:
            raise RuntimeError("the strategy with the constraint runs first")
        if not strategy.constraint and known is not None:
            cursor.execute("ALTER TABLE creative_occupancy DROP CONSTRAINT unit_taken_once")
            cursor.execute("CREATE INDEX bench_taken ON creative_occupancy USING gist (region_id, unit_id, during)")
    with region_scope(region):
        fill_calendar(slots)
    with connections["owner"].cursor() as cursor:
        cursor.execute("ANALYZE creative_booking, creative_bookingdate, creative_occupancy")


def overlaps(strategy: Strategy) -> int:
    from django.db import connections

    with connections["owner"].cursor() as cursor:
        cursor.execute(BARE_OVERLAPS if strategy.family == "bare" else OVERLAPS)
        return int(cursor.fetchone()[0])


def measure(seconds: float, clients: int, years: int) -> Iterator[str]:
    from sepadan.records.public import region_scope
    from sepadan.territory.public import Region

    region = Region.objects.get(code=CODE)
    with region_scope(region):
        set_up(region)
    yield f"{clients} clients in {PROCESSES} processes, {seconds:g} s each, every slot asked for by {RIVALS}."
    yield ""
    yield "| act | way | calendar | requests | accepted | accepted/s | p50 ms | p99 ms | errors | double bookings |"
    yield "|---|---|---|---:|---:|---:|---:|---:|---:|---:|"
    calendars = (("empty", []), (f"{years} x {PER_YEAR:,}", filling(years)))
    for strategy in STRATEGIES:
        for label, slots in calendars:
            prepare(strategy, region, slots)
            found = run_load(strategy, region, clients, seconds)
            yield (f"| {strategy.family} | {strategy.name} | {label} | {found['requests']:,} | {found['accepted']:,} | "
                   f"{found['per_second']:.0f} | {found['p50_ms']:.1f} | {found['p99_ms']:.1f} | {found['errors']} | "
                   f"{overlaps(strategy)} |")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", required=True, help="folder of a database of its own")
    parser.add_argument("--seconds", type=float, default=8)
    parser.add_argument("--clients", type=int, default=64)
    parser.add_argument("--years", type=int, default=10)
    parser.add_argument("--out", type=Path, help="where the table goes as well")
    options = parser.parse_args()
    os.environ["SEPADAN_DATA"] = options.data
    from sepadan.project.cli.database import with_database

    with with_database():
        lines = []
        for line in measure(options.seconds, options.clients, options.years):
            print(line, flush=True)
            lines.append(line)
        if options.out:
            options.out.write_text("\n".join(lines) + "\n", encoding="utf-8")
