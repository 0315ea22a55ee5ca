"""What a database needs before its first table: extensions, and rights for the role of the application.

Two roles (see docs/explanation/architecture.md): the owner owns every table and runs migrations and bulk loads; the
application role may read and write rows and owns nothing, so it can neither change a table nor lift a policy. The
rights are given as default privileges *before* the tables exist, never afterwards for all tables at once: a migration
that takes a right away again (append-only tables) stays in force.
"""

from __future__ import annotations

from django.conf import settings
from django.db import connections
from psycopg import sql

from sepadan.ground.problems import refuse

OWNER = "owner"
APPLICATION = "default"
EXTENSIONS = ("btree_gist", "pg_trgm", "unaccent")


def app_role() -> str:
    """The database role the application connects as (``sepadan_app`` on the embedded server)."""
    return str(settings.DATABASES[APPLICATION]["USER"])


def prepare_database(using: str) -> None:
    """Extensions and default privileges, idempotent. Only the owner may do this; refuses any other connection."""
    if using != OWNER:
        raise refuse("project.migrate_as_owner", remedy="project.migrate_as_owner.remedy", alias=using)
    role = sql.Identifier(app_role())
    with connections[using].cursor() as cursor:
        for extension in EXTENSIONS:
            cursor.execute(sql.SQL("CREATE EXTENSION IF NOT EXISTS {}").format(sql.Identifier(extension)))
        cursor.execute(sql.SQL("GRANT USAGE ON SCHEMA public TO {}").format(role))
        cursor.execute("REVOKE CREATE ON SCHEMA public FROM PUBLIC")
        for rights, objects in (("SELECT, INSERT, UPDATE, DELETE", "TABLES"), ("USAGE, SELECT", "SEQUENCES")):
            statement = f"ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT {rights} ON {objects} TO {{}}"
            cursor.execute(sql.SQL(statement).format(role))


def faults_of_roles() -> list[str]:
    """What breaks the wall between regions here: an application role with too much power. Empty when sound."""
    faults = []
    with connections[APPLICATION].cursor() as cursor:
        cursor.execute("SELECT rolsuper, rolbypassrls FROM pg_roles WHERE rolname = current_user")
        superuser, bypass = cursor.fetchone()
        cursor.execute("SELECT count(*) FROM pg_class WHERE pg_get_userbyid(relowner) = current_user")
        owned = cursor.fetchone()[0]
    if superuser:
        faults.append("superuser")
    if bypass:
        faults.append("bypassrls")
    if owned:
        faults.append("owns tables")
    return faults
