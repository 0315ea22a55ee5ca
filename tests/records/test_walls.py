"""The wall between regions, read from PostgreSQL's own catalogue and tried on every single table.

The trial needs a row of two regions in every table, whatever its rules: it copies the test database, drops checks and
foreign keys in the copy, adds the rows as the owner, and then works there as the application's role.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
import yaml
from django.apps import apps
from django.db import connections
from psycopg import sql

from sepadan.records.tenancy import RegionalModel

WALLS = yaml.safe_load(Path(__file__).with_name("walls.yaml").read_text(encoding="utf-8"))
REGIONAL, APPEND_ONLY, PERSONAL = (sorted(WALLS[name]) for name in ("regional", "append_only", "personal"))
TABLES = "relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')"
FORCED = "SELECT relrowsecurity, relforcerowsecurity FROM pg_class WHERE relname = %s"
A, B = 3573, 3216


def rows(query: str, *params: Any) -> list[tuple[Any, ...]]:
    with connections["owner"].cursor() as cursor:
        cursor.execute(query, params)
        return cursor.fetchall()


@pytest.mark.django_db
class TestCatalogue:
    def test_every_table_is_on_the_list_once(self):
        listed = [*REGIONAL, *WALLS["reference"], *WALLS["global"],
                  *(name for name in PERSONAL if name not in WALLS["global"])]
        assert len(listed) == len(set(listed)), "a table stands on two sides of the wall"
        found = {row[0] for row in rows(f"SELECT relname FROM pg_class WHERE {TABLES}")}
        assert found - set(listed) == set(), "add the new table to tests/records/walls.yaml"
        assert set(listed) - found == set(), "these tables are gone; take them off tests/records/walls.yaml"

    def test_tables_with_a_region_are_regional_or_reference(self):
        found = {row[0] for row in rows(f"""
            SELECT relname FROM pg_class JOIN pg_attribute ON attrelid = pg_class.oid
            WHERE {TABLES} AND attname = 'region_id' AND NOT attisdropped""")}
        assert found - set(WALLS["reference"]) == set(REGIONAL)

    def test_models_and_tables_agree(self):
        models = {model._meta.db_table for model in apps.get_models() if issubclass(model, RegionalModel)}
        assert models == set(REGIONAL)

    @pytest.mark.parametrize("table", REGIONAL)
    def test_the_policy_stands_and_binds_the_owner_too(self, table):
        assert rows(FORCED, table) == [(True, True)]
        ((kind, command, roles, seen, written),) = rows(
            "SELECT permissive, cmd, roles, qual, with_check FROM pg_policies WHERE tablename = %s "
            "AND policyname = 'region_wall'", table)
        assert (kind, command, roles) == ("PERMISSIVE", "ALL", ["public"])
        assert seen == written
        assert "".join(seen.split()) == ("(region_id=(SELECT(NULLIF(current_setting('sepadan.region'::text,true),"
                                         "''::text))::smallintAS\"nullif\"))")

    @pytest.mark.parametrize("table", REGIONAL)
    def test_no_other_policy_opens_it_but_reading_by_a_named_second_region(self, table):
        others = rows("SELECT cmd, roles, qual, with_check FROM pg_policies WHERE tablename = %s "
                      "AND policyname <> 'region_wall'", table)
        column = WALLS["read_by"].get(table)
        if column is None:
            assert others == []
            return
        ((command, roles, seen, written),) = others
        assert (command, roles, written) == ("SELECT", ["public"], None)
        assert "".join(seen.split()) == (f"({column}=(SELECT(NULLIF(current_setting('sepadan.region'::text,true),"
                                         "''::text))::smallintAS\"nullif\"))")

    @pytest.mark.parametrize("table", REGIONAL)
    def test_region_is_in_every_unique_key_and_exclusion(self, table):
        without = rows("""
            SELECT i.relname FROM pg_index x
            JOIN pg_class i ON i.oid = x.indexrelid JOIN pg_class t ON t.oid = x.indrelid
            WHERE t.relname = %s AND (x.indisunique OR x.indisexclusion) AND NOT EXISTS (
                SELECT 1 FROM pg_attribute a
                WHERE a.attrelid = t.oid AND a.attname = 'region_id' AND a.attnum = ANY(x.indkey))""", table)
        assert without == []
        assert rows("SELECT attnotnull, atttypid::regtype::text FROM pg_attribute WHERE attrelid = %s::regclass "
                    "AND attname = 'region_id'", table) == [(True, "smallint")]

    def test_region_is_in_every_foreign_key_to_a_row_of_a_region(self):
        bound = [*REGIONAL, *(t for t in WALLS["reference"] if t not in ("territory_region", "territory_province"))]
        without = rows("""
            SELECT c.conrelid::regclass::text, c.conname FROM pg_constraint c
            WHERE c.contype = 'f' AND c.confrelid::regclass::text = ANY(%s) AND c.conrelid::regclass::text <> ALL(%s)
              AND NOT (EXISTS (SELECT 1 FROM pg_attribute a WHERE a.attrelid = c.conrelid AND a.attname = 'region_id'
                               AND a.attnum = ANY(c.conkey))
                   AND EXISTS (SELECT 1 FROM pg_attribute a WHERE a.attrelid = c.confrelid AND a.attname = 'region_id'
                               AND a.attnum = ANY(c.confkey)))""", bound, WALLS["reference"])
        assert without == []

    def test_every_regional_key_of_a_model_has_its_constraint(self):
        """A forgotten WallReference: Django keeps the column, the database checks nothing."""
        bound = {(row[0], row[1]) for row in rows("""
            SELECT c.conrelid::regclass::text, a.attname FROM pg_constraint c
            JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = ANY(c.conkey) WHERE c.contype = 'f'""")}
        wanted = {(model._meta.db_table, field.column) for model in apps.get_models()
                  if issubclass(model, RegionalModel) for field in model._meta.concrete_fields if field.is_relation}
        assert wanted - bound == set()

    def test_the_application_has_no_more_rights_than_rows_need(self):
        role = connections["default"].settings_dict["USER"]
        given = rows(f"""
            SELECT relname, array_agg(privilege_type::text ORDER BY privilege_type)
            FROM pg_class, aclexplode(relacl) a WHERE {TABLES} AND a.grantee = %s::regrole GROUP BY relname""", role)
        allowed = {"SELECT", "INSERT", "UPDATE", "DELETE"}
        assert {table: set(rights) - allowed for table, rights in given if set(rights) - allowed} == {}
        assert {table: set(rights) for table, rights in given if table in APPEND_ONLY} == \
            {table: {"SELECT", "INSERT"} for table in APPEND_ONLY}

    def test_append_only_tables_refuse_even_the_owner(self):
        found = rows("SELECT tgrelid::regclass::text FROM pg_trigger "
                     "WHERE tgname = 'append_only' AND tgtype & 24 = 24 AND tgattr = ''")
        assert {table for (table,) in found} == set(APPEND_ONLY)

    def test_no_view_and_only_known_functions_pass_the_wall(self):
        assert rows("SELECT relname FROM pg_class WHERE relkind IN ('v', 'm') "
                    "AND relnamespace = 'public'::regnamespace "
                    "AND NOT coalesce(reloptions @> '{security_invoker=true}', false)") == []
        assert rows("SELECT proname FROM pg_proc WHERE prosecdef AND pronamespace = 'public'::regnamespace") == \
            [("sepadan_own_regions",)]

    @pytest.mark.parametrize("table", PERSONAL)
    def test_personal_tables_are_walled_by_account(self, table):
        assert rows(FORCED, table) == [(True, True)]
        ((seen, written),) = rows("SELECT qual, with_check FROM pg_policies WHERE tablename = %s", table)
        assert seen == written
        assert "sepadan.person" in seen


# --- the trial -------------------------------------------------------------------------------------------------------

VALUES = {"smallint": "1", "integer": "1", "bigint": "1", "numeric": "1", "double precision": "1", "boolean": "false",
          "date": "'2026-01-01'", "timestamp with time zone": "now()", "jsonb": "'{}'", "uuid": "gen_random_uuid()",
          "bytea": "''", "inet": "'10.0.0.1'", "daterange": "'[2026-01-01,2026-01-02)'",
          "tstzrange": "'[now,tomorrow)'",
          "time without time zone": "'09:00'", "interval": "'1 hour'", "tsvector": "''"}


@pytest.fixture(scope="module")
def trial(django_db_setup: None, django_db_blocker: Any) -> Iterator[dict[str, psycopg.Connection[Any]]]:
    """Connections of owner and application to a copy of the test database with a row of A and B in every table."""
    with django_db_blocker.unblock():
        names = {alias: connections[alias].get_connection_params() for alias in ("owner", "default")}
        for alias in names:
            connections[alias].close()
    name = f"{names['owner']['dbname']}_walls"

    def connect(alias: str, dbname: str, autocommit: bool) -> psycopg.Connection[Any]:
        given = {key: value for key, value in names[alias].items()
                 if key in ("user", "password", "host", "port") and value}
        return psycopg.connect(**given, dbname=dbname, autocommit=autocommit)

    for alias in names:  # a template must have no visitors: threads of earlier tests may have left idle connections
        with connect(alias, "postgres", True) as server:
            server.execute("SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = %s "
                           "AND usename = current_user AND state = 'idle'", [names["owner"]["dbname"]])
    with connect("owner", "postgres", True) as server:
        server.execute(sql.SQL("DROP DATABASE IF EXISTS {}").format(sql.Identifier(name)))
        server.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(
            sql.Identifier(name), sql.Identifier(names["owner"]["dbname"])))
        with connect("owner", name, True) as owner, connect("default", name, False) as application:
            for table in REGIONAL:
                _loosen(owner, table)
                for region in (A, B):
                    owner.execute(_insert(owner, table, region))  # type: ignore[call-overload]
            yield {"owner": owner, "application": application}
        server.execute(sql.SQL("DROP DATABASE {}").format(sql.Identifier(name)))


def _loosen(owner: psycopg.Connection[Any], table: str) -> None:
    found = owner.execute("SELECT conname FROM pg_constraint WHERE conrelid = %s::regclass AND contype IN ('c', 'f')",
                          [table]).fetchall()
    for names in found:
        owner.execute(sql.SQL("ALTER TABLE {} DROP CONSTRAINT {}").format(*map(sql.Identifier, (table, *names))))
    for trigger in ("derived", "keep", "never_over_promised"):  # a row by hand, and none by the database behind it
        owner.execute(sql.SQL("DROP TRIGGER IF EXISTS {} ON {}").format(*map(sql.Identifier, (trigger, table))))


def _insert(connection: psycopg.Connection[Any], table: str, region: int) -> str:
    """INSERT of a row of *region* with some value in every column that needs one."""
    columns = connection.execute(
        "SELECT attname, format_type(atttypid, NULL) FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0 "
        "AND NOT attisdropped AND attnotnull AND NOT atthasdef AND attidentity = '' AND attname <> 'region_id'",
        [table]).fetchall()
    names = ["region_id", *(name for name, _ in columns)]
    values = [str(region), *(VALUES.get(kind, "'x'") for _, kind in columns)]
    quoted = ", ".join('"' + name + '"' for name in names)
    return f"INSERT INTO {table} ({quoted}) VALUES ({', '.join(values)})"


def _attempt(application: psycopg.Connection[Any], statement: str) -> int | str:
    """Rows touched, or ``refused``; the attempt itself leaves nothing behind."""
    application.execute("SAVEPOINT attempt")
    try:
        count = application.execute(statement).rowcount  # type: ignore[call-overload]
    except psycopg.errors.InsufficientPrivilege:
        count = "refused"
    application.execute("ROLLBACK TO attempt")
    return count


@pytest.mark.parametrize("table", REGIONAL)
def test_in_scope_of_one_region_sql_neither_reads_nor_writes_another(trial, table):
    application = trial["application"]
    with application.transaction(force_rollback=True):
        application.execute("SELECT set_config('sepadan.region', %s, true)", [str(A)])
        assert application.execute(f"SELECT region_id FROM {table}").fetchall() == [(A,)]
        for statement in (f"UPDATE {table} SET region_id = region_id", f"DELETE FROM {table}"):
            assert _attempt(application, f"{statement} WHERE region_id = {B}") in (0, "refused")
        assert _attempt(application, f"UPDATE {table} SET region_id = {B}") == "refused"
        assert _attempt(application, _insert(application, table, B)) == "refused"
        assert _attempt(application, f"TRUNCATE {table}") == "refused"
    assert trial["owner"].execute(f"SELECT count(*) FROM {table}").fetchone() == (2,)


@pytest.mark.parametrize("setting", [None, "", "0"])
@pytest.mark.parametrize("table", REGIONAL)
def test_without_a_scope_no_row_is_seen_or_written(trial, table, setting):
    application = trial["application"]
    with application.transaction(force_rollback=True):
        if setting is not None:
            application.execute("SELECT set_config('sepadan.region', %s, true)", [setting])
        assert application.execute(f"SELECT count(*) FROM {table}").fetchone() == (0,)
        assert _attempt(application, f"UPDATE {table} SET region_id = region_id") in (0, "refused")
        assert _attempt(application, f"DELETE FROM {table}") in (0, "refused")
        assert _attempt(application, _insert(application, table, A)) == "refused"


def test_the_trial_would_notice_a_fallen_wall(trial):
    """The same questions on a table whose policy the owner lifts: the denial above is not for another reason."""
    owner, application = trial["owner"], trial["application"]
    owner.execute("ALTER TABLE records_account DISABLE ROW LEVEL SECURITY")
    try:
        with application.transaction(force_rollback=True):
            assert application.execute("SELECT count(*) FROM records_account").fetchone() == (2,)
            assert _attempt(application, f"DELETE FROM records_account WHERE region_id = {B}") == 1
    finally:
        owner.execute("ALTER TABLE records_account ENABLE ROW LEVEL SECURITY")
