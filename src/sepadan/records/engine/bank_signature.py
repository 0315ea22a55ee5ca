"""The signature of a bank's message: HMAC-SHA512 in base64, in the style of SNAP BI's symmetric signature.

What is signed: ``METHOD:path:sha256(body), lower hexadecimal:X-TIMESTAMP``. Ours, against the standard: no access token
stands between path and body (there is no token service), and the body is hashed as it was sent, not minified first.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Sequence
from datetime import datetime
from ipaddress import ip_address, ip_network

LENGTH = 128


def signed_text(method: str, path: str, body: bytes, timestamp: str) -> str:
    return f"{method}:{path}:{hashlib.sha256(body).hexdigest()}:{timestamp}"


def signature(secret: str, method: str, path: str, body: bytes, timestamp: str) -> str:
    text = signed_text(method, path, body, timestamp)
    return base64.b64encode(hmac.new(secret.encode(), text.encode(), hashlib.sha512).digest()).decode()


def is_signed(given: str, secrets: Sequence[str], method: str, path: str, body: bytes, timestamp: str) -> bool:
    """Whether one of *secrets* made the signature. Every one is tried and compared in constant time."""
    sound = [hmac.compare_digest(given.encode(), signature(one, method, path, body, timestamp).encode())
             for one in secrets]
    return any(sound)


def derive_secret(key: bytes, *where: str) -> str:
    """A partner's secret from the installation's key: 64 hexadecimal digits, another one for every *where*."""
    text = "\0".join(("sepadan.bank", *where))
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()


def is_timely(timestamp: str, now: datetime, seconds: int) -> bool:
    """Whether an ISO 8601 instant with an offset lies within *seconds* of *now*."""
    try:
        at = datetime.fromisoformat(timestamp) if len(timestamp) <= 35 else None
    except ValueError:
        return False
    return at is not None and at.tzinfo is not None and abs((now - at).total_seconds()) <= seconds


def is_allowed(address: str | None, networks: Sequence[str]) -> bool:
    """Whether a network address lies in one of *networks*; without any, every address may ask."""
    if not networks:
        return True
    try:
        found = ip_address(address or "")
    except ValueError:
        return False
    return any(found in ip_network(one) for one in networks)


def check_digit(digits: str) -> str:
    """The Luhn digit that guards *digits* against one wrong or two swapped ones."""
    total = 0
    for place, sign in enumerate(reversed(digits)):
        value = int(sign) * (2 - place % 2)
        total += value - 9 if value > 9 else value
    return str(-total % 10)
