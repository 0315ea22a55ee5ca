"""A sheet says what its bill says, whatever the names; its QR codes are read back from the printed page."""

from __future__ import annotations

import io
from dataclasses import replace

import pytest
from pypdf import PdfReader
from tests.pdf_codes import codes_on

from sepadan.ground.problems import Refused
from sepadan.tax.documents.bill_sheet import BillSheet, amount_in_words
from sepadan.tax.documents.mass_print import bill_pdf
from sepadan.tax.documents.sheet_font import encode, font
from sepadan.tax.engine.qris import read_payload

from .sample_sheets import number, sheet

ONE = sheet(7, 12, 100)


def page_text(data: bytes) -> str:
    return " ".join(PdfReader(io.BytesIO(data)).pages[0].extract_text().split())


def said(bill: BillSheet) -> list[str]:
    """Everything that must stand on the sheet of *bill*."""
    texts = [
        bill.nop_written,
        bill.payer,
        bill.payer_address,
        bill.object_street,
        bill.object_place,
        bill.kelurahan,
        bill.kecamatan,
        f"Rp{number(bill.payable)}",
        number(bill.njop),
        number(bill.land.value),
        bill.bill_code,
        "30 September 2026",
        bill.office.region,
        str(bill.office.tax_year),
    ]
    texts += [text for step in bill.steps for text in (step.label, step.value, step.basis)]
    texts += [f"{past.year} {number(past.pbb)}" for past in bill.history if past.pbb is not None]
    account = bill.virtual_account or ""
    return [*texts, " ".join(account[start : start + 4] for start in range(0, len(account), 4))]


def test_a_sheet_says_what_its_bill_says():
    data, problems = bill_pdf(ONE)
    text = page_text(data)
    assert [wanted for wanted in said(ONE) if wanted not in text] == []
    assert problems == []
    words = amount_in_words(ONE.payable)
    assert words[:1].upper() + words[1:] in text


@pytest.mark.parametrize(("amount", "words"), [
    (0, "nol rupiah"), (11, "sebelas rupiah"), (19, "sembilan belas rupiah"), (20, "dua puluh rupiah"),
    (100, "seratus rupiah"), (999, "sembilan ratus sembilan puluh sembilan rupiah"), (1000, "seribu rupiah"),
    (1_250, "seribu dua ratus lima puluh rupiah"), (11_000, "sebelas ribu rupiah"),
    (101_000, "seratus satu ribu rupiah"),
    (1_000_000, "satu juta rupiah"), (2_001_001_110, "dua miliar satu juta seribu seratus sepuluh rupiah"),
])  # fmt: skip
def test_amounts_in_words(amount, words):
    assert amount_in_words(amount) == words
    with pytest.raises(ValueError, match="no words"):
        amount_in_words(-1)


def test_the_codes_on_the_printed_page_are_read_by_an_independent_decoder():
    assert codes_on(bill_pdf(ONE)[0]) == {ONE.bill_url, ONE.qris}
    payload = read_payload(ONE.qris or "")
    assert (payload.amount, payload.bill, payload.sample) == (ONE.payable, ONE.nop + "2026", True)


def test_letters_outside_the_font_are_replaced_noted_and_told():
    data, problems = bill_pdf(replace(ONE, payer="Ștefan Нова (x) \\ Łuk", object_street="Jl. Kamboja №5"))
    text = page_text(data)
    assert "Stefan ???? (x) \\ ?uk" in text
    assert "diganti huruf terdekat" in text
    assert sorted((fault.what.params["field"].key, fault.what.params["letters"]) for fault in problems) == [
        ("tax.sheet.field.object_street", "№"),
        ("tax.sheet.field.payer", "ȘНоваŁ"),
    ]
    assert all(fault.remedy is not None and fault.where == ONE.nop_written for fault in problems)
    assert "diganti huruf terdekat" not in page_text(bill_pdf(ONE)[0])


def test_a_long_name_is_kept_whole_on_more_lines_and_a_longer_one_is_cut_and_told():
    long = "Raden Mas Kanjeng Gusti Pangeran Adipati Arya Suryaningrat Hadiwijaya dan kawan-kawan"
    data, problems = bill_pdf(replace(ONE, payer=long))
    assert long in page_text(data)
    assert problems == []
    data, problems = bill_pdf(replace(ONE, payer=long * 5))
    assert [fault.what.key for fault in problems] == ["tax.sheet.fault.long"]
    assert "…" in page_text(data)


def test_no_text_leaves_the_page_or_meets_another(tmp_path):
    bill = replace(
        ONE,
        payer="W" * 400,
        payer_address="M" * 400,
        object_street="Q" * 400,
        object_place="O" * 200,
        steps=ONE.steps * 2,
    )
    places = []
    PdfReader(io.BytesIO(bill_pdf(bill)[0])).pages[0].extract_text(
        visitor_text=lambda text, _, tm, __, size: text.strip() and places.append((text.strip(), tm[4], tm[5], size))
    )
    faces = (font("Regular"), font("SemiBold"))
    assert len(places) > 40
    for text, x, y, size in places:
        wide = max(face.width(encode(text)[0]) for face in faces) * size / 1000
        assert x > 40, (text, x)
        assert x + wide * 0.97 < 560 or "\n" in text, (text, x, wide)
        assert 10 < y < 830, (text, y)


def test_without_account_and_merchant_number_nothing_is_invented():
    data, _ = bill_pdf(replace(ONE, virtual_account=None, qris=None, synthetic=False))
    text = page_text(data)
    assert "belum tersedia" in text
    assert "QRIS belum tersedia" in text
    assert "CONTOH" not in text
    assert "CONTOH" in page_text(bill_pdf(ONE)[0])
    nothing = page_text(bill_pdf(replace(ONE, payable=0, qris=None))[0])
    assert "Tidak ada yang harus dibayar tahun ini." in nothing
    assert "QRIS belum" not in nothing


def test_more_steps_than_a_sheet_holds_are_refused():
    bill_pdf(replace(ONE, steps=ONE.steps * 2))
    with pytest.raises(Refused) as refused:
        bill_pdf(replace(ONE, steps=ONE.steps * 3))
    assert refused.value.problem.where == ONE.nop_written


def test_digits_are_equally_wide_so_that_columns_align():
    for weight in ("Regular", "SemiBold"):
        assert {font(weight).widths[ord(digit)] for digit in "0123456789"} == {600}
