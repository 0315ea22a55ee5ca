"""The database as the command line sees it: started for a command, migrated by the owner, inspected.

Also the commands ``migrate``, ``database`` and ``manage`` (Django's own management commands).
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import click

from sepadan.ground.messages import render
from sepadan.ground.problems import Refused, refuse
from sepadan.ground.statute_reader import near
from sepadan.project.cli.language import language
from sepadan.project.postgres import Urls, cluster, database_urls, running_server, stop_server

MIGRATION_LOCK = 7_370_000  # any number that nothing else in this database locks


def prepare_django() -> None:
    """Load the applications; touches no database."""
    import django
    from django.apps import apps

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sepadan.project.settings")
    if not apps.ready:
        django.setup()
        from django.utils import translation

        translation.activate(language())


@contextmanager
def with_database() -> Iterator[None]:
    """A running, migrated database for the block. The last process that used the embedded server stops it."""
    prepare_django()
    with running_server() as urls:
        from django.db import OperationalError, connections

        try:
            check_reach(urls)
            apply_migrations()
            yield
        except OperationalError as error:
            if urls.embedded or connections["default"].is_usable():
                raise
            raise _away("DATABASE_URL", error) from error
        finally:
            connections.close_all()


def check_reach(urls: Urls) -> None:
    """Refuse an external server that does not answer one of the two roles, and name the variable. Seconds at most."""
    import psycopg

    if urls.embedded:
        return
    for variable, url in (("DATABASE_OWNER_URL", urls.owner_url), ("DATABASE_URL", urls.database_url)):
        try:
            psycopg.connect(url, connect_timeout=5).close()
        except psycopg.OperationalError as error:
            raise _away(variable, error) from error


def check_roles() -> None:
    """Refuse an application role for which the wall between regions would not stand, or that sees another database."""
    from django.db import connections

    from sepadan.project.roles import faults_of_roles

    if faults := faults_of_roles():
        raise refuse("project.roles.too_strong", where="DATABASE_URL", faults=", ".join(faults),
                     remedy="project.roles.too_strong.remedy")
    with connections["default"].cursor() as cursor:
        cursor.execute("SELECT to_regclass('public.django_migrations')")
        if cursor.fetchone()[0] is None:
            raise refuse("project.database.two", where="DATABASE_URL", remedy="project.database.two.remedy")


def _away(variable: str, error: Exception) -> Refused:
    return refuse("project.database.away", where=variable, reason=" ".join(str(error).split()),
                  remedy="project.database.away.remedy")


def apply_migrations() -> int:
    """Bring the database up to the code as its owner, one process at a time. Returns how many migrations that took."""
    from django.core.management import call_command
    from django.db import connections
    from django.db.migrations.executor import MigrationExecutor

    def pending() -> int:
        executor = MigrationExecutor(connections["owner"])
        return len(executor.migration_plan(executor.loader.graph.leaf_nodes()))

    if not pending():
        return 0
    with connections["owner"].cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [MIGRATION_LOCK])
        try:
            count = pending()
            if count:
                call_command("migrate", database="owner", interactive=False, verbosity=0)
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [MIGRATION_LOCK])
    return count


def wrap_leaves(command: click.Command) -> None:
    """Give every leaf of *command* the database while it runs; asking for help starts nothing."""
    if isinstance(command, click.Group):
        for child in command.commands.values():
            wrap_leaves(child)
        if not command.invoke_without_command:
            return
    if not getattr(command, "needs_database", True) or getattr(command, "has_database", False):
        return
    invoke = command.invoke

    def invoke_with_database(ctx: click.Context) -> Any:
        with with_database():
            return invoke(ctx)

    command.invoke = invoke_with_database  # type: ignore[method-assign]
    command.has_database = True  # type: ignore[attr-defined]


@click.command(epilog="""\b
Examples:
  sepadan migrate
  sepadan --data /srv/sepadan migrate
""")
def migrate() -> None:
    """Bring the database up to the code, as the owner of its tables."""
    prepare_django()
    with running_server() as urls:
        check_reach(urls)
        count = apply_migrations()
        click.echo(render("project.migrate.done", language(), {"count": count}))
        check_roles()


@click.group(epilog="""\b
Examples:
  sepadan database status --json
  sepadan database psql -- -c "SELECT 1"
  sepadan database psql --owner
  sepadan database stop
""")
def database() -> None:
    """Look at the database server, or stop the embedded one."""


@database.command()
@click.option("--json", "as_json", is_flag=True, help="One JSON object, for programs.")
def status(as_json: bool) -> None:
    """Say where the database is and whether it answers (exit 1 when it does not)."""
    import psycopg

    urls = database_urls()
    url = _shown(urls.database_url)
    try:
        with psycopg.connect(urls.database_url, connect_timeout=5) as connection:
            found = "SELECT current_setting('server_version'), pg_database_size(current_database())"
            row = connection.execute(found).fetchone()
    except psycopg.OperationalError as error:
        reason = str(error).strip()
        if as_json:
            click.echo(json.dumps({"answers": False, "url": url, "reason": reason}))
        else:
            click.echo(render("project.database.no_answer", language(), {"url": url, "reason": reason}))
        sys.exit(1)
    assert row is not None
    if as_json:
        click.echo(json.dumps({"answers": True, "url": url, "version": row[0], "bytes": row[1]}))
        return
    click.echo(render("project.database.answers", language(),
                      {"url": url, "version": row[0], "megabytes": row[1] // 1_000_000}))


def _shown(url: str) -> str:
    """The address without its password."""
    from psycopg.conninfo import conninfo_to_dict, make_conninfo

    parts = {name: value for name, value in conninfo_to_dict(url).items() if name != "password"}
    return make_conninfo("", **parts)


@database.command()
def stop() -> None:
    """Stop the embedded server, unless another process is using it (exit 1)."""
    if not database_urls().embedded:
        raise refuse("project.database.not_ours", where="DATABASE_URL", remedy="project.database.not_ours.remedy")
    stopped = stop_server()
    key = "project.database.stopped" if stopped else "project.database.in_use"
    click.echo(render(key, language(), {"folder": str(cluster().files)}))
    sys.exit(0 if stopped else 1)


@database.command(context_settings={"ignore_unknown_options": True})
@click.option("--owner", is_flag=True, help="Connect as the owner of the tables instead of the application.")
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def psql(owner: bool, arguments: tuple[str, ...]) -> None:
    """Open psql on the database: sepadan database psql -- -c "SELECT 1"."""
    import subprocess

    from sepadan.project.postgres_binaries import find_binaries, server_user

    with running_server() as urls:
        program = find_binaries(server_user()) / "psql"
        url = urls.owner_url if owner else urls.database_url
        sys.exit(subprocess.run([program, url, *arguments], check=False).returncode)


@click.command(context_settings={"ignore_unknown_options": True, "allow_extra_args": True, "help_option_names": []})
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def manage(arguments: tuple[str, ...]) -> None:
    """Run one of Django's management commands: sepadan manage check --deploy."""
    from django.core.management import execute_from_command_line

    if arguments and not arguments[0].startswith("-"):
        check_django_command(arguments[0])
    execute_from_command_line(["sepadan manage", *arguments])


def check_django_command(name: str) -> None:
    """Refuse a name that Django does not know; it would leave with the code of findings."""
    from django.core.management import get_commands

    known = sorted([*get_commands(), "help"])
    if name not in known:
        raise refuse("project.manage.unknown", where="sepadan manage", remedy="project.manage.unknown.remedy",
                     name=name, near=near(name, known))
