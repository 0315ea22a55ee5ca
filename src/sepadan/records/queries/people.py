"""Reading people and their roles."""

from __future__ import annotations

from datetime import date

from django.db import connection
from django.db.models import Q, QuerySet

from sepadan.records.models import Membership, Person
from sepadan.records.names import Role
from sepadan.records.tenancy import account_scope
from sepadan.territory.public import Region


def holds_on(today: date) -> Q:
    """Memberships in force on *today*."""
    return Q(valid_from__lte=today) & (Q(valid_until__isnull=True) | Q(valid_until__gt=today))


def memberships(today: date, *, past: bool = False) -> QuerySet[Membership]:
    """The region's memberships in force (or, with *past*, those that ended), with their people, by name and role."""
    test = Q(valid_until__isnull=False, valid_until__lte=today) if past else holds_on(today)
    return Membership.objects.filter(test).select_related("person", "granted_by", "ended_by") \
        .order_by("person__name", "role", "valid_from")


def roles_of(person: Person, today: date) -> frozenset[Role]:
    """What *person* is today in the region in scope, second factor or not."""
    rows = Membership.objects.filter(holds_on(today), person_id=person.pk).values_list("role", flat=True)
    return frozenset(Role(role) for role in rows)


def regions_of(person: Person, today: date) -> list[Region]:
    """Every region in which *person* has a role today, by name: the one question that crosses regions."""
    with account_scope(person_id=person.pk), connection.cursor() as cursor:
        cursor.execute("SELECT sepadan_own_regions(%s)", [today])
        found = [row[0] for row in cursor.fetchall()]
    return list(Region.objects.filter(pk__in=found).order_by("name"))


def person_by_email(email: str) -> Person | None:
    """The account with exactly this address, whichever region it serves in."""
    with account_scope(email=email):
        return Person.objects.filter(email=email).first()


def person_by_id(person_id: int) -> Person | None:
    """The account with this number, for a caller that has the number from a signed link or session."""
    with account_scope(person_id=person_id):
        return Person.objects.filter(pk=person_id).first()
