"""A recorded visit as a value: kept and read back the same, each fault told with its place, claims judged."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from sepadan.ground.problems import Refused
from sepadan.study.engine.recorded import (
    Appointment,
    Attendee,
    FollowUp,
    Gap,
    RecordedLesson,
    Reference,
    Statement,
    Subject,
    VisitParts,
    WholeVisit,
    parts_as_json,
    parts_as_lines,
    parts_of_json,
    whole_as_json,
    whole_of_json,
)
from sepadan.study.engine.recorded_claims import checked_statements
from sepadan.study.engine.recorded_faults import identity_fault, part_faults, publication_faults, read_figure
from sepadan.study.facts import load_indicators, load_waste_assumptions

FIRST, LAST = date(2025, 1, 16), date(2025, 1, 17)
AREA = Statement("Luas Kota Malang 114,26 km²", "general", "host", "Wali Kota", "host", Decimal("114.26"), "", "",
                 "area_km2", Decimal("0.5"), 1)
PARTS = VisitParts(
    purpose=("Pajak daerah", "Sampah"), attendees=(Attendee("guest", "Kepala Bapenda", "memimpin"),),
    agenda=(Appointment(FIRST, "Penerimaan", "09.00"),), subjects=(Subject("tax", "PBB"),), statements=(AREA,),
    references=(Reference("Notulen", "https://contoh.go.id/notulen?id=1234567890123456789", "2025-01"),),
    gaps=(Gap("Biaya", "tidak terbit"),))  # fmt: skip
VISIT = WholeVisit("32.16", "35.73", "Studi", "Balai Kota", FIRST, LAST, PARTS, (
    RecordedLesson(7, "waste", "adopt", "guest", "Timbang", "", "DLH", date(2026, 1, 31), "landfill_inflow_tpd",
                   "agreed"),), (FollowUp(date(2025, 3, 1), "Dibahas", 7, "agreed"),))  # fmt: skip


def faults(**changes: object) -> list[str]:
    found = part_faults(replace(PARTS, **changes), first=FIRST, last=LAST, book=load_indicators())
    assert all(one.remedy is not None and one.text("id") != one.text("en") for one in found)
    return [f"{one.where} {one.what.key.removeprefix('study.visit.')}" for one in found]


def test_it_is_read_back_as_it_was_kept() -> None:
    assert parts_of_json(parts_as_json(PARTS)) == PARTS
    assert whole_of_json(whole_as_json(VISIT)) == VISIT
    assert parts_of_json({}) == VisitParts()
    assert parts_as_lines(PARTS)["references"] == [
        "Notulen · https://contoh.go.id/notulen?id=1234567890123456789 · 2025-01"]


@pytest.mark.parametrize(("text", "value"), [
    ("885271", "885271"), ("1.234.567", "1234567"), ("1,234,567", "1234567"), ("114,26", "114.26"),
    ("114.26", "114.26"), ("885.271,5", "885271.5"), ("1,234.5", "1234.5"), ("Rp 825.500.000.000", "825500000000"),
    ("0,255", "0.255"), ("-3,5", "-3.5"), ("1,2340", "1.2340"), ("1234,567", "1234.567"),
])
def test_a_figure_is_read_exactly_in_both_local_forms(text: str, value: str) -> None:
    assert read_figure(text, "figure") == Decimal(value)


@pytest.mark.parametrize(("text", "says"), [
    ("885.271", "two ways"), ("12,345", "two ways"), ("kira-kira 5", "kira-kira 5"), ("1.2.3", "1.2.3"),
    ("1.234,567.8", "1.234"), ("", "“”"), ("9" * 30, "999"),
])
def test_what_could_mean_two_things_or_none_is_refused(text: str, says: str) -> None:
    with pytest.raises(Refused, match=says):
        read_figure(text, "figure")


def test_a_sound_record_has_no_faults() -> None:
    assert faults() == []
    assert publication_faults(PARTS) == []


@pytest.mark.parametrize(("changes", "says"), [
    ({"purpose": ()}, ["purpose empty"]),
    ({"agenda": (Appointment(date(2025, 1, 18), "Pulang"),)}, ["agenda:1:on agenda_outside"]),
    ({"references": (Reference("Notulen", "javascript:alert(1)"),)}, ["references:1:url bad_address"]),
    ({"references": (Reference("Notulen", "https://"), Reference("B", "", "2024-13"))},
     ["references:1:url bad_address", "references:2:published bad_published"]),
    ({"statements": (replace(AREA, source=2),)}, ["statements:1:source source_number"]),
    ({"statements": (replace(AREA, period="24"),)}, ["statements:1:period bad_period"]),
    ({"statements": (replace(AREA, unit="ha"),)}, ["statements:1:unit other_unit"]),
    ({"statements": (replace(AREA, figure=None),)}, ["statements:1:figure no_figure"]),
    ({"statements": (AREA, replace(AREA, indicator="", unit=""))}, ["statements:2:unit no_unit"]),
    ({"statements": (replace(AREA, indicator="luas"),)}, ["statements:1:indicator no_indicator"]),
    ({"attendees": (Attendee("guest", "Kepala 3573010101900001"),)}, ["attendees:1:office identity"]),
    ({"purpose": ("NIP 19700101 199003 1 001",)}, ["purpose identity"]),
])
def test_every_fault_names_its_place_and_remedy(changes: dict[str, object], says: list[str]) -> None:
    assert faults(**changes) == says


def test_the_unit_of_an_indicator_may_be_written_out_and_money_is_rupiah() -> None:
    money = replace(AREA, indicator="tax_total", figure=Decimal(825_500_000_000), unit="Rupiah")
    assert faults(statements=(replace(AREA, unit="km²"), money)) == []
    assert identity_fault("Rp1.234.567.890.123.456 untuk 2024 2025 2026 2027", "text") is None


def test_without_source_or_office_it_is_not_ready_for_others() -> None:
    found = publication_faults(replace(PARTS, references=(), attendees=()))
    assert [one.where for one in found] == ["references", "attendees"]


def test_claims_get_the_verdict_of_the_published_figures() -> None:
    """114.26 km² is one of four published areas; the figure in use is 111.077: 114.26 / 111.077 - 1 is 2.87 %."""
    book, assumptions = load_indicators(), load_waste_assumptions()
    used = Decimal("111.077")
    said = (AREA, replace(AREA, within_pct=Decimal(5)), replace(AREA, figure=used, within_pct=Decimal(0)),
            replace(AREA, figure=None, indicator=""), replace(AREA, indicator="", unit="km²"),
            replace(AREA, period="1990"), replace(AREA, about="guest"))  # fmt: skip
    visit = replace(VISIT, parts=replace(PARTS, statements=said))
    found = checked_statements(book, visit, assumptions)
    assert abs(AREA.figure / used - 1) * 100 > Decimal("0.5")
    assert [one.verdict for one in found] == ["not_supported", "supported", "supported", "cannot_be_checked",
                                              "cannot_be_checked", "cannot_be_checked", "not_supported"]
    assert [one.claim.about for one in found][-2:] == ["35.73", "32.16"]
    elsewhere = checked_statements(book, replace(visit, host="35.05"), assumptions)
    assert elsewhere[0].verdict == "cannot_be_checked"
    assert "35.05" in elsewhere[0].answers[0].text.text("id")
