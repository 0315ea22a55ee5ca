"""Random work on bookings by several processes that are killed: what each acknowledged act left must be found.

A worker process holds several connections; each thread draws an act (file, series, approve, move, cancel, refuse,
withdraw, wait, sweep of holds, another division of the hall, displacement by an official event, the answer to what it
offers), carries it out in a transaction, and writes what came of
it (booking, version) to its file once the transaction has ended. The clock of the trial runs on its own, so that holds
run out. ``faults`` compares the database with these files and with itself.
"""

from __future__ import annotations

import os
import random
import signal
import threading
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.db import IntegrityError, OperationalError, connection, connections, transaction

from sepadan.creative.models import Booking, BookingDate, BookingEvent, Displacement, Space, SpaceUnit, Unit
from sepadan.creative.names import BLOCKING, Intake, OnClash
from sepadan.creative.services.bookings import file_booking
from sepadan.creative.services.decisions import (
    cancel_dates,
    confirm_booking,
    line_up,
    move_date,
    refuse_booking,
    withdraw_booking,
)
from sepadan.creative.services.displacing import answer_offer, displace, in_the_way
from sepadan.creative.services.holding import Meeting, expire_holds
from sepadan.ground.problems import Refused
from sepadan.records.public import Actor, region_scope

from .centre import DESK, NOW, TODAY, hours, wish

ACTS = ("file",) * 8 + ("series",) * 2 + ("confirm",) * 6 + ("move",) * 3 + ("cancel",) * 2 + ("refuse", "withdraw",
        "wait", "sweep", "divide", "official", "displace", "offer")


