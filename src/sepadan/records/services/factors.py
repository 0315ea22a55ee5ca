"""The second factor: time-based codes from an app (TOTP, RFC 6238) and recovery codes that work once each."""

from __future__ import annotations

import secrets
from base64 import b32encode
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django_otp.models import Device
from django_otp.plugins.otp_totp.models import TOTPDevice

from sepadan.ground.problems import Problem, problem
from sepadan.records.models import Person, RecoveryCode, RecoveryDevice
from sepadan.records.models.factors import code_digest
from sepadan.records.names import AccountEventKind
from sepadan.records.services.sign_in import note
from sepadan.records.tenancy import account_scope

RECOVERY_CODES = 10
_SIGNS = "abcdefghjkmnpqrstuvwxyz23456789"


@dataclass(frozen=True, slots=True)
class Verified:
    """The device that accepted a code, or why none did."""

    device: Device | None = None
    problem: Problem | None = None


def confirmed_device(person: Person) -> TOTPDevice | None:
    with account_scope(person_id=person.pk):
        return TOTPDevice.objects.filter(user=person, confirmed=True).order_by("id").first()


def begin_enrolment(person: Person) -> TOTPDevice:
    """The unconfirmed device to be shown as a QR code: the same one until it is confirmed."""
    with account_scope(person_id=person.pk):
        waiting = TOTPDevice.objects.filter(user=person, confirmed=False).order_by("id").first()
        return waiting or TOTPDevice.objects.create(user=person, name="totp", confirmed=False)


def secret_text(device: TOTPDevice) -> str:
    """The secret as it is typed into an app: base 32 in groups of four."""
    plain = b32encode(device.bin_key).decode("ascii").rstrip("=")
    return " ".join(plain[i:i + 4] for i in range(0, len(plain), 4))


def confirm_enrolment(person: Person, code: str, *, ip: str | None, agent: str, now: datetime) -> Verified:
    """Confirm the waiting device by a first code. Replaces a device confirmed earlier."""
    with account_scope(person_id=person.pk):
        device = TOTPDevice.objects.select_for_update().filter(user=person, confirmed=False).order_by("id").first()
        if device is None:
            return Verified(problem=problem("records.factor.not_begun", remedy="records.factor.not_begun.remedy"))
        checked = _check(device, code)
        if checked.device is not None:
            TOTPDevice.objects.filter(user=person, confirmed=True).delete()
            device.confirmed = True
            device.save(update_fields=["confirmed"])
            note(person, AccountEventKind.FACTOR_ADDED, ip=ip, agent=agent, now=now)
        return checked


def verify_code(person: Person, code: str, *, ip: str | None, agent: str, now: datetime) -> Verified:
    """Check a code of the app or, when it is no six digits, a recovery code. Never raises: failures must be counted."""
    plain = code.replace(" ", "").replace("-", "")
    kind: type[Device] = TOTPDevice if plain.isdigit() and len(plain) == 6 else RecoveryDevice
    with account_scope(person_id=person.pk):
        device = kind.objects.select_for_update().filter(user=person, confirmed=True).order_by("id").first()
        checked = Verified(problem=_wrong()) if device is None else _check(device, plain)
        if checked.device is None:
            note(person, AccountEventKind.FACTOR_REFUSED, ip=ip, agent=agent, now=now)
        return checked


def make_recovery_codes(person: Person, *, ip: str | None, agent: str, now: datetime) -> list[str]:
    """A new set of codes, shown once; the old set stops working."""
    with account_scope(person_id=person.pk), transaction.atomic():
        RecoveryCode.objects.filter(person=person).delete()
        device, _ = RecoveryDevice.objects.get_or_create(user=person, defaults={"name": "recovery", "confirmed": True})
        codes = ["-".join("".join(secrets.choice(_SIGNS) for _ in range(5)) for _ in range(2))
                 for _ in range(RECOVERY_CODES)]
        RecoveryCode.objects.bulk_create(
            RecoveryCode(device=device, person=person, digest=code_digest(code)) for code in codes)
        note(person, AccountEventKind.CODES_MADE, ip=ip, agent=agent, now=now)
    return codes


def unused_recovery_codes(person: Person) -> int:
    with account_scope(person_id=person.pk):
        return RecoveryCode.objects.filter(person=person, used_at__isnull=True).count()


def remove_factor(person: Person, *, ip: str | None, agent: str, now: datetime) -> None:
    """Take the second factor and its recovery codes away. The caller has checked that a current code was given."""
    with account_scope(person_id=person.pk), transaction.atomic():
        TOTPDevice.objects.filter(user=person).delete()
        RecoveryDevice.objects.filter(user=person).delete()
        note(person, AccountEventKind.FACTOR_REMOVED, ip=ip, agent=agent, now=now)


def _check(device: Device, code: str) -> Verified:
    allowed, why = device.verify_is_allowed()
    if not allowed:
        return Verified(problem=problem("records.factor.wait", seconds=_seconds(why)))
    return Verified(device=device) if device.verify_token(code) else Verified(problem=_wrong())


def _wrong() -> Problem:
    return problem("records.factor.wrong_code", remedy="records.factor.wrong_code.remedy")


def _seconds(why: dict[str, object] | None) -> int:
    until = (why or {}).get("locked_until")
    return max(1, int((until - datetime.now(until.tzinfo)).total_seconds()) + 1) if isinstance(until, datetime) else 1
