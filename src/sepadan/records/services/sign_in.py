"""Signing in: check an address and a password, slow down guessing, keep the events of the account.

The answer is the same for an unknown address, a wrong password and a closed account, and takes as long: an unknown
address costs one password hash as well. Failures are counted before the password is looked at, under a lock, so that a
hundred guesses sent at once count as a hundred. Nothing is raised: a raise would roll the count back.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.utils.crypto import salted_hmac

from sepadan.ground.problems import Problem, problem
from sepadan.records.engine import throttle
from sepadan.records.engine.throttle import Limit
from sepadan.records.models import AccountEvent, Person, SignInThrottle
from sepadan.records.models.people import plain_email
from sepadan.records.names import AccountEventKind
from sepadan.records.queries import people
from sepadan.records.tenancy import account_scope


@dataclass(frozen=True, slots=True)
class SignIn:
    """Exactly one of the two is set."""

    person: Person | None = None
    problem: Problem | None = None


def check_credentials(email: str, password: str, *, ip: str | None, agent: str, now: datetime) -> SignIn:
    """Who signs in with *email* and *password*, or why not. Must be committed whatever the outcome."""
    address = plain_email(email)
    limits = _limits(address, ip or "")
    with transaction.atomic():
        rows = {key: _locked(key, now) for key in sorted(limits)}
        wait = max(row.open_at - now for row in rows.values())
        if wait > timedelta(0):
            return SignIn(problem=problem("records.sign_in.wait", remedy="records.sign_in.wait.remedy",
                                          seconds=int(wait.total_seconds()) + 1))
        for key, row in rows.items():
            _count(row, limits[key], now)
        person = people.person_by_email(address)
        if person is None:
            make_password(password)
            return SignIn(problem=problem("records.sign_in.refused", remedy="records.sign_in.refused.remedy"))
        with account_scope(person_id=person.pk):
            sound = person.check_password(password) and person.is_active
        if not sound:
            note(person, AccountEventKind.SIGN_IN_REFUSED, ip=ip, agent=agent, now=now)
            return SignIn(problem=problem("records.sign_in.refused", remedy="records.sign_in.refused.remedy"))
        _forgive(rows, limits)
        note(person, AccountEventKind.SIGNED_IN, ip=ip, agent=agent, now=now)
        return SignIn(person=person)


def note(person: Person, kind: AccountEventKind, *, ip: str | None, agent: str, now: datetime) -> None:
    """Add an event to the account, to be seen by its owner."""
    with account_scope(person_id=person.pk):
        AccountEvent.objects.create(person=person, kind=kind.value, at=now, ip=ip, agent=agent)


def _limits(address: str, ip: str) -> dict[str, Limit]:
    found = {_key("account-and-address", address, ip): throttle.ACCOUNT_AND_ADDRESS,
             _key("account", address): throttle.ACCOUNT}
    if ip:
        found[_key("address", ip)] = throttle.ADDRESS
    return found


def _key(*parts: str) -> str:
    return salted_hmac("sepadan.records.throttle", "\n".join(parts), secret=settings.SECRET_KEY,
                       algorithm="sha256").hexdigest()


def _locked(key: str, now: datetime) -> SignInThrottle:
    SignInThrottle.objects.bulk_create(
        [SignInThrottle(key=key, failures=0, last_failure_at=now, open_at=now)], ignore_conflicts=True)
    return SignInThrottle.objects.select_for_update().get(key=key)


def _count(row: SignInThrottle, limit: Limit, now: datetime) -> None:
    row.failures = throttle.counted(row.failures, row.last_failure_at, now) + 1
    row.last_failure_at = now
    row.open_at = now + throttle.delay(row.failures, limit)
    row.save(update_fields=["failures", "last_failure_at", "open_at"])


def _forgive(rows: dict[str, SignInThrottle], limits: dict[str, Limit]) -> None:
    """A success clears the counts of this account; of the network address only the attempt itself is taken back."""
    for key, row in rows.items():
        if limits[key] is throttle.ADDRESS:
            row.failures -= 1
            row.open_at = row.last_failure_at
        else:
            row.failures, row.open_at = 0, row.last_failure_at
        row.save(update_fields=["failures", "open_at"])


def forget_old_throttles(now: datetime) -> int:
    """Remove counts that no longer count. Returns how many."""
    return SignInThrottle.objects.filter(last_failure_at__lt=now - throttle.FORGOTTEN_AFTER).delete()[0]
