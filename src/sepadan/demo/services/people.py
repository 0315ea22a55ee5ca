"""Accounts to try the product with: one per role and region of the demonstration, marked *Contoh* (example).

Their addresses end in ``.example``, which no mail reaches. A password is derived from the secret key of the
installation: the same at every start, so that it can be printed, and different on every machine, so that nobody
elsewhere knows it. A password that its owner has changed stays changed. They are made only together with demo data; an
installation in real use loads none.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.conf import settings

from sepadan.demo.plans import PLANNED
from sepadan.records.names import SECOND_FACTOR_ROLES
from sepadan.records.public import Actor, Role, account_scope, add_person, grant_role, person_by_email, region_scope
from sepadan.territory.public import Region

ACTOR = Actor(name="sepadan demo")


@dataclass(frozen=True, slots=True)
class Place:
    """A region of the demonstration: its name in full, in a person's name, and in an address."""

    name: str
    short: str
    mail: str


PLACES = {"35.73": Place("Kota Malang", "Malang", "malang"), "32.16": Place("Kabupaten Bekasi", "Bekasi", "bekasi")}
PEOPLE = (
    (Role.REGION_ADMIN, "admin", "Admin Daerah"),
    (Role.TAX_OFFICER, "pajak", "Petugas Pajak"),
    (Role.TAX_APPROVER, "kepala.pajak", "Penyetuju Pajak"),
    (Role.CREATIVE_OFFICER, "kreatif", "Petugas Ekonomi Kreatif"),
    (Role.CREATIVE_APPROVER, "kepala.kreatif", "Penyetuju Ekonomi Kreatif"),
    (Role.WASTE_OFFICER, "sampah", "Petugas Persampahan"),
    (Role.AUDITOR, "pemeriksa", "Pemeriksa"),
    (Role.VISITOR, "tamu", "Tamu Studi"),
)


@dataclass(frozen=True, slots=True)
class DemoAccount:
    """An account to print. The password holds as long as nobody has changed it.

    ``second_factor``: signing in leads straight to setting up an app with codes, without which the role does not count.
    """

    region: str
    role: Role
    email: str
    name: str
    password: str
    second_factor: bool


def demo_accounts(regions: Iterable[str] = PLANNED) -> list[DemoAccount]:
    """The accounts of *regions*, whether they are made yet or not. Needs no database."""
    chosen = settings.SECOND_FACTOR_ROLES
    waiting = SECOND_FACTOR_ROLES if chosen is None else chosen
    accounts = []
    for code in regions:
        place = PLACES[code]
        for role, local, name in PEOPLE:
            email = f"{local}@{place.mail}.example"
            accounts.append(DemoAccount(code, role, email, f"{name} {place.short} (Contoh)", _password(email),
                                        role in waiting))
    return accounts


def _password(email: str) -> str:
    digest = hmac.new(settings.SECRET_KEY.encode(), f"sepadan demo account {email}".encode(), hashlib.sha256).digest()
    letters = base64.b32encode(digest).decode().lower()
    return "contoh-" + "-".join(letters[k: k + 4] for k in (0, 4, 8))


def ensure_accounts(code: str, *, now: datetime, today: date) -> int:
    """Make the demo accounts of a region that are missing; returns how many were made. None in an unknown region."""
    region, made = Region.objects.filter(code=code).first(), 0
    if region is None:
        return 0
    for account in demo_accounts([code]):
        with region_scope(region), account_scope(email=account.email):
            if person_by_email(account.email) is not None:
                continue
            person = add_person(account.email, account.name, password=account.password)
            grant_role(person, account.role, actor=ACTOR, now=now, today=today, reason="demo")
            made += 1
    return made


def actor_with(code: str, role: Role) -> Actor:
    """The demo account of a region with *role*, as who acts."""
    account = next(one for one in demo_accounts([code]) if one.role == role)
    with account_scope(email=account.email):
        person = person_by_email(account.email)
    if person is None:
        raise LookupError(f"no account {account.email}; ensure_accounts makes it")
    return Actor(name=person.name, person_id=person.pk)
