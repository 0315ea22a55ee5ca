"""Signing in: failed attempts that slow down the next one, and the events of an account that its owner sees.

A throttle row is found by a keyed digest of what it counts (account and network address, account alone, address alone);
neither is stored in clear. Account events are append-only and seen by the account's owner alone.
"""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from sepadan.records.models.people import Person
from sepadan.records.names import AccountEventKind


class SignInThrottle(models.Model):
    key = models.CharField(max_length=64, primary_key=True)
    failures = models.PositiveIntegerField()
    last_failure_at = models.DateTimeField()
    open_at = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(key__regex="^[0-9a-f]{64}$"), name="throttle_key_is_digest")]

    def __str__(self) -> str:
        return f"{self.failures} failures, open at {self.open_at}"


class AccountEvent(models.Model):
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="events")
    kind = models.CharField(max_length=20, choices=[(k.value, k.value) for k in AccountEventKind])
    at = models.DateTimeField()
    ip = models.GenericIPAddressField(null=True, blank=True)
    agent = models.CharField(max_length=80, blank=True)

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.kind} at {self.at}"
