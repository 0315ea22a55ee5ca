"""Doors and certificates of two past events of the demonstration: synthetic, about nobody.

Of two held events that visitors registered for, most came: through two doors whose clocks are off; two tickets were
shown twice, one was not known. Whoever came gets a certificate; one was revoked. Drawn from a seed.
"""

from __future__ import annotations

import random
from datetime import date, datetime, timedelta

from sepadan.creative.public import (
    Certificate,
    Event,
    ScanDraft,
    Ticket,
    enrol_device,
    invite_device,
    issue_certificates,
    open_door,
    revoke_certificate,
    revoke_device,
    take_upload,
)
from sepadan.ground.messages import render
from sepadan.records.public import Actor, region_scope
from sepadan.territory.public import Region

SEED = 3575
SITE = "http://localhost:8000"  # where ./run is reached
EVENTS = 2
CAME = 0.9
SKEWS = (timedelta(minutes=-4), timedelta(minutes=7))


def ensure_doors(region: Region, *, now: datetime, today: date) -> int:
    """Doors, scans and certificates of two past events of *region*, once. Returns how many certificates."""
    actor, draw = Actor(name="sepadan demo"), random.Random(SEED)
    made = 0
    with region_scope(region):
        if Certificate.objects.exists():
            return 0
        past = Event.objects.filter(state="over", registrations__state="confirmed").exclude(
            sessions__ends_at__gt=now).distinct().order_by("id")[:EVENTS]
        for event in past:
            _came(event, draw, actor, now)
            made += issue_certificates(event, site=SITE, actor=actor, now=now, today=today)
        first = Certificate.objects.order_by("id").first()
        if first is not None:
            revoke_certificate(first, reason=render("demo.doors.revoked", "id"), actor=actor, now=now)
    return made


def _came(event: Event, draw: random.Random, actor: Actor, now: datetime) -> None:
    """Nine of ten came to each session, by one of two doors; each door sends its scans when the session is over."""
    phones = []
    start = event.sessions.order_by("starts_at").values_list("starts_at", flat=True)[0] - timedelta(hours=1)
    for number in (1, 2):
        door = open_door(event, render("demo.doors.door", "id", {"number": str(number)}), names=False, actor=actor,
                         now=start)
        _, code = invite_device(door, render("demo.doors.phone", "id", {"number": str(number)}), actor=actor, now=start)
        phones.append(enrol_device(code, actor=actor, now=start)[0])
    tickets = list(Ticket.objects.filter(registration__event=event, state="valid").order_by("id"))
    for session in event.sessions.order_by("starts_at"):
        scans: list[list[ScanDraft]] = [[], []]
        for place, ticket in enumerate(tickets):
            if draw.random() > CAME:
                continue
            gate = draw.randrange(2)
            at = session.starts_at - timedelta(seconds=draw.randrange(1200))
            scans[gate].append(_scan(session.ordinal, place, ticket.code, at + SKEWS[gate]))
            if place in (3, 8):
                scans[1 - gate].append(_scan(session.ordinal, place + 10_000, ticket.code,
                                             at + timedelta(minutes=6) + SKEWS[1 - gate]))
        scans[0].append(_scan(session.ordinal, 20_000, "C0NT0HT1DAKAD", session.starts_at + SKEWS[0]))
        for phone, some, skew in zip(phones, scans, SKEWS, strict=True):
            take_upload(phone, some, sent_at=session.ends_at + skew, received_at=session.ends_at)
    revoke_device(phones[1], reason=render("demo.doors.done_phone", "id"), actor=actor, now=now)


def _scan(session: int, place: int, ticket: str, at: datetime) -> ScanDraft:
    return ScanDraft(f"contoh-{session:03}-{place:06}", ticket, at)
