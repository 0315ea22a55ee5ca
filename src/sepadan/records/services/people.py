"""Accounts and roles: add an account, let its owner choose a password, grant and end roles, with audit."""

from __future__ import annotations

import gzip
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from pathlib import Path

from django.contrib.auth import password_validation
from django.contrib.auth.tokens import PasswordResetTokenGenerator
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction

from sepadan.ground.messages import message
from sepadan.ground.problems import Problem, Refused, problem, refuse
from sepadan.records.engine.passwords import faults_of_password
from sepadan.records.models import Membership, Person
from sepadan.records.models.people import plain_email
from sepadan.records.names import Actor, Role
from sepadan.records.queries import people
from sepadan.records.services.audit import Thing, record
from sepadan.records.tenancy import account_scope, current_region
from sepadan.territory.public import Region

invitations = PasswordResetTokenGenerator()
"""Signed links with which an invited person chooses a password: good once, and for PASSWORD_RESET_TIMEOUT seconds."""


@dataclass(frozen=True, slots=True)
class Invitation:
    """The outcome of inviting: the person, whether the account is new, and the token of the link when it needs one."""

    person: Person
    is_new: bool
    token: str | None


@cache
def common_passwords() -> frozenset[str]:
    """The twenty thousand most used passwords, as shipped with Django."""
    path = Path(password_validation.__file__).with_name("common-passwords.txt.gz")
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        return frozenset(line.strip() for line in lines)


def password_faults(password: str, person: Person) -> list[Problem]:
    return faults_of_password(password, about=(person.name, person.email), common=common_passwords())


def set_password(person: Person, password: str) -> None:
    """Set a new password. Raises Refused with the first fault of an unsuitable one."""
    faults = password_faults(password, person)
    if faults:
        raise Refused(faults[0])
    person.set_password(password)
    person.save(update_fields=["password"])


def add_person(email: str, name: str, *, language: str = "id", password: str | None = None) -> Person:
    """A new account. Raises Refused when the address is no address or already has one, the name is empty or the
    password unsuitable."""
    address = plain_email(email)
    if not _is_address(address):
        raise refuse("records.people.bad_email", where=email[:80], remedy="records.people.bad_email.remedy")
    if not name.strip():
        raise refuse("records.people.no_name", where=address, remedy="records.people.no_name.remedy")
    longest = Person._meta.get_field("name").max_length or 0
    if len(name.strip()) > longest or not name.strip().isprintable():
        raise refuse("records.people.name_form", where=address, remedy="records.people.name_form.remedy",
                     longest=longest)
    if people.person_by_email(address) is not None:
        raise refuse("records.people.email_taken", where=address)
    faults = password_faults(password, Person(email=address, name=name)) if password is not None else []
    if faults:
        raise Refused(faults[0])
    return Person.objects.create_user(address, name.strip(), password, language=language)


def invite_person(email: str, name: str, role: Role, *, actor: Actor, now: datetime, today: date,
                  reason: str = "") -> Invitation:
    """Give the holder of *email* a role in the region in scope, with a new account if he has none.

    An existing account keeps its name and password. Raises Refused on a bad address or a role already held.
    """
    person = people.person_by_email(plain_email(email))
    is_new = person is None
    if person is None:
        person = add_person(email, name)
    grant_role(person, role, actor=actor, now=now, today=today, reason=reason)
    token = None if person.has_usable_password() else invitations.make_token(person)
    return Invitation(person, is_new, token)


def invitation_problem(person: Person | None, token: str) -> Problem | None:
    """Why an invitation cannot be accepted; None when it can."""
    if person is None or not person.is_active or not invitations.check_token(person, token):
        return problem("records.invitation.spent", remedy="records.invitation.spent.remedy")
    return None


def grant_role(person: Person, role: Role, *, actor: Actor, now: datetime, today: date, until: date | None = None,
               reason: str = "") -> Membership:
    """Make *person* a *role* of the region in scope from today. Raises Refused when he already is."""
    region = current_region()
    if until is not None and until <= today:
        raise refuse("records.people.until_past", where=person.email, until=until)
    try:
        with account_scope(person_id=person.pk), transaction.atomic():
            membership = Membership.objects.create(person=person, role=role.value, valid_from=today, valid_until=until,
                                                   granted_by_id=actor.person_id, granted_at=now)
    except IntegrityError as error:
        if "membership_one_at_a_time" not in str(error):
            raise
        raise refuse("records.people.role_held", where=person.email, name=person.name, region=region.name,
                     role=message(f"records.role.{role}")) from error
    person.__dict__.pop("_roles", None)
    record(actor, "records.audit.role_granted", person_thing(person), now=now, reason=reason,
           after={"role": role, "valid_from": today, "valid_until": until})
    return membership


def end_role(membership: Membership, *, actor: Actor, now: datetime, today: date, reason: str) -> None:
    """End a membership today. Raises Refused without a reason, when it has ended, and for one's own region_admin."""
    if not reason.strip():
        raise refuse("records.people.no_reason", where=membership.person.email)
    row = Membership.objects.select_for_update(of=("self",)).select_related("person").get(pk=membership.pk)
    if row.valid_until is not None and row.valid_until <= today:
        raise refuse("records.people.role_ended", where=row.person.email, until=row.valid_until)
    if row.role == Role.REGION_ADMIN and row.person_id == actor.person_id:
        raise refuse("records.people.own_admin", remedy="records.people.own_admin.remedy", where=row.person.email)
    row.valid_until = max(today, row.valid_from)
    row.ended_by_id = actor.person_id
    row.save(update_fields=["valid_until", "ended_by"])
    row.person.__dict__.pop("_roles", None)
    record(actor, "records.audit.role_ended", person_thing(row.person), now=now, reason=reason.strip(),
           after={"role": row.role, "valid_until": row.valid_until})


def person_thing(person: Person) -> Thing:
    """Roles are shown in the history of their person."""
    return Thing("records.person", str(person.pk), person.name)


def _is_address(text: str) -> bool:
    try:
        validate_email(text)
    except ValidationError:
        return False
    return len(text) <= (Person._meta.get_field("email").max_length or 0)



def may_be_reset(person: Person, region: Region, today: date) -> bool:
    """Whether the region in scope alone answers for this account: it serves here today and nowhere else."""
    return person.is_active and people.regions_of(person, today) == [region]


def record_link(person: Person, *, actor: Actor, now: datetime) -> None:
    """Note that somebody was handed a link with which to choose a password."""
    record(actor, "records.audit.link_made", person_thing(person), now=now)
