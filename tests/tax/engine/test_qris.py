"""A QRIS payload says what was asked, its checksum catches every slip, and nothing is invented for a region."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from sepadan.ground.problems import Refused
from sepadan.tax.engine.qris import Merchant, PayloadWriter, checksum, read_payload, write_fields

# The example of the EMV specification (Merchant-Presented Mode 1.1, annex A), with a name in Chinese.
EMV_EXAMPLE = (
    "00020101021229300012D156000000000510A93FO3230Q31280012D15600000001030812345678520441115802CN5914BEST TRANSPORT"
    "6007BEIJING64200002ZH0104最佳运输0202北京540523.7253031565502016233030412340603***0708A60086670902ME9132"
    "0016A0112233449988770708123456786304A13A"
)
SAMPLE = Merchant("Kota Percobaan", "PERCOBAAN", "65119", None, sample=True)
# Made up for the form of the fields; no bank gave these numbers.
MERCHANT = Merchant("Kota Percobaan", "PERCOBAAN", "65119", "ID1000000000001", "ID.CO.BANKPERCOBAAN.WWW",
                    "936000000000000000", "000000000000001")


def test_the_example_of_the_specification_is_read_and_its_checksum_agrees():
    payload = read_payload(EMV_EXAMPLE)
    assert checksum("123456789") == "29B1"  # the check value of CRC-16/CCITT-FALSE
    assert (payload.text("59"), payload.text("60"), payload.text("54")) == ("BEST TRANSPORT", "BEIJING", "23.72")
    assert payload.text("64", "01") == "最佳运输"
    assert payload.text("91", "00") == "A011223344998877"
    with pytest.raises(Refused, match=r"23\.72"):
        _ = payload.amount


def test_a_payload_in_full():
    text = PayloadWriter(SAMPLE).payload(123_456, "35730100010020034026")
    wanted = (
        "000201" "010212" "2627" "0023ID.CONTOH.TIDAK-BERLAKU" "52049311" "5303360" "5406123456" "5802ID"
        "5921CONTOH Kota Percobaan" "6009PERCOBAAN" "610565119" "6224" "012035730100010020034026" "6304"
    )  # fmt: skip
    assert text == wanted + checksum(wanted)


@given(amount=some.integers(1, 10**12 - 1), bill=some.text("0123456789ABCXYZ", min_size=1, max_size=25))
@settings(max_examples=150)
def test_what_is_written_is_read_back(amount: int, bill: str):
    for merchant in (SAMPLE, MERCHANT):
        payload = read_payload(PayloadWriter(merchant).payload(amount, bill))
        assert (payload.amount, payload.bill, payload.sample) == (amount, bill, merchant.sample)
        assert payload.text("51", "02") == merchant.nmid
        assert payload.text("53") == "360"


def test_every_changed_digit_and_every_swap_is_noticed():
    text = PayloadWriter(MERCHANT).payload(98_765, "357301000100200340")
    for place in range(len(text)):
        other = "1" if text[place] != "1" else "2"
        with pytest.raises(Refused):
            read_payload(text[:place] + other + text[place + 1 :])
    for place in range(len(text) - 1):
        if text[place] != text[place + 1]:
            with pytest.raises(Refused):
                read_payload(text[:place] + text[place + 1] + text[place] + text[place + 2 :])


@pytest.mark.parametrize("body", ["000201000201", "00020199", "000201xx02ab", "0002020102115303360", "5303360000201"])
def test_a_right_checksum_does_not_make_a_wrong_payload_right(body):
    with pytest.raises(Refused):
        read_payload(body + "6304" + checksum(body + "6304"))
    assert read_payload("0002015303360" + "6304" + checksum("00020153033606304")).text("53") == "360"


def test_a_region_without_nmid_has_no_code_and_a_sample_can_not_be_paid():
    with pytest.raises(Refused) as refused:
        PayloadWriter(replace(MERCHANT, nmid=None))
    assert "NMID" in refused.value.problem.text("id")
    payload = read_payload(PayloadWriter(replace(SAMPLE, nmid="ID1000000000001", pan=MERCHANT.pan)).payload(1, "1"))
    assert payload.sample
    assert payload.text("59", "") == "CONTOH Kota Percobaan"
    assert "51" not in payload.fields
    assert payload.text("26", "01") is None


@pytest.mark.parametrize(("field", "value"), [
    ("name", ""), ("name", "x" * 26), ("name", "Kota Ünik"), ("city", "x" * 16), ("postal_code", "6511"),
    ("nmid", "1000000000001"), ("pan", "1234"), ("criterion", "BIG"), ("category", "93"), ("acquirer_domain", ""),
    ("merchant_id", "x" * 16),
])
def test_a_wrong_field_of_the_merchant_is_named(field, value):
    PayloadWriter(MERCHANT)
    with pytest.raises(Refused) as refused:
        PayloadWriter(replace(MERCHANT, **{field: value}))
    assert field in refused.value.problem.text("id")


@pytest.mark.parametrize(("amount", "bill"), [(0, "1"), (-5, "1"), (10**12, "1"), (True, "1"), (1.5, "1"), (1, ""),
                                              (1, "x" * 26), (1, "35.73"), (1, "é")])
def test_wrong_amounts_and_bill_numbers_are_refused(amount, bill):
    with pytest.raises(Refused) as refused:
        PayloadWriter(SAMPLE).payload(amount, bill)
    assert refused.value.problem.remedy is not None


def test_fields_count_characters():
    assert write_fields([("59", "ab"), ("60", "")]) == "5902ab6000"
