"""A dozen events of the demonstration's centre with visitors: synthetic, marked so, about nobody.

Made of published bookings of the synthetic year, some of the past weeks and some to come: one that is full with a
waiting list and live offers, one course of several sessions, one for children, one that an organiser decides on, one
that was cancelled, one draft. Visitors are numbered ("Pengunjung Contoh 12") and are written in bulk; the database
counts the seats all the same. Drawn from a seed.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from sepadan.creative.public import (
    AGREED_TO,
    REGISTRATIONS,
    Booking,
    BookingState,
    Centre,
    DateState,
    Event,
    EventDraft,
    EventKind,
    Intake,
    Meeting,
    Question,
    Registering,
    Registration,
    RegistrationState,
    RoleDraft,
    RoleKind,
    Space,
    Ticket,
    Wish,
    cancel_event,
    draft_event,
    draw_code,
    end_events,
    file_booking,
    publish_event,
)
from sepadan.ground.messages import render
from sepadan.ground.problems import Refused
from sepadan.records.public import Actor, open_series, region_scope, take_numbers, zone_of
from sepadan.territory.public import Region, kecamatan_in

SEED = 3574
SECTORS = ("academia", "business", "community", "community", "government", "media", "finance", "")
TOOL = Question("q1", {"id": "Alat apa yang Anda pakai?", "en": "Which tool do you use?"}, "choice", True,
                ("Belum ada", "Godot", "Unity", "Unreal"))
CARE = Question("q2", {"id": "Perlu bantuan akses?", "en": "Do you need help with access?"}, "yes_no")


@dataclass(frozen=True, slots=True)
class Scene:
    """One event: ``side`` -1 held, 1 to come; ``came`` confirmed registrations; ``waits`` in line; ``offers`` live."""

    code: str
    kind: EventKind
    subsector: str
    sector: str
    side: int
    registering: Registering = Registering.OPEN
    capacity: int | None = 40
    came: int = 0
    waits: int = 0
    offers: int = 0
    price: int | None = 0
    minors: bool = False
    weeks: int = 1
    questions: tuple[Question, ...] = ()
    ending: str = ""


SCENES = (
    Scene("game_course", EventKind.COURSE, "games", "academia", 1, came=22, weeks=6, questions=(TOOL, CARE)),
    Scene("full_talk", EventKind.TALK, "film", "community", 1, capacity=30, came=28, offers=2, waits=45),
    Scene("children", EventKind.COURSE, "visual_arts", "community", 1, capacity=20, came=14, minors=True,
          questions=(CARE,)),
    Scene("incubation", EventKind.GATHERING, "applications", "business", 1, Registering.APPROVAL, 25, came=6, waits=9),
    Scene("exhibition", EventKind.EXHIBITION, "craft", "government", 1, Registering.NONE, None, price=None),
    Scene("concert", EventKind.PERFORMANCE, "music", "business", 1, capacity=120, came=64, price=75_000),
    Scene("bazaar", EventKind.MARKET, "culinary", "government", 1, Registering.NONE, None),
    Scene("cancelled_title", EventKind.TALK, "publishing", "media", 1, came=11, ending="cancel"),
    Scene("draft", EventKind.COMPETITION, "photography", "community", 1, ending="draft"),
    Scene("animation", EventKind.COURSE, "film", "academia", -1, came=31, questions=(TOOL,)),
    Scene("fashion", EventKind.PERFORMANCE, "fashion", "business", -1, capacity=80, came=52),
    Scene("finance", EventKind.TALK, "advertising", "finance", -1, capacity=60, came=37),
    Scene("community", EventKind.GATHERING, "games", "community", -1, came=18),
)


def ensure_events(region: Region, *, now: datetime, today: date) -> int:
    """Events with visitors for the synthetic centre of *region*, once. Returns how many registrations were made."""
    actor, draw = Actor(name="sepadan demo"), random.Random(SEED)
    with region_scope(region):
        centre = Centre.objects.filter(synthetic=True).first()
        if centre is None or Event.objects.exists():
            return 0
        made = 0
        used: set[int] = set()
        for scene in SCENES:
            booking = _course(centre, scene, actor, now, today) if scene.weeks > 1 else _booking(
                centre, scene, used, now)
            if booking is None:
                continue
            used.add(booking.pk)
            event = _event(booking, scene, actor, now)
            made += _visitors(region, event, scene, draw, actor, now, today)
            if scene.ending == "cancel":
                cancel_event(event, version=event.version, reason=render("demo.events.cancelled", "id"), actor=actor,
                             now=now)
        end_events(now)
        return made


def _booking(centre: Centre, scene: Scene, used: set[int], now: datetime) -> Booking | None:
    """A published booking on the right side of *now* in a space that is large enough; the nearest."""
    rows = Booking.objects.filter(
        centre=centre, state=BookingState.CONFIRMED.value, published_at__isnull=False,
        dates__state=DateState.CONFIRMED.value).exclude(pk__in=used).select_related("space", "centre", "region")
    rows = rows.filter(dates__starts_at__gt=now + timedelta(days=2)).order_by("dates__starts_at", "id") \
        if scene.side > 0 else rows.filter(dates__ends_at__lt=now - timedelta(days=1)).order_by(
            "-dates__starts_at", "id")
    wanted = scene.capacity or 0
    return next((one for one in rows[:400] if (one.space.seats or 0) >= wanted), None)


def _course(centre: Centre, scene: Scene, actor: Actor, now: datetime, today: date) -> Booking | None:
    """A weekly series in a classroom that is free, filed as anybody would and confirmed as an example."""
    zone = zone_of(centre.region)
    for space in Space.objects.filter(floor__centre=centre, kind="classroom", bookable=True).order_by("id"):
        for hour in (18, 16, 13, 9):
            first = today + timedelta(days=4)
            days = [first + timedelta(weeks=week) for week in range(scene.weeks)]
            meetings = [Meeting(datetime.combine(day, time(hour), zone).astimezone(UTC),
                                datetime.combine(day, time(hour + 2), zone).astimezone(UTC)) for day in days]
            try:
                made = file_booking(Wish(space.code, render("demo.events.game_course", "id"),
                                         render("demo.centre.organiser", "id", {"number": "401"}), meetings,
                                         intake=Intake.LETTER, organiser_kind="academia", purpose="class"),
                                    actor=actor, now=now, today=today)
            except Refused:
                continue
            made.dates.update(state=DateState.CONFIRMED.value, held_until=None)
            made.state, made.step, made.decided_at = BookingState.CONFIRMED.value, "", now
            made.letter_number, made.published_at = f"{made.number[-6:]}/EKRAF/CONTOH", now
            made.save(update_fields=["state", "step", "decided_at", "letter_number", "published_at"])
            return made
    return None


def _event(booking: Booking, scene: Scene, actor: Actor, now: datetime) -> Event:
    title = {lang: render(f"demo.events.{scene.code}", lang) for lang in ("id", "en")}
    event = draft_event(booking, EventDraft(
        title=title, organiser=booking.organiser, kind=scene.kind, subsector=scene.subsector, sector=scene.sector,
        about={lang: render("demo.events.about", lang) for lang in ("id", "en")},
        contact="contoh@contoh.example", price=scene.price, capacity=scene.capacity, registration=scene.registering,
        groups_to=1 if scene.minors or scene.registering is Registering.NONE else 4, questions=scene.questions,
        minors=scene.minors, message=render("demo.events.message", "id"), roles=[
            RoleDraft(render("demo.events.speaker", "id", {"number": "1"}), RoleKind.SPEAKER, sector="academia",
                      agreed=True),
            RoleDraft(render("demo.events.speaker", "id", {"number": "2"}), RoleKind.PARTNER, sector=scene.sector,
                      agreed=True)]), actor=actor, now=now)
    return event if scene.ending == "draft" else publish_event(event, version=event.version, actor=actor, now=now)


def _visitors(region: Region, event: Event, scene: Scene, draw: random.Random, actor: Actor, now: datetime,
              today: date) -> int:
    """Registrations in bulk, the earliest first: confirmed ones with tickets, live offers, those who wait."""
    waits = RegistrationState.APPROVAL if scene.registering is Registering.APPROVAL else RegistrationState.WAITING
    states = [RegistrationState.CONFIRMED] * scene.came + [RegistrationState.OFFERED] * scene.offers + [
        waits] * scene.waits
    if not states:
        return 0
    open_series(*REGISTRATIONS)
    numbers = take_numbers(region, REGISTRATIONS[0], today, len(states))
    places = [one.name for one in kecamatan_in(region)]
    first = min(event.sessions.values_list("starts_at", flat=True)) - timedelta(days=20)
    rows = []
    for place, (number, state) in enumerate(zip(numbers, states, strict=True), 1):
        received = min(first + timedelta(hours=6 * place), now - timedelta(minutes=len(states) + 5 - place))
        offered = state is RegistrationState.OFFERED
        rows.append(Registration(
            event=event, number=number, name=render("demo.events.visitor", "id", {"number": str(place)}),
            contact="" if scene.minors else f"contoh-{event.pk}-{place}@contoh.example", state=state.value,
            answers={one.code: "Godot" if one.code == "q1" else draw.random() < 0.1 for one in scene.questions},
            sector=draw.choice(SECTORS), kecamatan=draw.choice(places) if draw.random() < 0.8 else "",
            received_at=received, offered_at=now - timedelta(hours=3) if offered else None,
            offered_until=now + timedelta(hours=21) if offered else None,
            decided_at=received if state is RegistrationState.CONFIRMED else None, agreed_at=received,
            agreed_to=AGREED_TO, photographs=draw.random() < 0.4, name_on_certificate=draw.random() < 0.7,
            minor=scene.minors, guardian_agreed_at=received if scene.minors else None,
            guardian_name=render("demo.events.guardian", "id", {"number": str(place)}) if scene.minors else "",
            guardian_contact=f"wali-{event.pk}-{place}@contoh.example" if scene.minors else "", changed_at=received,
            changed_by=actor.name))
    Registration.objects.bulk_create(rows)
    Ticket.objects.bulk_create(Ticket(
        registration=one, ordinal=1, holder_name=one.name, code=draw_code(), issued_at=one.received_at)
        for one in rows if one.state == RegistrationState.CONFIRMED.value)
    return len(rows)
