"""A certificate as an Open Badges 3.0 credential: a W3C Verifiable Credential 2.0 in a JWT signed with Ed25519.

Idea: the issuer is a ``did:key``, which is the public key itself: whoever has the JWT can check it without a network,
and only has to know that this key is the region's. The key's kid in the header is ``did:key:z...#z...``. The payload is
the credential with the registered claims beside it (Open Badges 3.0, 8.2.4.1). Keys and signing are the caller's.

The credential carries no name: ``identifier`` holds the SHA-256 of the holder's name and a key that only he knows, so
that he alone can prove offline whose it is. Where he gave no name, it is the number of the certificate that is hashed.

Reading is strict: three parts, each in the one way to write it, the header as it is written here. So any changed letter
is refused, be it in bits that a lenient reader ignores.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sepadan.creative.engine.ticket_text import decode, encode

CONTEXT = ["https://www.w3.org/ns/credentials/v2", "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json",
           "https://purl.imsglobal.org/spec/ob/v3p0/extensions.json"]
SCHEMA = {"id": "https://purl.imsglobal.org/spec/ob/v3p0/schema/json/ob_v3p0_achievementcredential_schema.json",
          "type": "1EdTechJsonSchemaValidator2019"}
LARGEST = 20_000
_BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_ED25519 = b"\xed\x01"  # multicodec


@dataclass(frozen=True, slots=True)
class Award:
    """What a certificate says. Texts in Indonesian; ``event_page`` and ``issuer_page`` are addresses."""

    public_id: str
    title: str
    about: str
    criteria: str
    event_page: str
    issuer_name: str
    issuer_page: str
    issued_at: datetime
    identity: str
    identity_type: str


@dataclass(frozen=True, slots=True)
class ReadCredential:
    """A JWT taken apart, its signature not yet checked: ``signed`` is what ``signature`` must be of."""

    kid: str
    payload: dict[str, Any]
    signed: bytes
    signature: bytes


def did_key(public: str) -> str:
    """The ``did:key`` of an Ed25519 public key (base64url)."""
    raw = decode(public)
    if raw is None or len(raw) != 32:
        raise ValueError("no Ed25519 public key")
    return f"did:key:z{base58(_ED25519 + raw)}"


def base58(content: bytes) -> str:
    """Base58 of Bitcoin, as multibase ``z`` has it."""
    number, text = int.from_bytes(content, "big"), ""
    while number:
        number, rest = divmod(number, 58)
        text = _BASE58[rest] + text
    return "1" * (len(content) - len(content.lstrip(b"\0"))) + text


def name_hash(name: str, key: str) -> str:
    """The hash under which a credential carries a name: spaces as single blanks, then the key, SHA-256."""
    return "sha256$" + hashlib.sha256((" ".join(name.split()) + key).encode()).hexdigest()


def written(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def credential(award: Award, issuer: str, status: dict[str, str]) -> dict[str, Any]:
    """The payload of the JWT: the credential and the registered claims."""
    uri = f"urn:uuid:{award.public_id}"
    achievement = {
        "id": award.event_page, "type": ["Achievement"], "achievementType": "CertificateOfCompletion",
        "name": award.title, "description": award.about, "criteria": {"narrative": award.criteria}}
    return {
        "@context": CONTEXT, "id": uri, "type": ["VerifiableCredential", "OpenBadgeCredential"], "name": award.title,
        "issuer": {"id": issuer, "type": ["Profile"], "name": award.issuer_name, "url": award.issuer_page},
        "validFrom": written(award.issued_at), "credentialSubject": {
            "type": ["AchievementSubject"], "achievement": achievement, "identifier": [{
                "type": "IdentityObject", "hashed": True, "identityHash": award.identity,
                "identityType": award.identity_type}]},
        "credentialSchema": [SCHEMA], "credentialStatus": status,
        "iss": issuer, "jti": uri, "nbf": int(award.issued_at.timestamp())}


def write_jwt(payload: dict[str, Any], issuer: str, sign: Callable[[bytes], bytes]) -> str:
    """The compact JWT of *payload*, signed by *sign* whose key *issuer* (a ``did:key``) names."""
    content = f"{_head(issuer)}.{encode(_json(payload))}"
    return f"{content}.{encode(sign(content.encode('ascii')))}"


def read_jwt(text: str) -> ReadCredential | None:
    """A compact JWT as ``write_jwt`` writes it, taken apart; None when it is none."""
    parts = text.strip().split(".") if len(text) <= LARGEST and text.isascii() else []
    if len(parts) != 3:
        return None
    raw = [decode(one) for one in parts]
    try:
        head, payload = (json.loads(one) for one in raw[:2] if one is not None)
        issuer = str(head["kid"]).partition("#")[0]
    except (ValueError, TypeError, KeyError):
        return None
    if not isinstance(payload, dict) or raw[2] is None or len(raw[2]) != 64 or parts[0] != _head(issuer):
        return None
    return ReadCredential(issuer, payload, f"{parts[0]}.{parts[1]}".encode("ascii"), raw[2])


def _head(issuer: str) -> str:
    return encode(_json({"alg": "EdDSA", "kid": f"{issuer}#{issuer.removeprefix('did:key:')}", "typ": "JWT"}))


def _json(value: dict[str, Any]) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode()
