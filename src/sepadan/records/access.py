"""Who may see or do what in a region. The getters here are the only way to a protected object.

An action is ``<office>.<read|write|approve>`` (``names.ROLE_ACTIONS``). Rights come from roles in force today; a role
that the installation ties to a second factor counts only in a session that confirmed one. A getter answers with the
same ``Http404`` when the object does not exist and when it is not this person's to see, so that nothing can be
probed.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db.models import Q, QuerySet
from django.http import Http404

from sepadan.records import clock
from sepadan.records.models import AuditEntry, Document, Membership, Person, Work
from sepadan.records.names import ACTIONS, ROLE_ACTIONS, SECOND_FACTOR_ROLES, Role
from sepadan.records.queries import people
from sepadan.records.tenancy import region_or_none, region_scope
from sepadan.territory.public import Region

Viewer = Person | AnonymousUser


def second_factor_roles() -> frozenset[Role]:
    """The roles that count only with a second factor (setting ``SECOND_FACTOR_ROLES``, names of roles)."""
    chosen = getattr(settings, "SECOND_FACTOR_ROLES", None)
    return SECOND_FACTOR_ROLES if chosen is None else frozenset(Role(name) for name in chosen)


def roles_in(person: Viewer, region: Region, *, today: date | None = None) -> frozenset[Role]:
    """Every role *person* has in *region* today, confirmed or not. Empty for nobody and for a closed account."""
    if not isinstance(person, Person) or not person.is_active:
        return frozenset()
    today = today or clock.today(region)
    known: dict[tuple[int, date], frozenset[Role]] = person.__dict__.setdefault("_roles", {})
    if (region.pk, today) not in known:
        if region_or_none() == region:
            known[region.pk, today] = people.roles_of(person, today)
        else:
            with region_scope(region):
                known[region.pk, today] = people.roles_of(person, today)
    return known[region.pk, today]


def has_second_factor(person: Viewer) -> bool:
    """Whether this session confirmed a second factor."""
    return bool(getattr(person, "otp_device", None))


def active_roles(person: Viewer, region: Region, *, today: date | None = None) -> frozenset[Role]:
    """The roles that count now: those of ``roles_in`` without the ones that still wait for a second factor."""
    roles = roles_in(person, region, today=today)
    return roles if not roles or has_second_factor(person) else roles - second_factor_roles()


def permitted(person: Viewer, region: Region, action: str, *, today: date | None = None) -> bool:
    """Whether *person* may do *action* in *region*. Raises ValueError on an action that no role has."""
    return any(action in ROLE_ACTIONS[role] for role in active_roles(person, region, today=today)) \
        if _known(action) else False


def waits_for_second_factor(person: Viewer, region: Region, action: str, *, today: date | None = None) -> bool:
    """Whether a confirmed second factor is all that is missing for *action*."""
    roles = roles_in(person, region, today=today) - active_roles(person, region, today=today)
    return _known(action) and any(action in ROLE_ACTIONS[role] for role in roles)


def _known(action: str) -> bool:
    if action not in ACTIONS:
        raise ValueError(f"no role has the action {action!r}; the actions are listed in records.names.ROLE_ACTIONS")
    return True


def _found(row: Any) -> Any:
    if row is None:
        raise Http404
    return row


# --- documents -------------------------------------------------------------------------------------------------------

def documents_for(person: Viewer, region: Region) -> QuerySet[Document]:
    """Every document *person* may open: the public ones, his own, and those of the offices he may read."""
    offices = {action.split(".")[0] for role in active_roles(person, region) for action in ROLE_ACTIONS[role]
               if action.endswith(".read")}
    seen = Q(is_public=True) | Q(office__in=offices)
    if isinstance(person, Person):
        seen |= Q(owner_id=person.pk)
    return Document.objects.filter(seen)


def document_for(person: Viewer, region: Region, document_id: int) -> Document:
    return _found(documents_for(person, region).select_related("number").filter(pk=document_id).first())


# --- background work -------------------------------------------------------------------------------------------------

def work_for(person: Viewer, region: Region, work_id: int) -> Work:
    """A piece of work whose action the person has; whoever started it sees it too."""
    work = _found(Work.objects.filter(pk=work_id).first())
    own = isinstance(person, Person) and work.started_by_id == person.pk
    return _found(work if own or permitted(person, region, work.action) else None)


# --- people and audit ------------------------------------------------------------------------------------------------

def membership_for(person: Viewer, region: Region, membership_id: int) -> Membership:
    """A membership to be ended: for those who keep the region's people."""
    allowed = permitted(person, region, "people.write")
    return _found(Membership.objects.select_related("person").filter(pk=membership_id).first() if allowed else None)


def entry_for(person: Viewer, region: Region, entry_id: int) -> AuditEntry:
    allowed = permitted(person, region, "audit.read")
    return _found(AuditEntry.objects.filter(pk=entry_id).first() if allowed else None)
