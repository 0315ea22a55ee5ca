"""Two regions, and people in them, for the tests of the records."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest

from sepadan.records.models import Membership, Person
from sepadan.records.names import Role
from sepadan.records.tenancy import account_scope, region_scope
from sepadan.territory.models import Province, Region

NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
PASSWORD = "kopi tubruk tanpa gula"


def make_region(code: str, name: str, kind: str) -> Region:
    province, _ = Province.objects.get_or_create(
        id=int(code[:2]), defaults={"code": code[:2], "name": f"Provinsi {code[:2]}", "timezone": "Asia/Jakarta"})
    return Region.objects.get_or_create(
        id=int(code.replace(".", "")),
        defaults={"code": code, "name": name, "kind": kind, "province": province, "timezone": "Asia/Jakarta"})[0]


@pytest.fixture(autouse=True)
def quick_hasher(settings: object) -> None:
    """Argon2 is slow on purpose; one test of its own uses it."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # type: ignore[attr-defined]


@pytest.fixture
def malang(db: None) -> Region:
    return make_region("35.73", "Kota Malang", "kota")


@pytest.fixture
def bekasi(db: None) -> Region:
    return make_region("32.16", "Kabupaten Bekasi", "kabupaten")


@pytest.fixture
def make_person(db: None) -> Callable[..., Person]:
    """``make_person("ayu", (region, Role.TAX_OFFICER), ...)``: an account with a password and its roles."""

    def make(name: str, *roles: tuple[Region, Role], since: date = date(2026, 1, 1)) -> Person:
        person = Person.objects.create_user(f"{name}@contoh.go.id", name.title(), PASSWORD)
        for region, role in roles:
            with region_scope(region), account_scope(person_id=person.pk):
                Membership.objects.create(person=person, role=role.value, valid_from=since, granted_at=NOW)
        return person

    return make
