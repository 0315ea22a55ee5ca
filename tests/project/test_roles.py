"""The application's role can work with rows and with nothing else."""

from __future__ import annotations

import pytest
from django.db import ProgrammingError, connections, transaction

from sepadan.project.roles import app_role, faults_of_roles

pytestmark = pytest.mark.django_db


def test_the_application_connects_as_a_role_that_owns_nothing_and_cannot_pass_the_wall():
    with connections["default"].cursor() as cursor:
        cursor.execute("SELECT current_user")
        assert cursor.fetchone()[0] == app_role()
    assert faults_of_roles() == []


def test_both_aliases_work_on_the_same_database():
    names = []
    for alias in ("default", "owner"):
        with connections[alias].cursor() as cursor:
            cursor.execute("SELECT current_database()")
            names.append(cursor.fetchone()[0])
    assert names[0] == names[1]
    assert names[0].startswith("test_")


@pytest.mark.parametrize("statement", [
    "CREATE TABLE intruder (id int)",
    "DROP TABLE django_session",
    "TRUNCATE django_session",
    "ALTER TABLE django_session DISABLE ROW LEVEL SECURITY",
    "CREATE ROLE intruder",
    "SET ROLE sepadan_owner",
    "ALTER ROLE current_user BYPASSRLS",
])
def test_the_application_may_not(statement):
    with pytest.raises(ProgrammingError), transaction.atomic(), connections["default"].cursor() as cursor:
        cursor.execute(statement)


def test_the_application_reads_and_writes_rows_of_tables_made_by_migrations():
    with connections["default"].cursor() as cursor:
        cursor.execute("INSERT INTO django_session VALUES ('k', 'd', now())")
        cursor.execute("SELECT count(*) FROM django_session WHERE session_key = 'k'")
        assert cursor.fetchone()[0] == 1
