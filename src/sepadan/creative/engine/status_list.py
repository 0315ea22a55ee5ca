"""The list that says which certificates were revoked: W3C Bitstring Status List v1.0, one bit a certificate.

131,072 places, the least that the standard allows, so that a certificate hides among many. Which place the *n*-th
certificate takes is scattered by an affine map over the places, keyed per list: neighbours in the list were not issued
one after the other, and the list tells neither how many there are. Bits run from the high bit of the first byte; the
list is written as gzip in base64url with the multibase letter ``u``. The compressed bytes carry no time.
"""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterable

from sepadan.creative.engine.ticket_text import decode, encode

PLACES = 131_072
MOST = PLACES // 2
"""Certificates on one list; the other places stay empty."""
PURPOSE = "revocation"
_CONTEXT = "https://www.w3.org/ns/credentials/v2"


def place_of(number: int, key: bytes) -> int:
    """The place of the *number*-th certificate (from 0) on the list with *key* (16 bytes or more). No two alike."""
    if not 0 <= number < PLACES:
        raise ValueError(f"a list has {PLACES} places, there is none for number {number}")
    factor = int.from_bytes(key[:8], "big") | 1  # odd: prime to the number of places, so the map is one to one
    return (number * factor + int.from_bytes(key[8:16], "big")) % PLACES


def write_bits(revoked: Iterable[int]) -> str:
    """The list in which the places *revoked* are set: ``u`` and base64url of the gzipped bits."""
    bits = bytearray(PLACES // 8)
    for place in revoked:
        if not 0 <= place < PLACES:
            raise ValueError(f"there is no place {place}")
        bits[place // 8] |= 0x80 >> place % 8
    return "u" + encode(gzip.compress(bytes(bits), 9, mtime=0))


def read_bits(text: str) -> bytes | None:
    """The bits of a written list; None when it is none of this size."""
    packed = decode(text[1:]) if text.startswith("u") else None
    if packed is None:
        return None
    reader = zlib.decompressobj(wbits=31)
    try:
        bits = reader.decompress(packed, PLACES // 8 + 1)
    except zlib.error:
        return None
    return bits if reader.eof and len(bits) == PLACES // 8 else None


def is_set(bits: bytes, place: int) -> bool:
    return bool(bits[place // 8] & 0x80 >> place % 8)


def entry(url: str, place: int) -> dict[str, str]:
    """What a credential says of its place."""
    return {"id": f"{url}#{place}", "type": "BitstringStatusListEntry", "statusPurpose": PURPOSE,
            "statusListIndex": str(place), "statusListCredential": url}


def list_credential(url: str, issuer: str, revoked: Iterable[int], *, since: str, until: str) -> dict[str, object]:
    """The list as a credential, unsigned. *since* and *until*: ISO 8601; a reader refuses a copy older than that."""
    return {
        "@context": [_CONTEXT], "id": url, "type": ["VerifiableCredential", "BitstringStatusListCredential"],
        "issuer": issuer, "validFrom": since, "validUntil": until, "credentialSubject": {
            "id": f"{url}#list", "type": "BitstringStatusList", "statusPurpose": PURPOSE,
            "encodedList": write_bits(revoked)}}
