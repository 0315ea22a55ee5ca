"""A person who signs in. One account for the whole installation; what he may do is decided region by region.

The account carries no NIK: only its keyed digest and the last four digits for display (see ``services/identity.py``).
Row-level security shows an account to its owner, to whoever names its exact e-mail address within ``account_scope``
(signing in, inviting), and to the regions in which the person serves or served. Nobody but the owner changes it.
"""

from __future__ import annotations

from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils import timezone

from sepadan.records.names import Language
from sepadan.records.tenancy import account_scope


def plain_email(email: str) -> str:
    """The form in which addresses are stored and compared: trimmed, lower case."""
    return email.strip().lower()


class PersonManager(BaseUserManager["Person"]):
    def create_user(self, email: str, name: str, password: str | None = None, **fields: Any) -> Person:
        """A new account; without a password it cannot sign in until its owner has chosen one."""
        person = self.model(email=plain_email(email), name=name, **fields)
        person.set_password(password)
        person.save(using=self.db)
        return person

    def get_by_natural_key(self, username: str | None) -> Person:
        return self.get(email=plain_email(username or ""))


class Person(AbstractBaseUser):
    email = models.EmailField(unique=True)
    name = models.CharField(max_length=120)
    phone = models.CharField(max_length=20, blank=True)
    language = models.CharField(max_length=2, choices=[(k.value, k.value) for k in Language],
                                default=Language.INDONESIAN.value)
    is_active = models.BooleanField(default=True)
    nik_digest = models.CharField(max_length=64, null=True, blank=True, unique=True)
    nik_last4 = models.CharField(max_length=4, blank=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = PersonManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    class Meta:
        ordering = ["name", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(email=Lower(F("email"))), name="person_email_lower_case"),
            models.CheckConstraint(condition=~Q(name=""), name="person_has_name"),
            models.CheckConstraint(condition=Q(nik_digest__isnull=True, nik_last4="") |
                                   Q(nik_digest__isnull=False, nik_digest__regex="^[0-9a-f]{64}$",
                                     nik_last4__regex=r"^\d{4}$"),
                                   name="person_nik_digest_form"),
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Saves within the scope of this very account: what changes an account has it in hand."""
        using = kwargs.get("using") or self._state.db or "default"
        with account_scope(person_id=self.pk, email=self.email if self.pk is None else None, using=using):
            super().save(*args, **kwargs)

    def refresh_from_db(self, using: str | None = None, **kwargs: Any) -> None:  # type: ignore[override]
        with account_scope(person_id=self.pk, using=using or self._state.db or "default"):
            super().refresh_from_db(using=using, **kwargs)

    def get_full_name(self) -> str:
        return self.name

    def get_short_name(self) -> str:
        return self.name
