"""Who may read runs and bills; the list of a kelurahan; a bill that explains itself from its stored values."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from django.contrib.auth.models import AnonymousUser
from django.http import Http404
from tests.tax.test_assessment import approved
from tests.tax.test_rolls import columns, load

from sepadan.ground.problems import Refused
from sepadan.records.public import Actor, Membership, Person, Role, account_scope, open_chart, region_scope
from sepadan.tax import access
from sepadan.tax.models import AssessmentRun, Bill
from sepadan.tax.queries.bills import bills_of_object, delivery_list, list_totals, live_bill
from sepadan.tax.services.assessment_explained import explain_bill
from sepadan.tax.services.posting import post_run
from sepadan.territory.models import Region

NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "owner"])


@pytest.fixture(autouse=True)
def _data(settings: object, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path  # type: ignore[attr-defined]


def person(name: str, region: Region | None = None, role: Role | None = None) -> Person:
    made = Person.objects.create_user(f"{name}@contoh.go.id", name.title())
    if region is not None and role is not None:
        with region_scope(region), account_scope(person_id=made.pk):
            Membership.objects.create(person=made, role=role.value, valid_from=date(2026, 1, 1), granted_at=NOW)
    return made


@pytest.fixture
def posted(transactional_db: None) -> tuple[Region, AssessmentRun]:
    region = Region.objects.get(code="35.73")
    with region_scope(region):
        open_chart(["pbb"])
    actors = tuple(Actor(name=one.name, person_id=one.pk) for one in (person("ani"), person("budi"), person("citra")))
    run = approved(region, load(region, columns()), actors)  # type: ignore[arg-type]
    post_run(region, run.pk, actor=actors[0], clock=lambda: NOW)
    with region_scope(region):
        run.refresh_from_db()
    return region, run


def test_the_tax_desk_of_the_region_sees_runs_and_bills_and_nobody_else(posted):
    malang, run = posted
    bekasi = Region.objects.get(code="32.16")
    officer, auditor = person("dewi", malang, Role.TAX_OFFICER), person("eko", malang, Role.AUDITOR)
    others = [person("fajar", bekasi, Role.TAX_OFFICER), person("gita", malang, Role.WASTE_OFFICER), AnonymousUser()]
    with region_scope(malang):
        bill = Bill.objects.first()
        for one in (officer, auditor):
            assert access.run_for(one, malang, run.pk) == run
            assert access.bill_for(one, malang, bill.pk) == bill
            assert access.runs_for(one, malang) == [run]
        assert access.run_for(officer, malang, run.pk, action="tax.write") == run
        for one, action in ((auditor, "tax.write"), (officer, "tax.approve")):
            with pytest.raises(Http404):
                access.run_for(one, malang, run.pk, action=action)
        for one in others:
            assert access.runs_for(one, malang) == []
            with pytest.raises(Http404):
                access.run_for(one, malang, run.pk)
            with pytest.raises(Http404):
                access.bill_for(one, malang, bill.pk)
    with region_scope(bekasi):  # his own region does not have it
        for one in (officer, others[0]):
            with pytest.raises(Http404):
                access.run_for(one, bekasi, run.pk)
            with pytest.raises(Http404):
                access.bill_for(one, bekasi, bill.pk)


def test_the_lists_of_the_kelurahan_are_the_run(posted):
    malang, run = posted
    with region_scope(malang):
        totals = list_totals(run)
        assert [(one.code, one.bills) for one in totals] == [("35.73.02.1001", 6), ("35.73.02.1002", 6)]
        assert sum(one.payable for one in totals) == run.control["payable"]
        for one in totals:
            lines = list(delivery_list(run, one.kelurahan_id))
            assert [line.nop for line in lines] == sorted(line.nop for line in lines)
            assert (len(lines), sum(line.payable for line in lines)) == (one.bills, one.payable)
            assert all(line.taxpayer.startswith("Wajib Pajak Uji") for line in lines)


def test_a_bill_explains_itself_from_its_stored_values_and_only_by_its_own_law(posted):
    malang, run = posted
    with region_scope(malang):
        nop = Bill.objects.filter(takes_njoptkp=True).order_by("nop").first().nop
        bill = live_bill(nop, 2025)
        assert bill is not None
        assert bills_of_object(nop) == [bill]
        steps = explain_bill(bill)
        assert [step.value for step in steps] == [bill.njop, -bill.deduction, bill.taxable, bill.rate, bill.pbb]
        assert any(basis.kind == "law" for step in steps for basis in step.bases)
        assert any(basis.kind == "assumption" for step in steps for basis in step.bases)
        AssessmentRun.objects.filter(pk=run.pk).update(law_fingerprint="0" * 64)
        with pytest.raises(Refused):
            explain_bill(live_bill(nop, 2025))
        assert live_bill(nop, 2024) is None
