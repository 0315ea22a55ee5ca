"""The scope of a region: in Python a forgotten region raises, in PostgreSQL no row is seen or written."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from sepadan.records import tenancy
from sepadan.records.models import Account, Person
from sepadan.records.tenancy import (
    NoRegion,
    WrongRegion,
    account_scope,
    current_region,
    region_or_none,
    region_scope,
)

pytestmark = pytest.mark.django_db


def setting(name: str) -> str | None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT nullif(current_setting(%s, true), '')", [name])
        return cursor.fetchone()[0]


def accounts_by_sql() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM records_account")
        return cursor.fetchone()[0]


def add_account(code: str) -> Account:
    return Account.objects.create(code=code, name=code, kind="cash")


@pytest.fixture
def accounts(malang, bekasi):
    with region_scope(malang):
        add_account("1")
        add_account("2")
    with region_scope(bekasi):
        add_account("1")


@pytest.mark.parametrize("touch", [
    lambda: list(Account.objects.all()),
    lambda: Account.objects.count() + 1,
    lambda: Account.objects.create(code="x", name="x", kind="cash"),
    lambda: Account(code="x", name="x", kind="cash").save(),
    lambda: Account.objects.bulk_create([Account(code="x", name="x", kind="cash")]),
    lambda: Account.objects.update(name="y"),
])
def test_the_orm_raises_without_a_region(touch):
    with pytest.raises(NoRegion, match="region_scope"):
        touch()


def test_a_queryset_built_in_scope_raises_when_it_runs_outside(malang, accounts):
    with region_scope(malang):
        rows = Account.objects.all()
    with pytest.raises(NoRegion):
        list(rows)


def test_each_region_sees_its_own_rows_through_orm_and_sql(malang, bekasi, accounts):
    with region_scope(malang):
        assert Account.objects.count() == accounts_by_sql() == 2
    with region_scope(bekasi.pk) as region:
        assert region == bekasi == current_region()
        assert Account.objects.count() == accounts_by_sql() == 1
    assert accounts_by_sql() == 0
    assert region_or_none() is None


def test_sql_in_one_region_neither_reads_nor_changes_nor_adds_to_another(malang, bekasi, accounts):
    with region_scope(malang), connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM records_account WHERE region_id = %s", [bekasi.pk])
        assert cursor.fetchone()[0] == 0
        cursor.execute("UPDATE records_account SET name = 'taken' WHERE region_id = %s", [bekasi.pk])
        assert cursor.rowcount == 0
        cursor.execute("DELETE FROM records_account WHERE region_id = %s", [bekasi.pk])
        assert cursor.rowcount == 0
        for statement in ("INSERT INTO records_account (region_id, code, name, kind, purpose, sipd_code, sipd_name) "
                          "VALUES (%s, '9', 'x', 'cash', '', '', '')",
                          "UPDATE records_account SET region_id = %s"):
            with pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
                cursor.execute(statement, [bekasi.pk])


def test_a_row_of_another_region_is_refused_before_it_is_sent(malang, bekasi):
    with region_scope(malang), pytest.raises(WrongRegion):
        Account.objects.create(region=bekasi, code="1", name="x", kind="cash")


def test_the_key_of_another_regions_row_is_no_key_here(malang, bekasi, accounts):
    from sepadan.records.models import Number, NumberSeries

    with region_scope(bekasi):
        series = NumberSeries.objects.create(code="surat", title="Surat", pattern="{number}/{year}", period="year")
    with region_scope(malang), pytest.raises(IntegrityError, match="in_region"), transaction.atomic():
        Number.objects.create(series_id=series.pk, period_start="2026-01-01", value=1, text="1", dated="2026-02-01")


def test_scopes_nest_and_the_outer_one_returns(malang, bekasi, accounts):
    with region_scope(malang):
        with region_scope(bekasi):
            assert setting("sepadan.region") == "3216"
            assert Account.objects.count() == 1
        assert setting("sepadan.region") == "3573"
        with pytest.raises(ZeroDivisionError), region_scope(bekasi):
            raise ZeroDivisionError
        assert setting("sepadan.region") == "3573"
        with pytest.raises(IntegrityError), region_scope(bekasi):
            add_account("1")
        assert setting("sepadan.region") == "3573"
        with region_scope(bekasi):
            transaction.set_rollback(True)
        assert setting("sepadan.region") == "3573"
        assert Account.objects.count() == 2
    assert setting("sepadan.region") is None


def test_a_failed_scope_undoes_what_was_written_in_it(malang):
    def fail():
        with region_scope(malang):
            add_account("1")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    with region_scope(malang):
        assert Account.objects.count() == 0


def test_an_account_is_seen_by_its_owner_by_its_address_and_by_its_regions(malang, bekasi, make_person):
    from sepadan.records.names import Role

    ayu = make_person("ayu", (malang, Role.TAX_OFFICER))
    bima = make_person("bima", (bekasi, Role.TAX_OFFICER))
    assert list(Person.objects.all()) == []
    with account_scope(person_id=ayu.pk):
        assert list(Person.objects.all()) == [ayu]
    with account_scope(email=bima.email):
        assert list(Person.objects.all()) == [bima]
    with region_scope(malang):
        assert list(Person.objects.all()) == [ayu]
        assert Person.objects.update(name="Lain") == 0
        with account_scope(person_id=ayu.pk):
            assert Person.objects.update(name="Ayu Lestari") == 1
    with region_scope(bekasi):
        assert [p.name for p in Person.objects.all()] == ["Bima"]
    assert setting("sepadan.person") is None


def test_no_scope_is_ever_set_for_longer_than_a_transaction():
    source = Path(tenancy.__file__).parents[1]
    for path in source.rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"set_config\([^)]*false", text), path
        assert not re.search(r"SET\s+(SESSION\s+)?sepadan", text), path


def test_a_session_level_setting_is_wiped_when_the_connection_goes_back(malang):
    from sepadan.project.pool import SCOPE_SETTINGS

    assert set(SCOPE_SETTINGS) == {tenancy.REGION, tenancy.PERSON, tenancy.EMAIL}
