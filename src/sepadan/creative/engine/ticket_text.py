"""The text in the code of a ticket: short enough for a small QR code, and checked by a phone without a network.

``SPT1:35.73:1204:K7QF29MX4TGH:9f2c41ab:<signature>``: form, region, event, ticket, key, and the Ed25519 signature
(RFC 8032) of everything before the last colon, base64url without padding. At most 150 bytes, ASCII. No name and no
personal data stand in it: who holds the ticket is known to the region alone.

Reads and writes the text only; keys and signatures are handled by ``services/ticket_signing.py``.
"""

from __future__ import annotations

import base64
import binascii
import re
from dataclasses import dataclass

FORM = "SPT1"
LONGEST = 150
SIGNATURE = 64
_TEXT = re.compile(r"SPT1:([0-9]{2}[.][0-9]{2}):([1-9][0-9]{0,9}):([0-9A-Za-z-]{4,32}):"
                   r"([0-9a-f]{8}):([0-9A-Za-z_-]{86})", re.ASCII)


@dataclass(frozen=True, slots=True)
class TicketText:
    """What a ticket says. ``signed`` is what its signature was made over."""

    region: str
    event: int
    code: str
    kid: str
    signature: bytes

    @property
    def signed(self) -> bytes:
        return signed_part(self.region, self.event, self.code, self.kid)


def signed_part(region: str, event: int, code: str, kid: str) -> bytes:
    return f"{FORM}:{region}:{event}:{code}:{kid}".encode("ascii")


def write(region: str, event: int, code: str, kid: str, signature: bytes) -> str:
    """The text of a ticket. Raises ValueError where it would not be read back as it was."""
    text = f"{signed_part(region, event, code, kid).decode()}:{encode(signature)}"
    if len(text) > LONGEST or read(text) is None:
        raise ValueError(f"no ticket can say {region!r}, {event!r}, {code!r}, {kid!r}")
    return text


def read(text: str) -> TicketText | None:
    """What *text* says, unchecked; None when it is no ticket."""
    found = _TEXT.fullmatch(text.strip()) if len(text) <= 2 * LONGEST else None
    if found is None:
        return None
    signature = decode(found[5])
    if signature is None or len(signature) != SIGNATURE:
        return None
    return TicketText(found[1], int(found[2]), found[3], found[4], signature)


def encode(content: bytes) -> str:
    """Base64url without padding (RFC 4648 section 5)."""
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode("ascii")


def decode(text: str) -> bytes | None:
    """The bytes of *text*; None unless it is the one way to write them (a spare bit that is set is refused)."""
    try:
        content = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except (ValueError, binascii.Error):
        return None
    return content if encode(content) == text else None
