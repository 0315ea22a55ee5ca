"""The bank's addresses: only signed messages of a known partner get in, and all others look the same from outside."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from sepadan.records import clock
from sepadan.records.engine.bank_signature import signature
from sepadan.records.models import BankMessage, Payment
from sepadan.records.queries.ledger import open_amount
from sepadan.records.services.channel_partners import change_partner, rotate_secret
from sepadan.records.tenancy import region_scope

from .bank_trial import ACTOR, NOW, open_bank, raise_bill

pytestmark = pytest.mark.django_db


@pytest.fixture
def bank(malang):
    return open_bank(malang)


@pytest.fixture
def post(client, bank):
    """Send a signed message; anything about it can be changed after signing."""

    def send(kind, body, *, kode="35.73", external_id="e1", secret=None, at=None, signed_body=None, **headers):
        stamp = at or clock.now().isoformat()
        path = f"/api/v1/{kode}/bank/{kind}"
        made = signature(secret or bank.secret, "POST", path, signed_body or body, stamp)
        given = {"X-PARTNER-ID": "BANK-1", "X-EXTERNAL-ID": external_id, "X-TIMESTAMP": stamp, "X-SIGNATURE": made}
        return client.post(path, body, content_type="application/json", headers={**given, **headers})

    return send


def test_a_signed_payment_is_booked_once_and_its_answer_repeated_byte_for_byte(bank, post):
    charge, number = raise_bill(bank.region, bank.partner, "1")
    body = bank.body("payment", number, "p1", 100_000)
    first, again = post("payment", body), post("payment", body)
    assert (first.status_code, json.loads(first.content)["responseCode"]) == (200, "2002500")
    assert first.content == again.content
    assert post("payment", bank.body("payment", number, "p1", 1)).status_code == 409
    assert post("inquiry", bank.body("inquiry", number, "i1"), external_id="e2").status_code == 404
    assert post("reversal", bank.body("reversal", number, "p1", 100_000), external_id="e3").status_code == 200
    assert post("status", bank.body("status", number, "p1"), external_id="e4").json()["responseCode"] == "4042604"
    with region_scope(bank.region):
        assert (open_amount(charge), Payment.objects.count(), BankMessage.objects.count()) == (100_000, 1, 4)
        kept = str([row.headers for row in BankMessage.objects.all()])
        assert "X-Timestamp" in kept
        assert "ignature" not in kept


def test_whoever_may_not_ask_learns_nothing_and_leaves_nothing(bank, bekasi, post):
    _, number = raise_bill(bank.region, bank.partner, "1")
    body = bank.body("inquiry", number, "i1")
    refused = [
        post("inquiry", body, kode="99.99"), post("inquiry", body, kode="32.16"), post("inquiry", body, kode="malang"),
        post("inquiry", body, secret="0" * 64), post("inquiry", body, signed_body=body + b" "),
        post("inquiry", body, **{"X-PARTNER-ID": "BANK-9"}), post("inquiry", body, **{"X-PARTNER-ID": "a b"}),
        post("inquiry", body, **{"X-SIGNATURE": ""}), post("inquiry", body, **{"X-TIMESTAMP": "kemarin"})]
    with region_scope(bank.region):
        change_partner(bank.partner, actor=ACTOR, now=NOW, reason="uji", networks=["10.0.0.0/8"])
    refused.append(post("inquiry", body))
    with region_scope(bank.region):
        change_partner(bank.partner, actor=ACTOR, now=NOW, reason="uji", networks=["127.0.0.0/8"], is_active=False)
    refused.append(post("inquiry", body))
    assert {(one.status_code, one.content) for one in refused} == {(401, refused[0].content)}
    with region_scope(bank.region):
        assert BankMessage.objects.count() == 0
        change_partner(bank.partner, actor=ACTOR, now=NOW, reason="uji", is_active=True)
    assert post("inquiry", body).status_code == 200


def test_time_external_id_and_size_are_within_bounds(bank, post):
    _, number = raise_bill(bank.region, bank.partner, "1")
    body = bank.body("inquiry", number, "i1")
    for seconds, status in ((-290, 200), (290, 200), (-310, 400), (310, 400)):
        at = (clock.now() + timedelta(seconds=seconds)).isoformat()
        answered = post("inquiry", body, at=at, external_id=f"t{seconds}")
        assert answered.status_code == status
        assert status == 200 or answered.json()["responseMessage"] == "Invalid Field Format X-TIMESTAMP"
    for external_id, code in (("", "4002402"), ("x" * 37, "4002401"), ("a b", "4002401")):
        assert post("inquiry", body, external_id=external_id).json()["responseCode"] == code
    whole = body[:-1] + b" " * (16_384 - len(body)) + b"}"
    assert post("inquiry", whole, external_id="size").status_code == 200
    assert post("inquiry", whole + b" ", external_id="more").json()["responseCode"] == "4132400"


def test_after_a_rotation_both_secrets_sign_for_a_while(bank, post):
    _, number = raise_bill(bank.region, bank.partner, "1")
    body = bank.body("inquiry", number, "i1")
    with region_scope(bank.region):
        new = rotate_secret(bank.partner, actor=ACTOR, now=clock.now(), reason="uji")
    assert post("inquiry", body, secret=new).status_code == 200
    assert post("inquiry", body, external_id="e2").status_code == 200
    with region_scope(bank.region):
        rotate_secret(bank.partner, actor=ACTOR, now=clock.now(), reason="uji", overlap=timedelta(0))
    assert post("inquiry", body, secret=new, external_id="e3").status_code == 401


def test_a_bank_asks_by_post_only(client, bank):
    assert client.get("/api/v1/35.73/bank/inquiry").status_code == 405
