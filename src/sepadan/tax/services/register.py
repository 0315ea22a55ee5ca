"""Changing the register, one object at a time: register, correct, transfer, close, reopen, exempt.

Every service takes ``seen``, the version of the object that the officer had before him. The object's row is locked;
when its version has moved on, the service is refused with who changed what and when, and nothing is written. What a
change does to the versions known so far is the rule of ``engine/register.py``; replaced versions are superseded and
kept. Each act leaves one audit record with before, after and the day from which it holds.

``on`` is the legal day of the change. ``RegisterObject.version`` rises by one with every act.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction

from sepadan.ground.problems import refuse
from sepadan.records.public import Actor, record
from sepadan.tax.engine.nop import Nop, next_nop, read_nop
from sepadan.tax.models import NopPlace, ObjectVersion, RegisterObject, Taxpayer
from sepadan.tax.models.register import ChangeKind, CloseReason, Exemption, ObjectState
from sepadan.tax.queries.register import last_number
from sepadan.tax.services.register_acts import Act, change_object, in_force, lock, version_of
from sepadan.tax.services.register_fields import checked, field_label, readable


@transaction.atomic
def register_object(nop: str | Nop, fields: Mapping[str, Any], *, on: date, actor: Actor, now: datetime,
                    reason: str = "", change: ChangeKind = ChangeKind.REGISTERED) -> RegisterObject:
    """A new object from *on*. *fields* need ``taxpayer_id`` and ``land_m2``. Refused where the NOP is taken, its place
    is not known, or a field is not sound."""
    number = nop if isinstance(nop, Nop) else read_nop(nop)
    place = NopPlace.objects.select_for_update().filter(code=number.place).first()
    if place is None:
        raise refuse("tax.register.no_place", where=str(number), remedy="tax.register.no_place.remedy",
                     place=number.place)
    if RegisterObject.objects.filter(nop=number.digits).exists():
        raise refuse("tax.register.taken", where=str(number), remedy="tax.register.taken.remedy")
    values = checked(fields, place)
    missing = [name for name in ("taxpayer_id", "land_m2") if values.get(name) is None]
    if missing:
        raise refuse("tax.register.field_missing", where=str(number), remedy="tax.register.field_missing.remedy",
                     field=field_label(missing[0]))
    one = RegisterObject.objects.create(nop=number.digits, place=place, version=1, registered_at=now, changed_at=now,
                                        changed_by=actor.name)
    entry = record(actor, "tax.audit.object_registered", one, now=now,
                   after={**readable(values), "valid_from": on, "version": 1}, reason=reason)
    ObjectVersion.objects.create(
        register_object=one, valid_from=on, valid_to=None, recorded_at=now, set_fields=sorted(values),
        change=change.value, entry=entry.pk, **values)
    return one


@transaction.atomic
def correct_object(one: RegisterObject, fields: Mapping[str, Any], *, seen: int, on: date, actor: Actor, now: datetime,
                   reason: str = "") -> RegisterObject:
    """Set *fields* from *on*. The owner, closing and exemption have services of their own."""
    held = lock(one, seen)
    barred = {"taxpayer_id", "state", "close_reason", "exemption"} & set(fields)
    if barred:
        raise ValueError(f"not corrected here: {', '.join(sorted(barred))}")
    if not fields:
        raise refuse("tax.register.nothing", where=str(held), remedy="tax.register.nothing.remedy")
    return change_object(held, checked(fields, held.place), ChangeKind.CORRECTED, "tax.audit.object_corrected",
                         Act(on, actor, now, reason))


@transaction.atomic
def transfer_object(one: RegisterObject, taxpayer: Taxpayer, *, seen: int, on: date, actor: Actor, now: datetime,
                    reason: str = "", holder: str = "1") -> RegisterObject:
    """The object belongs to *taxpayer* from *on*. Refused where it is closed that day or is his already."""
    held = lock(one, seen)
    before = in_force(held, on)
    if before.taxpayer_id == taxpayer.pk:
        raise refuse("tax.register.same_owner", where=str(held), remedy="tax.register.same_owner.remedy",
                     name=taxpayer.name)
    return change_object(held, {"taxpayer_id": taxpayer.pk, "holder": holder}, ChangeKind.TRANSFERRED,
                         "tax.audit.object_transferred", Act(on, actor, now, reason))


@transaction.atomic
def close_object(one: RegisterObject, why: CloseReason, *, seen: int, on: date, actor: Actor, now: datetime,
                 reason: str = "") -> RegisterObject:
    """The object is not taxed from *on*. Its history stays."""
    held = lock(one, seen)
    in_force(held, on)
    if why is CloseReason.NONE or not reason.strip():
        raise refuse("tax.register.no_reason", where=str(held), remedy="tax.register.no_reason.remedy")
    return change_object(held, {"state": ObjectState.CLOSED.value, "close_reason": why.value}, ChangeKind.CLOSED,
                         "tax.audit.object_closed", Act(on, actor, now, reason))


@transaction.atomic
def reopen_object(one: RegisterObject, *, seen: int, on: date, actor: Actor, now: datetime,
                  reason: str = "") -> RegisterObject:
    """A closed object is taxed again from *on*; from the day of its closing on, it was never closed."""
    held = lock(one, seen)
    if version_of(held, on).state != ObjectState.CLOSED:
        raise refuse("tax.register.not_closed", where=str(held), remedy="tax.register.not_closed.remedy", on=on)
    if not reason.strip():
        raise refuse("tax.register.no_reason", where=str(held), remedy="tax.register.no_reason.remedy")
    return change_object(held, {"state": ObjectState.ACTIVE.value, "close_reason": ""}, ChangeKind.REOPENED,
                         "tax.audit.object_reopened", Act(on, actor, now, reason))


@transaction.atomic
def exempt_object(one: RegisterObject, exemption: Exemption, *, seen: int, on: date, actor: Actor, now: datetime,
                  reason: str = "") -> RegisterObject:
    """The object is exempt from *on* for this reason of the law; ``Exemption.NONE`` ends an exemption."""
    held = lock(one, seen)
    if in_force(held, on).exemption == exemption.value:
        raise refuse("tax.register.nothing", where=str(held), remedy="tax.register.nothing.remedy")
    return change_object(held, {"exemption": exemption.value}, ChangeKind.EXEMPTED, "tax.audit.object_exempted",
                         Act(on, actor, now, reason))


def free_nop(block: str, kind: str = "0") -> Nop:
    """The next number of a block of thirteen digits. Its place is held until the transaction ends, so that nobody
    else takes the number. Refused when the block is full."""
    NopPlace.objects.select_for_update().filter(code=block[:10]).first()
    return next_nop(block, last_number(block), kind)
