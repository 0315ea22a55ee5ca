"""Migration operations that put a table behind the wall of its region, and that make a table append-only.

All are plain SQL on names that the migration's author writes. They work for whatever role the application uses: grants
are taken from everyone but the owner, never from a role by name.
"""

from __future__ import annotations

from typing import Any

from django.db.migrations.operations.base import Operation

IN_SCOPE = "region_id = (SELECT nullif(current_setting('sepadan.region', true), '')::smallint)"
OWN_ACCOUNT = "(SELECT nullif(current_setting('sepadan.person', true), '')::bigint)"
_NAME_LIMIT = 63


class _Statements(Operation):
    """Runs ``forwards()``; backwards runs ``backwards()``. Changes no model state."""

    reversible = True
    reduces_to_sql = True

    def forwards(self) -> list[str]:
        raise NotImplementedError

    def backwards(self) -> list[str]:
        return []

    def state_forwards(self, app_label: str, state: Any) -> None:
        pass

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        for statement in self.forwards():
            schema_editor.execute(statement, params=None)

    def database_backwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        for statement in self.backwards():
            schema_editor.execute(statement, params=None)


class WallRegion(_Statements):
    """Row-level security by region on *table*, forced on its owner too, and the primary key ``(region_id, id)``.

    ``key=False`` leaves the primary key alone: for a partitioned table or one whose key is written elsewhere.
    """

    def __init__(self, table: str, *, key: bool = True) -> None:
        self.table, self.key = table, key

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        return type(self).__name__, [self.table], {} if self.key else {"key": False}

    def describe(self) -> str:
        return f"Wall {self.table} by region"

    def forwards(self) -> list[str]:
        table = self.table
        rekey = [f"ALTER TABLE {table} DROP CONSTRAINT {table}_pkey",
                 f"ALTER TABLE {table} ADD PRIMARY KEY (region_id, id)"]
        return [*(rekey if self.key else []),
                f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY",
                f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY",
                f"CREATE POLICY region_wall ON {table} USING ({IN_SCOPE}) WITH CHECK ({IN_SCOPE})"]

    def backwards(self) -> list[str]:
        table = self.table
        rekey = [f"ALTER TABLE {table} DROP CONSTRAINT {table}_pkey", f"ALTER TABLE {table} ADD PRIMARY KEY (id)"]
        return [f"DROP POLICY region_wall ON {table}",
                f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY",
                f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY",
                *(rekey if self.key else [])]


class WallReference(_Statements):
    """The composite foreign key ``(region_id, column) -> to (region_id, id)`` of a ``RegionalKey``.

    *on_delete* is SQL: ``NO ACTION`` (default), ``CASCADE``, ``RESTRICT``. An index on ``(region_id, column)`` comes
    with it unless ``index=False``.
    """

    def __init__(self, table: str, column: str, to: str, *, on_delete: str = "NO ACTION", index: bool = True) -> None:
        if on_delete not in ("NO ACTION", "CASCADE", "RESTRICT"):
            raise ValueError(f"on_delete is NO ACTION, CASCADE or RESTRICT, not {on_delete!r}")
        self.table, self.column, self.to, self.on_delete, self.index = table, column, to, on_delete, index

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        return (type(self).__name__, [self.table, self.column, self.to],
                {"on_delete": self.on_delete, "index": self.index})

    def describe(self) -> str:
        return f"Keep {self.table}.{self.column} within the region"

    def _name(self, ending: str) -> str:
        return f"{self.table}_{self.column}"[: _NAME_LIMIT - len(ending)] + ending

    def forwards(self) -> list[str]:
        key = (f"ALTER TABLE {self.table} ADD CONSTRAINT {self._name('_in_region')} "
               f"FOREIGN KEY (region_id, {self.column}) REFERENCES {self.to} (region_id, id) "
               f"ON DELETE {self.on_delete}")
        index = f"CREATE INDEX {self._name('_region_idx')} ON {self.table} (region_id, {self.column})"
        return [key, index] if self.index else [key]

    def backwards(self) -> list[str]:
        drop_index = [f"DROP INDEX {self._name('_region_idx')}"] if self.index else []
        return [*drop_index, f"ALTER TABLE {self.table} DROP CONSTRAINT {self._name('_in_region')}"]


class WallAccount(_Statements):
    """Row-level security on a table that belongs to one person (*column* holds the person): seen by its owner only."""

    def __init__(self, table: str, column: str) -> None:
        self.table, self.column = table, column

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        return type(self).__name__, [self.table, self.column], {}

    def describe(self) -> str:
        return f"Wall {self.table} by account"

    def forwards(self) -> list[str]:
        test = f"{self.column} = {OWN_ACCOUNT}"
        return [f"ALTER TABLE {self.table} ENABLE ROW LEVEL SECURITY",
                f"ALTER TABLE {self.table} FORCE ROW LEVEL SECURITY",
                f"CREATE POLICY account_wall ON {self.table} USING ({test}) WITH CHECK ({test})"]

    def backwards(self) -> list[str]:
        return [f"DROP POLICY account_wall ON {self.table}",
                f"ALTER TABLE {self.table} NO FORCE ROW LEVEL SECURITY",
                f"ALTER TABLE {self.table} DISABLE ROW LEVEL SECURITY"]


def take_grants(table: str, privileges: str) -> str:
    """SQL that takes *privileges* on *table* from every role but its owner."""
    return f"""
        DO $$
        DECLARE grantee text;
        BEGIN
            FOR grantee IN
                SELECT DISTINCT a.grantee::regrole::text
                FROM pg_class c, aclexplode(c.relacl) a
                WHERE c.oid = '{table}'::regclass AND a.grantee <> c.relowner AND a.grantee <> 0
            LOOP
                EXECUTE format('REVOKE {privileges} ON {table} FROM %s', grantee);
            END LOOP;
            REVOKE {privileges} ON {table} FROM PUBLIC;
        END $$"""


class AppendOnly(_Statements):
    """Rows of *table* can be added, never changed or removed: no grant, and a trigger that refuses even the owner.

    The trigger works per statement, so that adding a million rows costs nothing more. With *columns* only these columns
    are fixed; the others may be updated (a due date that a decree moves), and rows may still not be removed.
    """

    def __init__(self, table: str, *, columns: tuple[str, ...] = ()) -> None:
        self.table, self.columns = table, columns

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        return type(self).__name__, [self.table], {"columns": self.columns} if self.columns else {}

    def describe(self) -> str:
        return f"Make {self.table} append-only"

    def forwards(self) -> list[str]:
        events = f"DELETE OR UPDATE OF {', '.join(self.columns)}" if self.columns else "DELETE OR UPDATE"
        return [
            "CREATE OR REPLACE FUNCTION sepadan_append_only() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
            "RAISE EXCEPTION 'rows of % are never changed or removed; add a correcting row', TG_TABLE_NAME "
            "USING ERRCODE = 'insufficient_privilege'; END $$",
            f"CREATE TRIGGER append_only BEFORE {events} ON {self.table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION sepadan_append_only()",
            take_grants(self.table, "DELETE, TRUNCATE" if self.columns else "UPDATE, DELETE, TRUNCATE"),
        ]

    def backwards(self) -> list[str]:
        return [f"DROP TRIGGER append_only ON {self.table}"]