class Drawer:
    """One thread's luck and its file of what was acknowledged."""

    def __init__(self, region: Any, seed: int, days: int, said: Path):
        self.region, self.draw, self.days = region, random.Random(seed), days
        self.said = said.open("a", encoding="utf-8", buffering=1)

    def step(self, turn: int) -> None:
        act = self.draw.choice(ACTS)
        try:
            with region_scope(self.region):
                left = getattr(self, f"do_{act}")(NOW + timedelta(minutes=turn))
            self.said.write(f"{act} {left.pk} {left.version}\n" if left else f"{act}\n")
        except Refused as refused:
            self.said.write(f"{act} refused {refused.problem.what.key}\n")

    def meeting(self, day: int | None = None) -> Any:
        start = self.draw.randrange(0, 26) / 2
        return hours(start, start + self.draw.randrange(1, 9) / 2,
                     day=self.draw.randrange(self.days) if day is None else day)

    def space(self) -> str:
        return self.draw.choice(("auditorium", "hall", "hall-a", "hall-b", "studio-1", "studio-2"))

    def any(self, *states: str) -> Booking:
        found = list(Booking.objects.filter(state__in=states).order_by("-id")[:60])
        if not found:
            raise Refused(problem=_nothing())
        return self.draw.choice(found)

    def do_file(self, now: Any) -> Any:
        return file_booking(wish(self.space(), self.meeting(), waits=self.draw.random() < 0.1), actor=DESK, now=now,
                            today=TODAY)

    def do_series(self, now: Any) -> Any:
        first, one = self.draw.randrange(self.days), self.meeting(0)
        meetings = [type(one)(one.starts_at + timedelta(days=first + 7 * week),
                              one.ends_at + timedelta(days=first + 7 * week)) for week in range(4)]
        return file_booking(wish(self.space(), *meetings, on_clash=self.draw.choice(list(OnClash))), actor=DESK,
                            now=now, today=TODAY)

    def do_confirm(self, now: Any) -> Any:
        one = self.any("review", "waiting")
        return confirm_booking(one, version=one.version, actor=DESK, now=now, today=TODAY)

    def do_move(self, now: Any) -> Any:
        one = self.any("review", "confirmed")
        return move_date(one, 1, self.meeting(), space=Space.objects.get(code=self.space()), version=one.version,
                         actor=DESK, now=now)

    def do_cancel(self, now: Any) -> Any:
        one = self.any("confirmed")
        return cancel_dates(one, version=one.version, reason="uji", actor=DESK, now=now)

    def do_refuse(self, now: Any) -> Any:
        one = self.any("review", "waiting")
        return refuse_booking(one, version=one.version, reason="uji", actor=DESK, now=now)

    def do_withdraw(self, now: Any) -> Any:
        one = self.any("review", "waiting")
        return withdraw_booking(one, version=one.version, actor=DESK, now=now)

    def do_wait(self, now: Any) -> Any:
        one = self.any("review")
        return line_up(one, version=one.version, reason="uji", actor=DESK, now=now)

    def do_official(self, now: Any) -> Any:
        """An official event that waits for a time that was given to somebody."""
        given = list(BookingDate.objects.filter(state="confirmed").exclude(booking__intake="official").select_related(
            "space").order_by("-id")[:60])
        if not given:
            raise Refused(problem=_nothing())
        one = self.draw.choice(given)
        return file_booking(wish(one.space.code, Meeting(one.starts_at, one.ends_at), waits=True,
                                 intake=Intake.OFFICIAL), actor=DESK, now=now, today=TODAY)

    def do_displace(self, now: Any) -> Any:
        """Whoever is in the way of an official event makes room."""
        waiting = list(Booking.objects.filter(state="waiting", intake="official").order_by("-id")[:20])
        if not waiting:
            raise Refused(problem=_nothing())
        event = self.draw.choice(waiting)
        head = Actor(name="Kepala", person_id=int((Path(self.said.name).parent / "head").read_text()))
        seen = {one.booking_id: one.booking.version for one in in_the_way(event)}
        displace(event, version=event.version, seen=seen, reason="uji", actor=head, now=now, today=TODAY)
        event.refresh_from_db()
        return event

    def do_offer(self, now: Any) -> Any:
        """A displaced party takes the first that is offered, or declines."""
        found = list(Displacement.objects.filter(state="offered").order_by("-id")[:20])
        if not found:
            raise Refused(problem=_nothing())
        one = self.draw.choice(found)
        held = one.booking.dates.filter(state="held").order_by("ordinal").values_list("ordinal", flat=True)
        take = held.first() if self.draw.random() < 0.7 else None
        return answer_offer(one, take=take, version=one.booking.version, actor=DESK, now=now, today=TODAY).booking

    def do_sweep(self, now: Any) -> None:
        expire_holds(None, now)

    def do_divide(self, now: Any) -> None:
        """Studio 2 comes to need studio 1 as well, or no longer; refused by the database while that would overlap."""
        studio, unit = Space.objects.get(code="studio-2"), Unit.objects.get(code="studio-1")
        list(Unit.objects.filter(code__in=["studio-1", "studio-2"]).order_by("id").select_for_update(no_key=True))
        try:
            with transaction.atomic():
                gone, _ = SpaceUnit.objects.filter(space=studio, unit=unit).delete()
                if not gone:
                    SpaceUnit.objects.create(space=studio, unit=unit)
        except IntegrityError as fault:
            if "unit_taken_once" not in str(fault):
                raise


def _nothing() -> Any:
    from sepadan.ground.problems import problem
    return problem("creative.booking.nothing_open")


def run_worker(region: Any, seed: int, acts: int, threads: int, days: int, folder: Path) -> int:
    """The number of a process that does *acts* acts on *threads* connections, from the turn its files have reached."""
    connections.close_all()
    child = os.fork()
    if child:
        return child
    status = 1
    try:
        done = sum(len(path.read_text().splitlines()) for path in folder.glob(f"{seed}-*.txt"))
        turns, lock = iter(range(done, acts)), threading.Lock()

        def work(number: int) -> None:
            drawer = Drawer(region, seed * 1_000_003 + done * 101 + number, days, folder / f"{seed}-{number}.txt")
            while True:
                with lock:
                    turn = next(turns, None)
                if turn is None:
                    break
                try:
                    drawer.step(turn)
                except OperationalError as fault:
                    if "deadlock" not in str(fault):
                        raise
                    drawer.said.write("deadlock\n")
            connection.close()

        running = [threading.Thread(target=work, args=(number,)) for number in range(threads)]
        for one in running:
            one.start()
        for one in running:
            one.join()
        status = 0 if next(turns, None) is None else 1
    finally:
        os._exit(status)


