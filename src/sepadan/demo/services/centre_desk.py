"""The desk's work of the demonstration's creative centre: requests at each step, a question, agenda and disposition,
keys out and back, a party that an official event displaced. Made up, and made by the same services as at a real desk.

The requests lie behind the days that ``centre.py`` filled, so that their spaces are free; keys are those of today's
bookings. A dozen rows of each kind and no more. Instants UTC.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

from sepadan.creative.public import (
    AgendaEntry,
    Booking,
    BookingDate,
    Centre,
    DateState,
    Intake,
    Letter,
    Meeting,
    Wish,
    arrange,
    ask_applicant,
    confirm_booking,
    displace,
    file_booking,
    finish_step,
    give_disposition,
    hand_out,
    in_the_way,
    issue_notice,
    meeting_of,
    note_letter,
    rules_of,
    steps_for,
    take_back,
)
from sepadan.demo.services.people import demo_accounts
from sepadan.ground.messages import render
from sepadan.records.public import Actor, Role, account_scope, person_by_email, region_scope
from sepadan.territory.public import Region

AHEAD = 34
"""Days from today on which nothing is booked yet."""


def ensure_desk_work(region: Region, *, now: datetime, today: date) -> int:
    """Make the rows once, as the region's demo accounts. Returns how many requests."""
    emails = {one.role: one.email for one in demo_accounts([region.code])}
    officer, head = (_actor(emails[role]) for role in (Role.CREATIVE_OFFICER, Role.CREATIVE_APPROVER))
    with region_scope(region):
        centre = Centre.objects.filter(synthetic=True).first()
        if centre is None or AgendaEntry.objects.exists():
            return 0
        acts = _Desk(centre, officer, head, now, today)
        acts.requests()
        acts.displaced()
        acts.keys()
        return acts.made


def _actor(email: str) -> Actor:
    with account_scope(email=email):
        found = person_by_email(email)
    return Actor(name=found.name, person_id=found.pk) if found is not None else Actor(name="sepadan demo")


class _Desk:
    """An officer and an approver at work; each method one scene."""

    def __init__(self, centre: Centre, officer: Actor, head: Actor, now: datetime, today: date):
        self.centre, self.officer, self.head, self.now, self.today, self.made = centre, officer, head, now, today, 0

    def file(self, space: str, title: str, meeting: Meeting, **more: Any) -> Booking:
        """A request that came in two days ago."""
        self.made += 1
        number = str(400 + self.made)
        return file_booking(Wish(
            space, render(title, "id"), render("demo.centre.organiser", "id", {"number": number}), [meeting],
            nature={"charged": False, "profit": False, "education": True, "social": False}, **more),
            actor=self.officer, now=self.now - timedelta(days=2), today=self.today - timedelta(days=2))

    def on(self, days: int, since: int, until: int) -> Meeting:
        return meeting_of(self.today + timedelta(days=AHEAD + days), time(since), time(until))

    def advance(self, booking: Booking, steps: int, ago: int = 1) -> Booking:
        """Finish up to *steps* steps of *booking* before the decision, all of them *ago* days before now."""
        at = self.now - timedelta(days=ago)
        for step in steps_for(booking)[:-1][:steps]:
            booking = finish_step(booking, step.code, version=booking.version, actor=self.officer, now=at,
                                  note=render("demo.desk.step", "id"), findings={one.code: True for one in step.checks})
        return booking

    def requests(self) -> None:
        """Requests at each step; one came as a letter and was passed on, one waits for its applicant."""
        for number, steps in enumerate((0, 0, 1, 2, 3)):
            intake = Intake.LETTER if number == 0 else Intake.ONLINE
            one = self.file("main-hall-a", "demo.desk.title.class", self.on(number, 9, 12), people=120, intake=intake)
            if number == 0:
                note_letter(one, Letter(one.organiser, one.title, self.today - timedelta(days=2), "012/KG/2026"),
                            actor=self.officer, now=self.now, today=self.today)
                give_disposition(one, to_name=self.officer.name, instruction=render("demo.desk.instruction", "id"),
                                 due=self.today, actor=self.head, now=self.now, today=self.today)
                one.refresh_from_db()
            if number == 1:
                ask_applicant(one, version=one.version, question=render("demo.desk.question", "id"),
                              actor=self.officer, now=self.now - timedelta(days=1))
                continue
            one = self.advance(one, steps)
            arrange(one, version=one.version, layout="theatre", notes="", actor=self.officer, now=self.now,
                    equipment=[render("demo.desk.equipment", "id")])

    def displaced(self) -> None:
        """A confirmed booking that an official event displaced; its party has not answered yet."""
        during = self.on(8, 13, 16)
        lost = self.advance(self.file("main-hall-b", "demo.desk.title.meeting", during, people=80), 9)
        lost = confirm_booking(lost, version=lost.version, actor=self.head, now=self.now, today=self.today)
        event = self.file("main-hall", "demo.desk.title.official", during, people=250, intake=Intake.OFFICIAL,
                          waits=True)
        event = self.advance(event, 9)
        seen = {one.booking_id: one.booking.version for one in in_the_way(event)}
        for notice in displace(event, version=event.version, seen=seen, reason=render("demo.desk.reason", "id"),
                               actor=self.head, now=self.now, today=self.today):
            issue_notice(notice, actor=self.head, now=self.now)

    def keys(self) -> None:
        """Keys of today's bookings that have begun: the first are back, one of them late; the last is out."""
        begun = list(BookingDate.objects.filter(
            booking__centre=self.centre, state=DateState.CONFIRMED.value, starts_at__lte=self.now,
            starts_at__gte=self.now - timedelta(hours=14)).select_related("booking", "space").order_by(
                "ends_at", "id")[:4])
        good = {item.code: True for item in rules_of(self.centre).condition}
        for number, one in enumerate(begun):
            booking = Booking.objects.get(pk=one.booking_id)
            key = hand_out(booking, one.ordinal, version=booking.version, to=booking.organiser, condition=good,
                           actor=self.officer, now=one.starts_at)
            back = one.ends_at + timedelta(minutes=20 + 130 * (number == 0))
            if back < self.now:
                take_back(key, version=Booking.objects.get(pk=booking.pk).version, by=booking.organiser,
                          condition=good, actor=self.officer, now=back,
                          damage=render("demo.desk.damage", "id") if number == 0 else "")
