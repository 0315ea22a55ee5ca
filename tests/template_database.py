"""The outcome of all migrations, kept as a database to copy: they run once for a state of the migrations.

Each process of the tests has a database of its own. Migrating takes it a quarter of a minute, copying a second; what
follows a migration (reference tables, permissions) is still done in every copy by the present code. Only on the
embedded server, whose owner may create databases; a template of other migrations is dropped.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.core.management import call_command
from django.db import connections
from psycopg import sql

OWNER, PREFIX = "owner", "template_sepadan_"
SOURCE = Path(__file__).resolve().parents[1] / "src" / "sepadan"
MADE_BY = ("records/walls.py", "records/tenancy.py", "project/roles.py")  # what migrations call


def migrated_template() -> str:
    """The name of a database that is migrated and nobody is connected to."""
    name = PREFIX + state_of_migrations()
    with _alone(), connections[OWNER]._nodb_cursor() as cursor:
        cursor.execute("SELECT datname FROM pg_database WHERE starts_with(datname, %s)", [PREFIX])
        known = {row[0] for row in cursor.fetchall()}
        if name not in known:
            for other in known:
                cursor.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(other)))
            draft = f"{name}_draft"
            cursor.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(draft)))
            _migrate(draft)
            cursor.execute(sql.SQL("ALTER DATABASE {} RENAME TO {}").format(
                sql.Identifier(draft), sql.Identifier(name)))
    return name


def state_of_migrations() -> str:
    """Changes with the text of a migration, with what migrations call, and with the versions of the libraries."""
    digest = hashlib.sha256()
    for path in (*sorted(SOURCE.glob("*/migrations/*.py")), *(SOURCE / name for name in MADE_BY),
                 SOURCE.parents[1] / "requirements.txt"):
        digest.update(f"{path.relative_to(SOURCE.parents[1])}\n".encode() + path.read_bytes())
    return digest.hexdigest()[:16]


def _migrate(database: str) -> None:
    connection = connections[OWNER]
    usual = connection.settings_dict["NAME"]
    connection.close()
    connection.settings_dict["NAME"] = database
    try:
        call_command("migrate", database=OWNER, interactive=False, verbosity=0, run_syncdb=True)
    finally:
        connection.close()
        connection.settings_dict["NAME"] = usual


@contextmanager
def _alone() -> Iterator[None]:
    """One process makes the template, the others wait for it."""
    with Path(os.environ["SEPADAN_DATA"], "template.lock").open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
