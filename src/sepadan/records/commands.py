"""``sepadan people``: accounts and roles from the command line; the first administrator of a region is made here.

Passwords never stand on the command line: ``add`` prints a link with which the person chooses one, or reads a password
from standard input with ``--password-stdin``. Everything done here is in the region's audit record under the name
``sepadan people``.
"""

from __future__ import annotations

import json
import sys

import click
from django.utils import translation

from sepadan.ground.messages import render
from sepadan.ground.problems import refuse
from sepadan.records import clock
from sepadan.records.desk import invitation_path, language
from sepadan.records.models import Person
from sepadan.records.models.people import plain_email
from sepadan.records.names import Actor, Role
from sepadan.records.queries import people as queries
from sepadan.records.services import people as service
from sepadan.records.tenancy import region_scope
from sepadan.territory.public import Region

ACTOR = Actor("sepadan people")
_EPILOG = """\b
Examples:
  sepadan people add ayu@malangkota.go.id "Ayu Lestari" --region 35.73 --role region_admin
  sepadan people list --region 35.73
  sepadan people link ayu@malangkota.go.id --region 35.73
  sepadan people end ayu@malangkota.go.id --region 35.73 --role region_admin --reason "moved"
"""


def region_by_code(code: str) -> Region:
    region = Region.objects.filter(code=code).first()
    if region is None:
        raise refuse("records.people.unknown_region", remedy="records.people.unknown_region.remedy", where="--region",
                     code=code)
    return region


def role_by_name(name: str) -> Role:
    if name not in list(Role):
        raise refuse("records.people.unknown_role", where="--role", role=name, roles=", ".join(Role))
    return Role(name)


_region = click.option("--region", "code", required=True, metavar="CODE", help="Kemendagri code, such as 35.73.")
_role = click.option("--role", "role_name", required=True, metavar="ROLE", help=f"One of {', '.join(Role)}.")


@click.group(epilog=_EPILOG)
def people() -> None:
    """Accounts and their roles in a region."""


@people.command()
@click.argument("email")
@click.argument("name")
@_region
@_role
@click.option("--reason", default="", help="Kept in the audit record.")
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input instead of making a link.")
def add(email: str, name: str, code: str, role_name: str, reason: str, password_stdin: bool) -> None:
    """Give EMAIL (with NAME, when the account is new) a role in a region."""
    region, role = region_by_code(code), role_by_name(role_name)
    password = sys.stdin.readline().rstrip("\r\n") if password_stdin else None
    with region_scope(region):
        if password is not None and queries.person_by_email(plain_email(email)) is None:
            service.add_person(email, name, password=password)
        invited = service.invite_person(email, name, role, actor=ACTOR, now=clock.now(), today=clock.today(region),
                                        reason=reason)
    lang = language()
    click.echo(render("records.people.invited", lang, {"name": invited.person.name,
                                                       "role": render(f"records.role.{role}", lang)}))
    if invited.token is not None:
        _echo_link(invited.person, invited.token)


@people.command()
@click.argument("email")
@_region
def link(email: str, code: str) -> None:
    """Print a link with which EMAIL chooses a new password."""
    region = region_by_code(code)
    with region_scope(region):
        person = _person(email)
        service.record_link(person, actor=ACTOR, now=clock.now())
    _echo_link(person, service.invitations.make_token(person))


@people.command()
@click.argument("email")
@_region
@_role
@click.option("--reason", required=True, help="Kept in the audit record.")
def end(email: str, code: str, role_name: str, reason: str) -> None:
    """End a role of EMAIL, from today."""
    region, role = region_by_code(code), role_by_name(role_name)
    today = clock.today(region)
    with region_scope(region):
        person = _person(email)
        found = queries.memberships(today).filter(person_id=person.pk, role=role.value).first()
        if found is None:
            raise refuse("records.people.not_held", where=email, role=role.value, region=region.name,
                         remedy="records.people.not_held.remedy")
        service.end_role(found, actor=ACTOR, now=clock.now(), today=today, reason=reason)
    lang = language()
    click.echo(render("records.people.ended", lang, {"name": person.name,
                                                     "role": render(f"records.role.{role}", lang)}))


@people.command("list")
@_region
@click.option("--json", "as_json", is_flag=True, help="One JSON array.")
def list_people(code: str, as_json: bool) -> None:
    """Who has which role in a region today."""
    region = region_by_code(code)
    with region_scope(region):
        rows = [{"email": m.person.email, "name": m.person.name, "role": m.role, "since": m.valid_from.isoformat()}
                for m in queries.memberships(clock.today(region))]
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False, indent=1))
        return
    for row in rows:
        click.echo(f"{row['email']}  {row['name']}  {row['role']}  {row['since']}")
    if not rows:
        click.echo(render("records.people.none", language()), err=True)


def _person(email: str) -> Person:
    person = queries.person_by_email(plain_email(email))
    if person is None:
        raise refuse("records.people.unknown", where=email, remedy="records.people.unknown.remedy")
    return person


def _echo_link(person: Person, token: str) -> None:
    with translation.override(person.language):
        click.echo(invitation_path(person, token))
