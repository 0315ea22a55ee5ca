"""Doors of an event and the phones that guard them: opened, invited, enrolled, revoked.

An officer invites a phone for one door and is shown a code of twelve letters once; whoever types it within
``CODE_GOOD`` gets a random token, of which only the SHA-256 is kept. The token opens that door's roster and takes its
scans until it is revoked or ``AFTERWARDS`` has passed since the last session, and nothing else. A code works once.
Inviting, enrolling and revoking leave a record.
"""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta

from sepadan.creative.models import Door, DoorDevice, Event
from sepadan.ground.problems import refuse
from sepadan.records.public import Actor, current_region, paper_code, plain_code, record

CODE_GOOD = timedelta(minutes=15)
AFTERWARDS = timedelta(days=14)
MOST_DOORS, MOST_DEVICES = 20, 40


def open_door(event: Event, name: str, *, names: bool, actor: Actor, now: datetime) -> Door:
    """A further door of *event*. *names*: its phones carry short names of the visitors."""
    plain = " ".join(name.split())[:60]
    event = Event.objects.select_for_update(of=("self",)).get(pk=event.pk)
    known = list(event.doors.all())
    if not plain:
        raise refuse("creative.door.unnamed")
    if any(one.name.casefold() == plain.casefold() for one in known):
        raise refuse("creative.door.known", where=plain)
    if len(known) >= MOST_DOORS:
        raise refuse("creative.door.many", most=MOST_DOORS)
    made = Door.objects.create(event=event, ordinal=1 + max((one.ordinal for one in known), default=0), name=plain,
                               names=names, made_at=now)
    record(actor, "creative.audit.door_opened", made, now=now, after={"event": event.code, "names": names})
    return made


def invite_device(door: Door, label: str, *, actor: Actor, now: datetime) -> tuple[DoorDevice, str]:
    """A phone that may be enrolled for *door*, and the code to type on it; the code is not kept."""
    if door.closed_at is not None:
        raise refuse("creative.door.closed", where=door.name)
    if DoorDevice.objects.filter(door__event=door.event_id, kind="phone", revoked_at__isnull=True).count() >= \
            MOST_DEVICES:
        raise refuse("creative.door.many_devices", most=MOST_DEVICES)
    code = paper_code("door", secrets.token_hex(16), key=secrets.token_bytes(32))
    made = DoorDevice.objects.create(
        door=door, label=" ".join(label.split())[:60] or door.name, code_digest=_digest(code),
        code_until=now + CODE_GOOD, made_at=now, made_by=actor.name)
    record(actor, "creative.audit.device_invited", made, now=now, after={"door": door.name})
    return made, code


def enrol_device(typed: str, *, actor: Actor, now: datetime) -> tuple[DoorDevice, str]:
    """The phone whose code was typed, and its token. Raises Refused: no such code, used, or too late."""
    code = plain_code(typed)
    found = DoorDevice.objects.select_for_update(of=("self",)).select_related("door__event").filter(
        code_digest=_digest(code), revoked_at__isnull=True).first() if code else None
    if found is None or found.code_until is None or found.code_until < now or found.door.closed_at is not None:
        raise refuse("creative.door.no_code", remedy="creative.door.no_code.remedy")
    token = secrets.token_urlsafe(32)
    found.code_digest, found.code_until, found.token_digest = "", None, token_digest(token)
    found.enrolled_at = found.seen_at = now
    found.save(update_fields=["code_digest", "code_until", "token_digest", "enrolled_at", "seen_at"])
    record(actor, "creative.audit.device_enrolled", found, now=now, after={"door": found.door.name})
    return found, token


def device_of_token(token: str, *, now: datetime) -> DoorDevice | None:
    """The phone that holds *token*, if it may still work."""
    found = DoorDevice.objects.select_related("door__event__centre", "door__event__region").filter(
        token_digest=token_digest(token), revoked_at__isnull=True).first() if token else None
    if found is None or found.door.closed_at is not None:
        return None
    last = found.door.event.sessions.order_by("-ends_at").values_list("ends_at", flat=True).first()
    return None if last is not None and now > last + AFTERWARDS else found


def revoke_device(device: DoorDevice, *, reason: str, actor: Actor, now: datetime) -> DoorDevice:
    """The phone uploads and reads nothing more; what it uploaded stays."""
    if not reason.strip():
        raise refuse("creative.door.no_reason", where=device.label)
    held = DoorDevice.objects.select_for_update(of=("self",)).get(pk=device.pk)
    if held.kind != "phone" or held.revoked_at is not None:
        raise refuse("creative.door.revoked_before", where=held.label)
    held.revoked_at, held.reason = now, reason.strip()[:300]
    held.code_digest, held.code_until = "", None
    held.save(update_fields=["revoked_at", "reason", "code_digest", "code_until"])
    record(actor, "creative.audit.device_revoked", held, now=now, reason=held.reason)
    return held


def close_door(door: Door, *, actor: Actor, now: datetime) -> Door:
    """No phone works at *door* any more; its scans stay."""
    held = Door.objects.select_for_update(of=("self",)).get(pk=door.pk)
    if held.closed_at is None:
        held.closed_at = now
        held.save(update_fields=["closed_at"])
        record(actor, "creative.audit.door_closed", held, now=now)
    return held


def token_digest(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


def _digest(code: str) -> str:
    return hashlib.sha256(f"sepadan.door:{current_region().code}:{code}".encode()).hexdigest()