def run_trial(region: Any, *, acts: int, kills: int, folder: Path, days: int = 60, workers: int = 2, threads: int = 4,
              seed: int = 1, pause: float = 1.0) -> int:
    """Run the workers until all acts are done, killing one at a time *kills* times. Returns how many kills hit."""
    draw, hit = random.Random(seed), 0
    alive = {number: run_worker(region, number, acts // workers, threads, days, folder)
             for number in range(1, workers + 1)}
    while alive:
        time.sleep(draw.uniform(0.5, 1.5) * pause)
        if hit < kills and alive:
            number = draw.choice(sorted(alive))
            os.kill(alive[number], signal.SIGKILL)
            os.waitpid(alive[number], 0)
            hit += 1
            alive[number] = run_worker(region, number, acts // workers, threads, days, folder)
        for number, process in list(alive.items()):
            ended, status = os.waitpid(process, os.WNOHANG)
            if ended:
                del alive[number]
                if status:
                    raise AssertionError(f"worker {number} broke down with status {status}")
    return hit


def faults(region: Any, folder: Path) -> list[str]:
    """What does not hold: an overlap, a lost act, a booking whose state and dates disagree."""
    found = []
    with region_scope(region):
        known = set(BookingEvent.objects.values_list("booking", "version"))
        for path in folder.glob("*.txt"):
            for line in path.read_text().splitlines():
                parts = line.split()
                if len(parts) == 3 and parts[1].isdigit() and (int(parts[1]), int(parts[2])) not in known:
                    found.append(f"lost: {line}")
                if line == "deadlock":
                    found.append("deadlock")
        with connection.cursor() as cursor:
            cursor.execute(OVERLAPS)
            found += [f"overlap: {row}" for row in cursor.fetchall()]
            cursor.execute(_OCCUPANCY)
            found += [f"occupancy: {row}" for row in cursor.fetchall()]
        blocking = set(BookingDate.objects.filter(state__in=BLOCKING).values_list("booking", flat=True))
        confirmed = set(Booking.objects.filter(state="confirmed").values_list("id", flat=True))
        ended = set(Booking.objects.filter(
            state__in=["refused", "expired", "withdrawn", "cancelled"]).values_list("id", flat=True))
        found += [f"confirmed without a date: {one}" for one in confirmed - blocking]
        found += [f"ended and still in the way: {one}" for one in ended & blocking]
        numbers = list(Booking.objects.values_list("number", flat=True))
        if len(set(numbers)) != len(numbers) or sorted(int(one[-6:]) for one in numbers) != \
                list(range(1, len(numbers) + 1)):
            found.append("numbers with a gap or twice")
    return found


_SPANS = """
    WITH taken AS (
        SELECT d.id, n.unit_id, r.starts, r.ends FROM creative_bookingdate d
        JOIN creative_spaceunit n USING (region_id, space_id)
        CROSS JOIN LATERAL (VALUES
            ('whole', d.starts_at - d.setup_minutes * interval '1 minute',
             d.ends_at + d.cleardown_minutes * interval '1 minute'),
            ('handling', d.starts_at - d.setup_minutes * interval '1 minute', d.starts_at),
            ('handling', d.ends_at, d.ends_at + d.cleardown_minutes * interval '1 minute')) r (hold, starts, ends)
        WHERE d.state IN ('held', 'confirmed') AND r.hold = n.hold AND r.starts < r.ends)
"""
OVERLAPS = _SPANS + """
    SELECT a.id, b.id FROM taken a JOIN taken b ON a.unit_id = b.unit_id AND a.id < b.id
    AND a.starts < b.ends AND b.starts < a.ends
"""
_OCCUPANCY = _SPANS + """
    SELECT coalesce(t.id, o.date_id) FROM taken t
    FULL JOIN creative_occupancy o
      ON o.date_id = t.id AND o.unit_id = t.unit_id AND o.during = tstzrange(t.starts, t.ends)
    WHERE t.id IS NULL OR o.id IS NULL
"""
