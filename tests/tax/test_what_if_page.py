"""What if on the own roll, as an officer uses it: typed, tried, solved, sent to a colleague, downloaded."""

from __future__ import annotations

import csv
import html
import io
import json
import re
from fractions import Fraction

import pytest
from tests.tax.test_assessment import approved, malang, people, post  # noqa: F401
from tests.tax.test_rolls import columns, load
from tests.tax.test_runs_pages import _settings, signed_in, text  # noqa: F401

from sepadan.records.public import Role, region_scope
from sepadan.tax.models import Bill

AT = "/id/35.73/pajak/andai/"
DRAFT = {"pada": "2026-01-01", "lawan": "law", "dulu": "2025-01-01", "rate1": "0,2", "ratio_at1": "100",
         "waiver_up_to": "0", "tiering": "slab"}
OLD, NEW = Fraction(55, 100_000), Fraction(2, 1000)
pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "owner"])


def half_up(value: Fraction) -> int:
    return int(value + Fraction(1, 2))


def taxable() -> list[int]:
    """The taxable value of each object at ratio 1: NJOP less Rp10,000,000 for the dearest object of each owner."""
    given = columns()
    best: dict[int, int] = {}
    for place, owner in enumerate(given.owner.tolist()):
        if owner not in best or given.njop[place] > given.njop[best[owner]]:
            best[owner] = place
    return [max(0, int(njop) - (10_000_000 if best[int(owner)] == place else 0))
            for place, (njop, owner) in enumerate(zip(given.njop, given.owner, strict=True))]


def test_a_draft_is_tried_against_last_years_law_to_the_rupiah(malang):  # noqa: F811
    load(malang, columns())
    client = signed_in(malang, "dewi-w", Role.TAX_OFFICER)
    found = json.loads(client.get(AT, {**DRAFT, "format": "json"}).content)
    before, after = (sum(half_up(value * rate) for value in taxable()) for rate in (OLD, NEW))
    assert (found["revenue_before"], found["revenue"]) == (before, after)
    assert (found["whole"]["up"], found["whole"]["down"], found["whole"]["objects"]) == (12, 0, 12)
    answer = client.get(AT, {**DRAFT, "format": "csv"})
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert sum(int(row["after"]) for row in rows) == after
    assert "njoptkp" in found["assumed"]


def test_the_ratio_so_that_nobody_pays_more_is_found_and_its_address_holds_the_draft(malang):  # noqa: F811
    """0.055 / 0.2 = 27.5 %: every bill is what it was."""
    load(malang, columns())
    client = signed_in(malang, "dewi-w", Role.TAX_OFFICER)
    said = client.get(AT, {**DRAFT, "solve": "nobody"})
    assert "tidak seorang pun membayar lebih dari tahun lalu" in text(said)
    address = html.unescape(re.search(r'href="(\?[^"]*ratio_at1=[^"]*)"', said.content.decode())[1])
    assert "ratio_at1=27%2C5" in address
    sent = json.loads(client.get(AT + address + "&format=json").content)
    assert (sent["whole"]["up"], sent["revenue"]) == (0, sent["revenue_before"])
    kept = json.loads(client.get(AT, {**DRAFT, "solve": "revenue", "format": "json"}).content)["solution"]
    assert (kept["solved"], kept["residue"]) == (True, 0)


def test_without_a_solution_the_nearest_bound_and_the_shortfall_are_said(malang):  # noqa: F811
    load(malang, columns())
    client = signed_in(malang, "dewi-w", Role.TAX_OFFICER)
    hard = {**DRAFT, "rate1": "0,4", "solve": "nobody"}  # 20 % of 0.4 % is 0.08 %, more than 0.055 %
    said = text(client.get(AT, hard))
    assert "Tidak ada penyelesaian" in said
    found = json.loads(client.get(AT, {**hard, "format": "json"}).content)["solution"]
    at_bound = [half_up(value * Fraction(4, 1000) / 5) - half_up(value * OLD) for value in taxable()]
    assert (found["solved"], found["above"], found["above_by"]) == (False, 12, sum(at_bound))
    assert found["bands"][0]["ratio"] == "1/5"


def test_last_years_bills_can_be_held_against_the_draft(malang, people):  # noqa: F811
    run = approved(malang, load(malang, columns()), people)
    post(malang, run, people[0])
    client = signed_in(malang, "dewi-w", Role.TAX_OFFICER)
    found = json.loads(client.get(AT, {**DRAFT, "lawan": "bills", "tahun": "2025", "format": "json"}).content)
    with region_scope(malang):
        assert found["revenue_before"] == sum(Bill.objects.values_list("payable", flat=True))
    assert found["against"] == {"kind": "bills", "on": None, "year": 2025}


def test_rows_come_and_go_without_script_and_faults_stand_at_their_fields(malang):  # noqa: F811
    load(malang, columns())
    client = signed_in(malang, "dewi-w", Role.TAX_OFFICER)
    more = text(client.get(AT, {**DRAFT, "add_tier": "1", "add_band": "1"}))
    assert ('name="rate2"' in more, 'name="ratio_at2"' in more, "Akibatnya" in more) == (True, True, False)
    less = text(client.get(AT, {**DRAFT, "to1": "1.000", "rate2": "0,3", "drop_tier": "1"}))
    assert ('name="rate2"' in less, 'value="0,3"' in less) == (False, True)
    wrong = client.get(AT, {**DRAFT, "rate1": "0,9"})  # above the national ceiling of 0.5 %
    assert wrong.status_code == 422
    typo = client.get(AT, {**DRAFT, "njoptkp": "sepuluh juta"})
    assert (typo.status_code, 'href="#njoptkp"' in typo.content.decode()) == (422, True)
    denied = signed_in(malang, "eko-w", Role.WASTE_OFFICER)
    assert (denied.get(AT).status_code, client.get(AT).status_code) == (403, 200)
