"""A centre with rules of payment, tariffs of its hall that change on 1 August 2026, two persons, and a bank."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from tests.creative.centre import build_centre

from sepadan.creative.models import Booking, Centre, Space
from sepadan.creative.services.bookings import Wish, file_booking
from sepadan.creative.services.holding import Meeting
from sepadan.creative.services.tariffs import TariffDraft, approve_tariff, propose_tariff
from sepadan.records.public import Actor, account_scope, add_person, person_by_email

WIB = ZoneInfo("Asia/Jakarta")
NOW, TODAY = datetime(2026, 7, 20, 3, 0, tzinfo=UTC), date(2026, 7, 20)
OLD, NEW = 400_000, 550_000  # rupiah for each begun hour, invented
RULES = {"hold_hours": 72, "payment": {"when": "before_confirmation", "days": 3, "decide_days": 2}}
COMMUNITY = {"charged": False, "profit": False, "education": False, "social": True}
CAMPUS = {"charged": False, "profit": False, "education": True, "social": False}
CONCERT = {"charged": True, "profit": True, "education": False, "social": False}
SEMINAR = {"charged": False, "profit": True, "education": True, "social": False}  # its sponsor sells there


def person(name: str) -> Actor:
    email = f"{name}@contoh.example"
    with account_scope(email=email):
        found = person_by_email(email) or add_person(email, name.title())
    return Actor(name=name.title(), person_id=found.pk)


def build_paying(rules: dict | None = None, *, tariffs: bool = True) -> tuple[Centre, Actor, Actor]:
    """The centre with its officer and its approver; the hall and its halves are hired by ``tariff.hall``."""
    build_centre({**RULES, **(rules or {})})
    Space.objects.filter(kind="hall").update(tariff="tariff.hall")
    Space.objects.filter(kind="auditorium").update(tariff="tariff.auditorium")
    centre, officer, approver = Centre.objects.get(), person("petugas"), person("kepala")
    for since, amount in ((date(2025, 8, 1), OLD), (date(2026, 8, 1), NEW)) if tariffs else ():
        draft = TariffDraft("tariff.hall", "hour", amount, since, "instrument", "dibuat untuk tes",
                            "Perda contoh 1/2025", "Lampiran I")
        approve_tariff(propose_tariff(centre, draft, actor=officer, now=NOW), actor=approver, now=NOW)
    return centre, officer, approver


def evening(day: date, first: int = 18, hours: float = 4) -> Meeting:
    start = datetime(day.year, day.month, day.day, first, tzinfo=WIB).astimezone(UTC)
    return Meeting(start, start + timedelta(hours=hours))


def book(nature: dict, *days: date, space: str = "hall", title: str = "Acara", first: int = 18, now: datetime = NOW,
         hours: float = 4) -> Booking:
    wish = Wish(space, title, f"Penyelenggara {title}", [evening(day, first, hours) for day in days], nature=nature)
    return file_booking(wish, actor=Actor(name="Meja depan"), now=now, today=now.astimezone(WIB).date())
