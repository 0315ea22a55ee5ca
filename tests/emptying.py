"""Emptying the test database behind a test, by what the test has filled instead of by all there is.

Django truncates every table after each test with real transactions and then fills content types, permissions and the
reference tables of territories again: a third of a second, some hundred times over. Here only tables that hold a row
are emptied, and what every test finds filled stays as long as nobody wrote to it (told by the number and the writing
transactions of its rows). Else, and when much was written, Django's own way is taken.
"""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.core.management import call_command
from django.db import connections, transaction
from psycopg import sql

OWNER = "owner"
FILLED = ("territory", "contenttypes")  # applications whose tables are filled after each migration
FILLED_TABLES = ("auth_permission",)
MUCH = 8_000_000  # bytes of one table, deleted rows of earlier tests included, from which truncating is the quicker way
_known: dict[str, str] = {}  # database -> the mark of its filled tables


def empty_after(test: Any) -> None:
    """What a test case of Django with real transactions does behind itself (``_fixture_teardown``)."""
    for name in test._databases_names(include_mirrors=False):
        empty_database(name)


def empty_database(using: str) -> None:
    """Leave *using* as ``flush`` does: what is filled after a migration, and no other row."""
    if using != OWNER or not _emptied(using):
        call_command("flush", database=using, interactive=False, verbosity=0, reset_sequences=False)
        if using == OWNER:
            _known[_name(using)] = _mark(using)


def _emptied(using: str) -> bool:
    if _known.get(_name(using)) != _mark(using):
        return False
    with transaction.atomic(using=using), connections[using].cursor() as cursor:
        cursor.execute("SELECT has_parameter_privilege('session_replication_role', 'SET')")
        if not cursor.fetchone()[0]:
            return False
        cursor.execute(sql.SQL(" UNION ALL ").join(
            sql.SQL("SELECT {0}, pg_table_size({0}::regclass) WHERE EXISTS (SELECT FROM {1})").format(
                sql.Literal(table), sql.Identifier(table))
            for table in _tables(using) if table not in _filled()))
        full = dict(cursor.fetchall())
        if any(size > MUCH for size in full.values()):
            return False
        cursor.execute("SET LOCAL session_replication_role = replica")  # no triggers: all rows go, whatever they say
        for table in full:
            cursor.execute(sql.SQL("DELETE FROM {}").format(sql.Identifier(table)))
    return True


def _name(using: str) -> str:
    return str(connections[using].settings_dict["NAME"])


def _tables(using: str) -> list[str]:
    return connections[using].introspection.django_table_names(only_existing=False, include_views=False)


def _filled() -> set[str]:
    models = [model for label in FILLED for model in apps.get_app_config(label).get_models()]
    return {model._meta.db_table for model in models} | set(FILLED_TABLES)


def _mark(using: str) -> str:
    """Changes with every row that is written to, or taken from, a table that is filled."""
    parts: list[Any] = [
        sql.SQL("SELECT count(*), coalesce(sum(xmin::text::numeric), 0) FROM {}").format(sql.Identifier(table))
        for table in sorted(_filled())]
    with connections[using].cursor() as cursor:
        cursor.execute(sql.SQL(" UNION ALL ").join(parts))
        return repr(cursor.fetchall())
