"""Keys that sign tickets and certificates (Ed25519, RFC 8032): one ring for each region and purpose.

The private half of the *n*-th key is HMAC-SHA-256 of region, purpose and *n* under ``settings.SIGNING_KEY``, which lies
outside the database; the table keeps public halves only, so that a copy of the database signs nothing. Turning to a new
key leaves what older ones signed valid. Where the installation's secret was lost or replaced, the next signature opens
a new key by itself: a derived key that is not the stored one signs nothing.
"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from django.conf import settings
from django.db import IntegrityError, transaction

from sepadan.creative.engine.ticket_text import decode, encode
from sepadan.creative.models import SigningKey
from sepadan.ground.problems import refuse
from sepadan.records.public import Actor, current_region, record

SYSTEM = Actor(name="Sepadan")
OTHER_SECRET = "signing.key diganti"


@dataclass(frozen=True, slots=True)
class Signer:
    """The current key of a purpose."""

    kid: str
    private: Ed25519PrivateKey

    def sign(self, content: bytes) -> bytes:
        return self.private.sign(content)


def signer(purpose: str, *, now: datetime) -> Signer:
    """The key that signs for *purpose* in the region in scope; the first one is opened when it is needed."""
    found = _current(purpose)
    if found is None:
        found = _open(purpose, SYSTEM, now)
    private = _private(found.region.code, purpose, found.ordinal, settings.SIGNING_KEY)
    if _public(private) != found.public:  # the installation's secret is another one than when this key was opened
        found = turn_key(purpose, actor=SYSTEM, now=now, reason=OTHER_SECRET)
        private = _private(found.region.code, purpose, found.ordinal, settings.SIGNING_KEY)
    return Signer(found.kid, private)


def signer_of(key: SigningKey) -> Signer | None:
    """A key of the region, current or retired; None where the installation's secret no longer makes it, or it is void.
    """
    private = _private(key.region.code, key.purpose, key.ordinal, settings.SIGNING_KEY)
    return Signer(key.kid, private) if _public(private) == key.public and key.void_at is None else None


def turn_key(purpose: str, *, actor: Actor, now: datetime, reason: str, void: bool = False) -> SigningKey:
    """Retire the current key and open the next. *void*: nothing that the old one signed counts any more."""
    if not reason.strip():
        raise refuse("creative.signing.no_reason")
    with transaction.atomic():
        old = SigningKey.objects.select_for_update().filter(purpose=purpose, retired_at__isnull=True).first()
        if old is not None:
            old.retired_at, old.reason = max(now, old.opened_at), reason.strip()[:300]
            old.void_at = old.retired_at if void else None
            old.save(update_fields=["retired_at", "reason", "void_at"])
            record(actor, "creative.audit.key_voided" if void else "creative.audit.key_retired", old, now=now,
                   after={"kid": old.kid}, reason=reason.strip()[:300])
        return _open(purpose, actor, now)


def public_keys(purpose: str) -> dict[str, str]:
    """The public halves that count, base64url, by their id: the current one and those retired but not void."""
    return dict(SigningKey.objects.filter(purpose=purpose, void_at__isnull=True).order_by("ordinal").values_list(
        "kid", "public"))


def is_signed(public: str | None, signature: bytes, content: bytes) -> bool:
    """Whether the private half of *public* (base64url; None: no such key) signed *content*."""
    raw = decode(public or "")
    if raw is None or len(raw) != 32:
        return False
    try:
        Ed25519PublicKey.from_public_bytes(raw).verify(signature, content)
    except InvalidSignature:
        return False
    return True


def _current(purpose: str) -> SigningKey | None:
    return SigningKey.objects.select_related("region").filter(purpose=purpose, retired_at__isnull=True).first()


def _open(purpose: str, actor: Actor, now: datetime) -> SigningKey:
    region = current_region()
    ordinal = 1 + (SigningKey.objects.filter(purpose=purpose).order_by("-ordinal").values_list(
        "ordinal", flat=True).first() or 0)
    public = _public(_private(region.code, purpose, ordinal, settings.SIGNING_KEY))
    try:
        with transaction.atomic():
            made = SigningKey.objects.create(purpose=purpose, ordinal=ordinal, kid=kid_of(public), public=public,
                                             opened_at=now)
            record(actor, "creative.audit.key_opened", made, now=now, after={
                "purpose": purpose, "kid": made.kid})
    except IntegrityError:  # another process opened it at the same moment
        other = _current(purpose)
        if other is None:
            raise
        return other
    return made


def kid_of(public: str) -> str:
    return hashlib.sha256(decode(public) or b"").hexdigest()[:8]


@lru_cache(maxsize=64)
def _private(region: str, purpose: str, ordinal: int, secret: bytes) -> Ed25519PrivateKey:
    said = f"sepadan.signing:{region}:{purpose}:{ordinal}".encode()
    return Ed25519PrivateKey.from_private_bytes(hmac.digest(secret, said, hashlib.sha256))


def _public(private: Ed25519PrivateKey) -> str:
    return encode(private.public_key().public_bytes_raw())
