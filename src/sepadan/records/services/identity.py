"""The one place where the key for NIK digests is read: from the settings, never from the database."""

from __future__ import annotations

from django.conf import settings

from sepadan.records.engine.identity import Identity, digest_nik


def identify_nik(nik: str) -> Identity:
    """``(digest, last4)`` of a NIK, SUBJEK_PAJAK_ID or 16-digit NPWP. Raises Refused unless it has 16 digits."""
    return digest_nik(nik, settings.NIK_KEY)
