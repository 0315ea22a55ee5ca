"""Credentials and status lists by known values: did:key of the standard, bits, places, strict reading."""

from __future__ import annotations

import base64
import gzip
import json
from datetime import UTC, datetime

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from sepadan.creative.engine import status_list
from sepadan.creative.engine.credential import (
    Award,
    base58,
    credential,
    did_key,
    name_hash,
    read_jwt,
    write_jwt,
)
from sepadan.creative.engine.ticket_text import encode

AWARD = Award("0b0c5bd5-3b5c-4a3c-9d50-0d5d0e5a4711", "Kelas gim", "Belajar membuat gim", "Hadir 4 dari 5 pertemuan",
              "https://malang.example/id/35.73/pusat-kreatif/mcc/acara/kelas-gim/", "Pusat Kreatif",
              "https://malang.example/id/35.73/pusat-kreatif/mcc/", datetime(2026, 11, 24, 3, tzinfo=UTC),
              name_hash("Siti Aminah", "KUNCI"), "name")
KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
PUBLIC = encode(KEY.public_key().public_bytes_raw())


def test_the_did_of_a_key_is_that_of_the_standards_own_examples():
    # did:key method, test vector of section "Ed25519": public key in base58btc and its did
    known = "2E9c8b7Kz1ZK2mWm1cHkqvBkTkz3kJz6f6fTe7gH6m9"
    assert base58(b"\0\0\x01") == "112"
    assert base58(b"Hello World!") == "2NEpo7TZRRrLZSi2U"  # draft-msporny-base58, test vectors
    assert base58(b"The quick brown fox jumps over the lazy dog.") == \
        "USm3fpXnKG5EUBx2ndxBDMPVciP5hGey2Jh4NDv6gmeo1LkMeiKrLJUUBk6Z"
    raw = bytes.fromhex("3b6a27bcceb6a42d62a3a8d02a6f0d73653215771de243a63ac048a18b59da29")  # RFC 8032, seed of zeros
    assert did_key(encode(raw)) == "did:key:z6MkiTBz1ymuepAQ4HEHYSF1H8quG5GLVVQR3djdX3mDooWp"
    assert len(known) == 43
    with pytest.raises(ValueError, match="no Ed25519"):
        did_key(encode(b"short"))


def test_a_credential_is_the_payload_and_names_nobody():
    issuer = did_key(PUBLIC)
    payload = credential(AWARD, issuer, status_list.entry("https://malang.example/daftar/1/", 7))
    assert payload["iss"] == payload["issuer"]["id"] == issuer
    assert payload["jti"] == payload["id"] == f"urn:uuid:{AWARD.public_id}"
    assert "Siti" not in json.dumps(payload)
    assert payload["credentialSubject"]["identifier"][0]["identityHash"] == name_hash("  Siti   Aminah ", "KUNCI")


def test_only_the_one_way_to_write_a_jwt_is_read():
    issuer = did_key(PUBLIC)
    text = write_jwt(credential(AWARD, issuer, {}), issuer, KEY.sign)
    found = read_jwt(text)
    assert found.kid == issuer
    KEY.public_key().verify(found.signature, found.signed)
    head, body, seal = text.split(".")
    other = encode(json.dumps({"alg": "none", "kid": f"{issuer}#x", "typ": "JWT"}).encode())
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    spare = seal[:-1] + letters[letters.index(seal[-1]) ^ 1]  # a bit that base64 does not use
    for wrong in ("", "a.b", "a.b.c", f"{other}.{body}.{seal}", f"{head}.{body}.", f"{head}.{body}.{spare}",
                  f"{head}.{encode(b'[]')}.{seal}", f"{head}.{body}=.{seal}", "x" * 30_000, text + "\u00e9"):
        assert read_jwt(wrong) is None, wrong[:40]


def test_bits_are_set_from_the_high_bit_of_the_first_byte():
    text = status_list.write_bits([0, 9, 131_071])
    packed = base64.urlsafe_b64decode(text[1:] + "=" * (-len(text[1:]) % 4))
    bits = gzip.decompress(packed)
    assert (bits[0], bits[1], bits[-1], len(bits)) == (0b1000_0000, 0b0100_0000, 0b0000_0001, 16_384)
    assert status_list.read_bits(text) == bits
    assert [status_list.is_set(bits, place) for place in (0, 1, 9, 131_071)] == [True, False, True, True]
    assert text == status_list.write_bits([131_071, 9, 0])
    for wrong in ("", "x", "u", "u!!!", "z" + text[1:], "u" + encode(b"no gzip"),
                  "u" + encode(gzip.compress(bytes(99))), "u" + encode(gzip.compress(bytes(20_000)))):
        assert status_list.read_bits(wrong) is None
    with pytest.raises(ValueError, match="no place"):
        status_list.write_bits([131_072])


def test_places_are_scattered_and_no_two_alike():
    key = bytes(range(16))
    places = [status_list.place_of(number, key) for number in range(status_list.MOST)]
    assert len(set(places)) == status_list.MOST
    assert places != sorted(places)
    assert places[:3] != [status_list.place_of(number, bytes(range(1, 17))) for number in range(3)]
    with pytest.raises(ValueError, match="none for number"):
        status_list.place_of(status_list.PLACES, key)
