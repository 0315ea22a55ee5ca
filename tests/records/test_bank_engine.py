"""Pure parts of the bank channel: messages read strictly, signatures, check digits, the table of codes."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from datetime import UTC, datetime, timedelta

import pytest

from sepadan.records.engine.bank_codes import KINDS, answer, money, table
from sepadan.records.engine.bank_request import BankRequest, Unreadable, read_request
from sepadan.records.engine.bank_signature import (
    check_digit,
    derive_secret,
    is_allowed,
    is_signed,
    is_timely,
    signature,
)

from .bank_fields import PAID, amount_of, fields

SOUND = fields("88001", "000000000017", paymentRequestId="p-1", paidAmount=amount_of(100_000), trxDateTime=PAID)
NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)


def test_a_sound_payment_is_read_to_the_rupiah_and_the_minute():
    read = read_request("payment", json.dumps(SOUND).encode())
    assert read == BankRequest("88001", "000000000017", "p-1", 100_000, datetime.fromisoformat(PAID))
    assert read.at == datetime(2026, 11, 24, 9 - 7, 58, tzinfo=UTC)


@pytest.mark.parametrize(("change", "name", "field"), [
    ({"customerNo": ""}, "no_field", "customerNo"),
    ({"paidAmount": None}, "no_field", "paidAmount"),
    ({"customerNo": "12a"}, "bad_field", "customerNo"),
    ({"virtualAccountNo": "88001999"}, "bad_field", "virtualAccountNo"),
    ({"paymentRequestId": "p 1"}, "bad_field", "paymentRequestId"),
    ({"paymentRequestId": 17}, "bad_field", "paymentRequestId"),
    ({"paidAmount": {"value": "100000", "currency": "IDR"}}, "bad_field", "paidAmount"),
    ({"paidAmount": {"value": "100000.50", "currency": "IDR"}}, "bad_field", "paidAmount"),
    ({"paidAmount": {"value": "-1.00", "currency": "IDR"}}, "bad_field", "paidAmount"),
    ({"paidAmount": {"value": "0.00", "currency": "IDR"}}, "bad_field", "paidAmount"),
    ({"paidAmount": {"value": "5.00", "currency": "USD"}}, "bad_field", "paidAmount"),
    ({"paidAmount": 100_000.0}, "bad_field", "paidAmount"),
    ({"trxDateTime": "2026-11-24T09:58:00"}, "bad_field", "trxDateTime"),
    ({"trxDateTime": "kemarin"}, "bad_field", "trxDateTime"),
    ({"reason": "x" * 201}, "bad_field", "reason"),
    ({"reason": "a\u0000b"}, "bad_field", "reason"),
    ({"reason": "\ud800"}, "bad_field", "reason"),
])
def test_the_first_faulty_field_is_named(change, name, field):
    assert read_request("payment", json.dumps(SOUND | change).encode()) == Unreadable(name, field)


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b"\xff", b"NaN", b'{"a": Infinity}', b"[" * 100_000])
def test_what_is_no_object_is_a_bad_request(body):
    assert read_request("payment", body) == Unreadable("bad_request")


def test_the_signature_covers_method_path_body_and_time_and_any_valid_secret_may_sign():
    body, at = b'{"a":1}', "2026-11-24T10:00:00+07:00"
    text = f"POST:/api/v1/35.73/bank/payment:{hashlib.sha256(body).hexdigest()}:{at}"
    made = base64.b64encode(hmac.new(b"old", text.encode(), hashlib.sha512).digest()).decode()
    given = ("POST", "/api/v1/35.73/bank/payment", body, at)
    assert signature("old", *given) == made
    assert is_signed(made, ["new", "old"], *given)
    assert not is_signed(made, ["new"], *given)
    for place, other in enumerate(("GET", "/api/v1/32.16/bank/payment", b'{"a": 1}', "2026-11-24T10:00:01+07:00")):
        changed = list(given)
        changed[place] = other
        assert not is_signed(made, ["old"], *changed)
    assert not is_signed("tanda tangan é", ["old"], *given)


def test_secrets_differ_by_region_partner_and_generation():
    made = {derive_secret(b"k" * 32, *where) for where in
            (("35.73", "BANK-1", "1"), ("35.73", "BANK-1", "2"), ("35.73", "BANK-2", "1"), ("32.16", "BANK-1", "1"))}
    assert len(made) == 4
    assert {len(one) for one in made} == {64}


def test_time_and_network_are_within_what_is_allowed():
    for seconds, allowed in ((300, True), (301, False), (-300, True), (-301, False)):
        assert is_timely((NOW + timedelta(seconds=seconds)).isoformat(), NOW, 300) is allowed
    assert not is_timely("2026-11-24T10:00:00", NOW, 300)
    assert not is_timely("", NOW, 300)
    assert is_allowed(None, [])
    assert is_allowed("10.1.2.3", ["10.0.0.0/8"])
    assert not is_allowed("11.1.2.3", ["10.0.0.0/8"])
    assert not is_allowed(None, ["10.0.0.0/8"])


def test_the_check_digit_finds_a_wrong_digit():
    assert check_digit("7992739871") == "3"  # the usual example of Luhn's rule: 79927398713
    digits = "00000000017"
    right = check_digit(digits)
    for place in range(len(digits)):
        for other in "0123456789":
            if other != digits[place]:
                assert check_digit(digits[:place] + other + digits[place + 1:]) != right


def test_every_code_is_status_service_and_case():
    assert money(1_500_000) == {"value": "1500000.00", "currency": "IDR"}
    for name, row in table()["codes"].items():
        for kind in KINDS:
            found = answer(kind, name, field="x")
            assert found.code == f"{row['status']}{table()['services'][kind]}{row['case']}"
            assert len(found.code) == 7
            assert json.loads(found.body)["responseCode"] == found.code
    assert answer("payment", "paid_bill").code == "4042514"
    assert answer("inquiry", "paid_bill").code == "4042414"
