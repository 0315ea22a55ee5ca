"""A letter says what its facts say, whole, on as many pages as it takes, and refuses to be written with less."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import date

import pytest
from pypdf import PdfReader

from sepadan.ground.problems import Refused
from sepadan.tax.documents.letter import NEEDS, Addressee, LetterFacts, LetterOffice, LetterTable, Signer
from sepadan.tax.documents.letter_layout import letter_pdf

GIVEN = {"paid_on": date(2026, 9, 1), "amount": 1_310_000, "channel": "Bank Percobaan", "reference": "BP-77",
         "due_on": date(2026, 12, 24), "counted_on": date(2026, 11, 24), "days": 21, "hours": 48,
         "warning": "973/4/2026", "about": "pengurangan PBB-P2", "tax_year": "2026", "njop": 88_400_000,
         "years": "2021–2026", "demand": "973/9/STPD/2026", "demand_on": date(2026, 10, 1), "reason": "objek ganda",
         "warrant": "973/5/SP/2026", "bailiff": "Joko", "order": "973/6/SPMP/2026", "place": "rumah wajib pajak",
         "witnesses": "Adi dan Eko", "auction": "2 Januari 2027 di balai lelang", "kind": "Surat Teguran", "count": 12}
TABLE = LetterTable(("NOP", "Tahun", ">Jumlah"), tuple(("35.73.010.001.002-0034.0", str(year), f"{year}.000")
                                                     for year in range(2022, 2026)), ("Jumlah", "", "8.094.000"))


def facts(kind: str, **changed: object) -> LetterFacts:
    made = LetterFacts(
        LetterOffice("Kota Percobaan", "Badan Pendapatan Daerah", "Jl. Contoh No. 1", "Percobaan"), date(2026, 11, 24),
        Addressee("Siti Rahayu", ("Jl. Melati No. 3",)), "973/12/2026", (("NOP", "35.73.010.001.002-0034.0"),), TABLE,
        {name: GIVEN[name] for name in NEEDS[kind]}, signer=Signer("Kepala Badan", "Budi Santoso", "19700101"))
    return replace(made, **changed)


def text_of(content: bytes) -> str:
    return " ".join(" ".join(page.extract_text().split()) for page in PdfReader(io.BytesIO(content)).pages)


@pytest.mark.parametrize("kind", NEEDS)
def test_every_kind_says_its_facts(kind):
    text = text_of(letter_pdf(kind, facts(kind)))
    for said in ("Kota Percobaan", "973/12/2026", "24 November 2026", "Budi Santoso", "NIP 19700101", "8.094.000",
                 *(row[2] for row in TABLE.rows)):
        assert said in text
    for name in NEEDS[kind]:
        value = GIVEN[name]
        assert {"amount": "Rp1.310.000", "njop": "Rp88.400.000", "paid_on": "1 September 2026",
                "due_on": "24 Desember 2026", "counted_on": "24 November 2026",
                "demand_on": "1 Oktober 2026"}.get(name, str(value)) in text
    if kind not in ("decision", "lelang", "antaran"):
        assert "Siti Rahayu" in text
    assert letter_pdf(kind, facts(kind)) == letter_pdf(kind, facts(kind))


def test_a_letter_without_what_its_words_need_is_refused():
    for kind, names in NEEDS.items():
        for name in names:
            given = {key: value for key, value in facts(kind).params.items() if key != name}
            with pytest.raises(Refused, match=name):
                letter_pdf(kind, facts(kind, params=given))
    with pytest.raises(Refused, match="teguran"):
        letter_pdf("surat cinta", facts("sspd"))
    with pytest.raises(Refused, match="3"):
        letter_pdf("sspd", facts("sspd", table=LetterTable(("a", "b", ">c"), (("1", "2"),))))


def test_a_long_table_and_a_long_name_are_printed_whole():
    rows = tuple((f"35.73.010.001.002-{number:04d}.0", "Jl. " + "Sangat Panjang Sekali " * 3, f"{number}.111")
                 for number in range(150))
    name = "Raden Ajeng " + "Kusumaningtyas Țara " * 12 + "Akhirnya"
    content = letter_pdf("teguran", facts("teguran", table=LetterTable(("NOP", "Letak", ">Jumlah"), rows),
                                          to=Addressee(name)))
    text = text_of(content)
    assert [row[0] for row in rows if row[0] not in text or row[2] not in text] == []
    assert name.replace("Ț", "T") in text
    pages = PdfReader(io.BytesIO(content)).pages
    assert len(pages) > 2
    for number, page in enumerate(pages, 1):
        said = page.extract_text()
        assert f"Halaman {number} dari {len(pages)}" in said
        assert (number == 1) != ("lanjutan" in said)
        assert "diganti dengan yang terdekat" in said  # the letter outside the font is owned up to
