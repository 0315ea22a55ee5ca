"""Money of the demonstration's creative centre: assumed tariffs, letters, payments, a check after an event, an appeal.

The tariffs of hall and auditorium were not found, so those here are round numbers of nobody, entered as assumptions of
a synthetic centre and marked so on every page and paper. Some paying bookings of the year get their letter and are paid
through the example bank on the days on which that would have been; coming ones wait for their payment or, paid, for
their confirmation. Everything goes through the services of the product, by the demonstration's officer and approver.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from sepadan.creative.public import (
    Booking,
    BookingState,
    Centre,
    Nature,
    TariffDraft,
    approve_tariff,
    file_appeal,
    issue_assessment,
    kind_of,
    note_check,
    propose_refund,
    propose_tariff,
    withdraw_booking,
)
from sepadan.demo.services.bank_day import example_partner
from sepadan.demo.services.people import actor_with, ensure_accounts
from sepadan.ground.messages import render
from sepadan.records.public import Actor, Channel, Charge, Role, add_scheme, receive_payment
from sepadan.territory.public import Region

LEVY, PREFIX = "creative_centre", "88002"
TARIFFS = (("tariff.hall", date(2025, 8, 1), 150_000), ("tariff.hall", date(2026, 8, 1), 200_000),
           ("tariff.auditorium", date(2025, 8, 1), 250_000), ("tariff.auditorium", date(2026, 8, 1), 300_000))
PAST, BACK = 36, timedelta(days=180)


def furnish_money(region: Region, *, now: datetime, today: date) -> int:
    """Tariffs, letters and payments of the centre that was just made, in the region in scope. Returns how many letters.
    """
    ensure_accounts(region.code, now=now, today=today)
    officer, approver = (actor_with(region.code, role) for role in (Role.CREATIVE_OFFICER, Role.CREATIVE_APPROVER))
    centre, before = Centre.objects.get(), now - BACK - timedelta(days=60)
    for name, since, amount in TARIFFS:
        draft = TariffDraft(name, "hour", amount, since, "assumption", render("demo.centre.tariff", "id"))
        approve_tariff(propose_tariff(centre, draft, actor=officer, now=before), actor=approver, now=before)
    partner, _ = example_partner(now)
    if not partner.schemes.filter(prefix=PREFIX).exists():
        add_scheme(partner, PREFIX, LEVY, actor=approver, now=now)
    held = Booking.objects.exclude(space__tariff="").select_related("centre", "space", "region")
    past = list(held.filter(state=BookingState.CONFIRMED.value, dates__ends_at__lt=now,
                            dates__starts_at__gt=now - BACK).order_by("-dates__starts_at", "id")[:12 * PAST])
    coming = list(held.filter(state=BookingState.REVIEW.value, dates__starts_at__gt=now + timedelta(days=2))
                  .order_by("dates__starts_at", "id"))
    letters = _paid_letters(_of(past, "pays")[:PAST], officer)
    paying = _of(coming, "pays")
    letters += _coming_letters(paying[:-1], officer, now) + _withdrawn(paying[-1:], officer, now)
    return letters + _checked(_of(past, "free")[:3], officer, now)


def _of(rows: Sequence[Booking], kind: str) -> list[Booking]:
    return [one for one in rows if kind_of(one) == kind]


def _paid_letters(rows: Sequence[Booking], officer: Actor) -> int:
    """Letters of uses that are over, paid before they were confirmed."""
    for one in reversed(rows):
        decided = one.decided_at
        assert decided is not None
        issued = max(one.received_at, decided - timedelta(hours=20))
        made = issue_assessment(one, version=one.version, actor=officer, now=issued)
        _pay(one, made.total, issued + (decided - issued) / 2)
    return len(rows)


def _coming_letters(rows: Sequence[Booking], officer: Actor, now: datetime) -> int:
    """Letters of uses to come: the first is paid and waits for its confirmation, the next for its payment, and so on.
    """
    for place, one in enumerate(rows):
        issued = now - timedelta(hours=20 - place % 8)
        made = issue_assessment(one, version=one.version, actor=officer, now=issued)
        if place % 2 == 0:
            _pay(one, made.total, issued + timedelta(hours=6))
    return len(rows)


def _withdrawn(rows: Sequence[Booking], officer: Actor, now: datetime) -> int:
    """A use that was paid and then taken back: what was paid is a credit, and its refund waits for a second person."""
    for one in rows:
        issued = now - timedelta(hours=30)
        made = issue_assessment(one, version=one.version, actor=officer, now=issued)
        _pay(one, made.total, issued + timedelta(minutes=90))
        one.refresh_from_db()
        reason = render("demo.centre.withdrawn", "id")
        withdraw_booking(one, version=one.version, reason=reason, actor=officer, now=now)
        propose_refund(one, made.total, reason=reason, actor=officer, now=now)
    return 2 * len(rows)


def _checked(rows: Sequence[Booking], officer: Actor, now: datetime) -> int:
    """Events that were said to be free: at two of them tickets were sold; one applicant appeals."""
    letters = 0
    for place, one in enumerate(rows):
        found = Nature(charged=place > 0, profit=False)
        note = render(f"demo.centre.found.{'charged' if found.charged else 'free'}", "id")
        check = note_check(one, found, what=note, version=one.version, actor=officer, now=now)
        if check.assessment is not None:
            letters += 1
            if place == len(rows) - 1:
                file_appeal(check.assessment, grounds=render("demo.centre.grounds", "id"), by=one.organiser,
                            actor=Actor(name=one.organiser), now=now)
    return letters


def _pay(booking: Booking, amount: int, at: datetime) -> None:
    charge = Charge.objects.filter(levy=LEVY, number=booking.number).first()
    if charge is not None and amount:
        receive_payment(charge, channel=Channel.BANK, reference=f"CONTOH-{booking.number}", amount=amount, paid_at=at,
                        now=at)
