"""Both regions of the demonstration as an installation has them: small rolls, the demo accounts, and of everything that
a region keeps one row that is nobody else's, written by a person whose name occurs nowhere else.

``Rows`` gives the numbers of these rows by the placeholders of ``routes.yaml``.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from importlib import import_module
from pathlib import Path

from django.test import Client
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode
from django_otp.plugins.otp_totp.models import TOTPDevice

from sepadan.demo.public import demo_accounts, ensure_accounts
from sepadan.records.models import Person, Work
from sepadan.records.names import Actor, Office, Role
from sepadan.records.public import account_scope, now, person_by_email, region_scope, start_work, today
from sepadan.records.services.documents import Draft, store_document
from sepadan.records.services.people import add_person, grant_role, invitations
from sepadan.study.engine.recorded import Attendee, Reference, Statement, Subject, VisitParts
from sepadan.study.models import StudyRecord, VisitLesson, VisitRecord
from sepadan.study.services.keeping import folder_of
from sepadan.study.services.visits import (
    FollowUpDraft,
    LessonDraft,
    VisitDraft,
    add_follow_up,
    add_lesson,
    record_visit,
)
from sepadan.study.tasks import KEEP_WORK
from sepadan.territory.public import Region, region_of_code

Plant = Callable[[Region, Actor, str], dict[str, str]]
PLANTED: tuple[Plant, ...] = tuple(
    import_module(f".{file.stem}", __package__).plant for file in sorted(Path(__file__).parent.glob("planted_*.py")))
"""Of each topic with tables of its own: rows with the secret word in them, made in the region's scope, as numbers by
placeholder. The rows of another topic may not be there yet."""
CODES = ("35.73", "32.16")
THIRD = "35.79"  # the other side of what the two keep for themselves


@dataclass(frozen=True, slots=True)
class Rows:
    """``secret`` is a word in every closed row of the region; ``numbers`` are the rows by placeholder."""

    code: str
    secret: str
    numbers: dict[str, str]


def furnish(code: str) -> Rows:
    """Make the accounts and the rows of one region."""
    region, other = region_of_code(code), region_of_code(CODES[1 - CODES.index(code)])
    ensure_accounts(code, now=now(), today=today(region))
    secret = f"Kunci{region.pk}"
    with region_scope(region):
        clerk = add_person(f"{secret.lower()}@{code}.example", f"{secret} Juru Tulis")
        actor = Actor(name=clerk.name, person_id=clerk.pk)
        member = grant_role(clerk, Role.WASTE_OFFICER, actor=actor, now=now(), today=today(region), reason=secret)
        work = _work(actor)
        document = store_document(Draft("tax.letter", f"{secret} surat", secret.encode(), f"{secret}.txt", Office.TAX,
                                        "text/plain"), actor=actor, now=now())
        study = _closed_study(region, secret)
        visit, lesson = _visit(actor, secret, today(region))
        planted = {}
        for plant in PLANTED:
            planted |= plant(region, actor, secret)
    with account_scope(person_id=clerk.pk):
        token = invitations.make_token(clerk)
    _second_factor(account(code, "auditor"))
    return Rows(code, secret, {
        "$work": str(work.pk), "$document": str(document.pk), "$study": str(study.pk), "$visit": str(visit.pk),
        "$lesson": str(lesson.pk),
        "$person": str(clerk.pk), "$membership": str(member.pk), "$token": token, "$other": other.code,
        "$uid": urlsafe_base64_encode(force_bytes(str(clerk.pk))), **planted,
    })


def account(code: str, role: str) -> Person:
    """The demo account with *role* in a region."""
    (email,) = (one.email for one in demo_accounts() if (one.region, one.role) == (code, role))
    with account_scope(email=email):
        found = person_by_email(email)
    assert found is not None
    return found


def signed_in(code: str, role: str) -> Client:
    """A client in whose session the demo account has signed in."""
    client, person = Client(), account(code, role)
    with account_scope(person_id=person.pk):
        client.force_login(person)
    return client


def _work(actor: Actor) -> Work:
    """A piece of work half done."""
    work = start_work(KEEP_WORK, action="tax.read", actor=actor, now=now(), params={"host": THIRD, "by": actor.name})
    Work.objects.filter(pk=work.pk).update(state="running", done=2, total=8, started_at=now(), heartbeat_at=now())
    return work


def _closed_study(region: Region, secret: str) -> StudyRecord:
    content, fingerprint = secret.encode(), hashlib.sha256(secret.encode()).hexdigest()
    folder = folder_of(region, fingerprint)
    folder.mkdir(exist_ok=True)
    (folder / "study.json").write_bytes(content)
    return StudyRecord.objects.create(
        host=region_of_code(THIRD), on=date(2025, 1, 16), assumptions="default", lever="ratio", fingerprint=fingerprint,
        synthetic=True, public=False, made_at=now(), made_by=f"{secret} Juru Tulis",
        files={"study.json": {"sha256": hashlib.sha256(content).hexdigest(), "bytes": len(content)}},
        figures={"own": 1_000, "as_is": 2_000, "lever": "ratio", "back_own": 3_000, "back_as_is": 4_000,
                 "roll_year": 2025})


def _visit(actor: Actor, secret: str, on: date) -> tuple[VisitRecord, VisitLesson]:
    """A visit that is not published, with a claim, a lesson and what came of it."""
    day = on - timedelta(days=400)
    parts = VisitParts(purpose=("Pajak daerah",), attendees=(Attendee("guest", "Kepala Bapenda"),),
                       subjects=(Subject("tax", f"{secret} topik"),), references=(Reference("Notulen"),),
                       statements=(Statement("Luasnya 114 km²", "general", "host", "Wali Kota", "host"),))
    visit = record_visit(VisitDraft(region_of_code(THIRD), "host", f"{secret} kunjungan", day, day, parts),
                         actor=actor, now=now(), today=on)
    lesson = add_lesson(visit, LessonDraft("waste", "adopt", "guest", f"{secret} pelajaran", "DLH", on,
                                           "landfill_inflow_tpd"), actor=actor, now=now())
    add_follow_up(visit, FollowUpDraft(on, f"{secret} langkah", lesson.pk, "agreed", lesson.version), actor=actor,
                  now=now(), today=on)
    return visit, lesson


def _second_factor(person: Person) -> None:
    with account_scope(person_id=person.pk):
        TOTPDevice.objects.create(user=person, name="totp", confirmed=True)
