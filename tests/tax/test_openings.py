"""Opening balances by hand and on the desk: a bill from paper and a grade of evidence, each decided by a second person;
groups that add up to the ledger; lists that are taken away by officers alone, and recorded."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from sepadan.ground.problems import Refused
from sepadan.records.public import (
    Actor,
    AuditEntry,
    Charge,
    Membership,
    Person,
    Role,
    Transfer,
    account_scope,
    balances,
    quote,
    region_scope,
    standing,
)
from sepadan.tax.engine.nop import Nop
from sepadan.tax.models import Claim, Evidence, OpeningBill, OpeningProposal
from sepadan.tax.queries.opening import grade_of, said_paid
from sepadan.tax.services.arrears import arrears_list
from sepadan.tax.services.imports import map_places
from sepadan.tax.services.opening_list import summarise_inherited
from sepadan.tax.services.opening_proposals import (
    NewEntry,
    grant_proposal,
    propose_entry,
    propose_grade,
    reject_proposal,
)
from sepadan.territory.models import Region
from sepadan.territory.public import key_of

from .dues_trial import NOW, TODAY, owe, pay, two_actors

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "owner"])
PLACE, NOP = "3573010001", "357301000100200340"
DESK = "/id/35.73/pajak/saldo-awal/"


@pytest.fixture(autouse=True)
def _data(settings: object, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path / "data"  # type: ignore[attr-defined]
    settings.SECOND_FACTOR_ROLES = []  # type: ignore[attr-defined]
    settings.STORAGES = {**settings.STORAGES, "staticfiles": {  # type: ignore[attr-defined]
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}


@pytest.fixture
def malang(transactional_db: None) -> Region:
    region = Region.objects.get(code="35.73")
    with region_scope(region):
        map_places({PLACE: key_of("35.73.01.1001")}, actor=Actor("Uji"), now=NOW)
    return region


@pytest.fixture
def both(malang: Region) -> tuple[Actor, Actor]:
    """Who proposes, and who decides."""
    with region_scope(malang):
        return two_actors()


def entry(year: int = 2022, principal: int = 100_000, paid: int = 40_000, **more) -> NewEntry:
    given = {"nop": "35.73.010.001.002-0034.0", "tax_year": year, "principal": principal, "paid": paid,
             "due_on": date(year, 9, 30), "payer_name": "Siti", "grade": Evidence.LIST, "document": "DHKP 2022 baris 7",
             "reason": "Tertinggal dari impor", **more}
    return NewEntry(**given)


def test_a_bill_from_paper_is_booked_by_a_second_person_on_the_day_he_decides(malang, both):
    with region_scope(malang):
        ani, budi = both
        made = propose_entry(entry(), actor=ani, now=NOW, today=TODAY)
        assert not Charge.objects.exists()  # a proposal books nothing
        with pytest.raises(Refused, match="already waits"):
            propose_entry(entry(), actor=budi, now=NOW, today=TODAY)
        with pytest.raises(Refused, match="cannot decide"):
            grant_proposal(made, version=1, actor=ani, now=NOW, today=TODAY)
        with pytest.raises(IntegrityError), transaction.atomic():
            OpeningProposal.objects.filter(pk=made.pk).update(state="granted", decided_by=ani.person_id, decided_at=NOW)
        with pytest.raises(Refused, match="Somebody else changed"):
            grant_proposal(made, version=2, actor=budi, now=NOW, today=TODAY)
        grant_proposal(made, version=1, actor=budi, now=NOW, today=TODAY)
        bill, claim = OpeningBill.objects.get(), Claim.objects.get()
        assert (bill.payable, bill.principal_paid, bill.remainder, bill.tax_year) == (100_000, 40_000, 60_000, 2022)
        assert (claim.evidence, claim.nop, claim.kelurahan.code) == ("list", NOP, "35.73.01.1001")
        assert Transfer.objects.get().effective_on == TODAY
        assert quote(claim.charge, date(2022, 9, 30)).total == 60_000  # due as it was
        assert balances()["1.3.pbb"] == 60_000
        with pytest.raises(Refused, match="has been taken over"):
            propose_entry(entry(), actor=ani, now=NOW, today=TODAY)


def test_what_is_unsound_is_refused_before_anybody_decides(malang, both):
    with region_scope(malang):
        ani, budi = both
        for wrong, said in ((entry(principal=40_000), "nothing is left"), (entry(year=2027), "outside"),
                            (entry(due_on=date(2021, 12, 31)), "before its tax year"), (entry(nop="12"), "18 digits"),
                            (entry(document=" "), "name its evidence"), (entry(reason=" "), "reason")):
            with pytest.raises(Refused, match=said), transaction.atomic():
                propose_entry(wrong, actor=ani, now=NOW, today=TODAY)
        elsewhere = propose_entry(entry(nop="351201000100200340"), actor=ani, now=NOW, today=TODAY)
        with pytest.raises(Refused, match="not mapped"), transaction.atomic():
            grant_proposal(elsewhere, version=1, actor=budi, now=NOW, today=TODAY)
        with pytest.raises(Refused, match="reason"), transaction.atomic():
            reject_proposal(elsewhere, version=1, reason=" ", actor=budi, now=NOW)
        assert reject_proposal(elsewhere, version=1, reason="Bukan daerah ini", actor=budi, now=NOW).state == "rejected"
        assert not Charge.objects.exists()


def test_what_a_bill_from_paper_was_overpaid_becomes_a_credit_once_there_is_proof(malang, both):
    with region_scope(malang):
        ani, budi = both
        with pytest.raises(Refused, match="without any proof"), transaction.atomic():
            propose_entry(entry(paid=130_000, grade=Evidence.NONE, document=""), actor=ani, now=NOW, today=TODAY)
        with pytest.raises(Refused, match="nothing is left"), transaction.atomic():
            propose_entry(entry(paid=100_000), actor=ani, now=NOW, today=TODAY)
        made = propose_entry(entry(paid=130_000), actor=ani, now=NOW, today=TODAY)
        grant_proposal(made, version=1, actor=budi, now=NOW, today=TODAY)
        bill, claim = OpeningBill.objects.get(), Claim.objects.get()
        assert (bill.over, bill.remainder, bill.principal_paid, claim.origin) == (30_000, 0, 130_000, "credit")
        assert (standing(claim.charge).credit, quote(claim.charge, TODAY).total) == (30_000, 0)
        assert (balances()["3.pbb.1"], balances()["2.1"]) == (30_000, -30_000)
        assert "1.3.pbb" not in balances() or balances()["1.3.pbb"] == 0
        with pytest.raises(IntegrityError), transaction.atomic():  # nobody books it a second time
            Claim.objects.create(charge=owe(10_000, date(2023, 9, 30)), origin="credit", nop=NOP, tax_year=2022,
                                 evidence="list", source="uji", recorded_at=NOW)
    officer = signed_in(malang, Role.TAX_OFFICER)
    listed = text(officer, f"{DESK}kelebihan/")
    assert "30.000" in listed
    assert f"penagihan/tagihan/{claim.charge_id}/" in listed
    assert "1 SPPT lama dibayar lebih; Rp30.000" in text(officer, DESK)
    page = text(officer, f"/id/35.73/pajak/penagihan/tagihan/{claim.charge_id}/")
    assert "2022, kelebihan bayar lama" in page
    assert "usul/credit/" in page
    assert "usul/write_off/" not in page
    auditor = signed_in(malang, Role.AUDITOR)
    assert auditor.get(f"{DESK}kelebihan/?format=csv").status_code != 200


def test_a_bill_that_was_said_to_be_paid_may_be_claimed_by_itself_up_to_what_is_unproved(malang, both):
    with region_scope(malang):
        ani, budi = both
        OpeningBill.objects.create(
            nop=NOP, tax_year=2022, kelurahan_id=key_of("35.73.01.1001"), payer_name="Siti", due_on=date(2022, 9, 30),
            payable=100_000, said_paid=True, payments=1, principal_paid=30_000, interest_paid=0, over=0,
            unproved=70_000, remainder=0, evidence="partial", notes=["paid_short"], source="SISMIOP, impor 1", entry=1,
            recorded_at=NOW)
        more = propose_entry(entry(paid=20_000), actor=ani, now=NOW, today=TODAY)
        with pytest.raises(Refused, match="nothing is left"), transaction.atomic():
            grant_proposal(more, version=1, actor=budi, now=NOW, today=TODAY)  # 80,000 of 70,000
        reject_proposal(more, version=1, reason="Lebih dari sisanya", actor=budi, now=NOW)
        made = propose_entry(entry(paid=30_000), actor=ani, now=NOW, today=TODAY)
        grant_proposal(made, version=1, actor=budi, now=NOW, today=TODAY)
        assert (OpeningBill.objects.count(), balances()["1.3.pbb"]) == (1, 70_000)
        with pytest.raises(Refused, match="has been taken over"):
            propose_entry(entry(paid=30_000), actor=ani, now=NOW, today=TODAY)


def test_the_grade_in_force_is_the_one_a_second_person_granted_last_and_the_claim_stays_as_it_came(malang, both):
    with region_scope(malang):
        ani, budi = both
        charge = owe(100_000, date(2022, 9, 30))
        claim = Claim.objects.get(charge=charge)
        with pytest.raises(Refused, match="its grade already"):
            propose_grade(claim, Evidence.FULL, document="SPPT", reason="sama", actor=ani, now=NOW)
        made = propose_grade(claim, Evidence.NONE, document="", reason="SPPT-nya palsu", actor=ani, now=NOW)
        assert grade_of(claim) == "full"  # not before it is decided
        grant_proposal(made, version=1, actor=budi, now=NOW, today=TODAY)
        claim.refresh_from_db()
        assert (grade_of(claim), claim.evidence) == ("none", "full")
        entries = AuditEntry.objects.filter(action__startswith="tax.audit.opening_").order_by("id")
        assert [(one.action.rpartition("_")[2], one.actor_id) for one in entries] == [
            ("proposed", ani.person_id), ("granted", budi.person_id)]


def test_groups_add_up_to_what_is_open_of_the_books_and_age_gives_the_allowance(malang, both):
    with region_scope(malang):
        ani, budi = both
        young, old = owe(100_000, date(2026, 9, 30)), owe(200_000, date(2023, 9, 30))
        owe(50_000, date(2019, 9, 30), nop="357301000100200350")
        paid = owe(70_000, date(2022, 9, 30))
        pay(paid, date(2022, 9, 1), 70_000)
        pay(young, date(2026, 9, 1), 30_000)
        grant_proposal(propose_grade(Claim.objects.get(charge=old), Evidence.LIST, document="DHKP", reason="hilang",
                                     actor=ani, now=NOW), version=1, actor=budi, now=NOW, today=TODAY)
        arrears = arrears_list(TODAY, now=NOW)
        found = summarise_inherited(arrears)
    assert (found.whole.total, found.whole.charges, found.whole.objects) == (70_000 + 200_000 + 50_000, 3, 2)
    assert (found.taken, found.claims) == (420_000, 4)  # what was paid since is not open any more
    assert arrears.total == arrears.ledger == found.whole.total
    assert [(one.key, one.total) for one in found.years] == [(2019, 50_000), (2023, 200_000), (2026, 70_000)]
    assert [one.total for one in found.grades] == [120_000, 0, 200_000, 0]
    assert [(one.group.total, one.allowance) for one in found.ages] == [
        (70_000, 350), (0, 0), (200_000, 100_000), (50_000, 50_000)]  # 0.5, 10, 50 and 100 per cent


def signed_in(region: Region, role: Role) -> Client:
    made = Person.objects.create_user(f"{role.value}@contoh.go.id", role.value.title())
    with region_scope(region), account_scope(person_id=made.pk):
        Membership.objects.create(person=made, role=role.value, valid_from=date(2026, 1, 1), granted_at=NOW)
    client = Client()
    with account_scope(person_id=made.pk):
        client.force_login(made)
    return client


def text(client: Client, path: str) -> str:
    return " ".join(client.get(path).content.decode().split())


def test_what_is_claimed_of_a_bill_said_to_be_paid_is_not_shown_a_second_time(malang, both):
    officer = signed_in(malang, Role.TAX_OFFICER)
    other = "357301000100200350"
    with region_scope(malang):
        ani, budi = both
        for nop in (NOP, other):
            OpeningBill.objects.create(
                nop=nop, tax_year=2022, kelurahan_id=key_of("35.73.01.1001"), payer_name="Siti",
                due_on=date(2022, 9, 30), payable=100_000, said_paid=True, payments=0, principal_paid=0,
                interest_paid=0, over=0, unproved=100_000, remainder=0, evidence="partial", source="SISMIOP, impor 1",
                entry=1, recorded_at=NOW)
        assert sum(one.unproved for one in said_paid()) == 2 * 100_000
        both_shown = text(officer, DESK)
        grant_proposal(propose_entry(entry(paid=0), actor=ani, now=NOW, today=TODAY), version=1, actor=budi, now=NOW,
                       today=TODAY)
        assert [(one.nop, one.unproved) for one in said_paid()] == [(other, 100_000)]
        assert balances()["1.3.pbb"] == 100_000
    assert "200.000 tidak ditagih" in both_shown
    shown, page = text(officer, DESK), text(officer, f"{DESK}lunas-tanpa-bukti/")
    assert "200.000 tidak ditagih" not in shown
    assert "100.000 tidak ditagih" in shown
    assert str(Nop(other)) in page
    assert str(Nop(NOP)) not in page


def test_an_officer_proposes_an_approver_decides_and_an_auditor_takes_no_names_away(malang):
    officer, approver, auditor = (signed_in(malang, role) for role in (
        Role.TAX_OFFICER, Role.TAX_APPROVER, Role.AUDITOR))
    with region_scope(malang):
        owe(100_000, date(2022, 9, 30))
    given = {"nop": NOP, "tax_year": "2021", "principal": "80.000", "paid": "0", "due_on": "2021-09-30",
             "payer_name": "Siti", "grade": "list", "document": "DHKP 2021", "reason": "Tertinggal"}
    assert officer.post(f"{DESK}catat/", given | {"paid": "80.000"}).status_code == 422
    assert auditor.post(f"{DESK}catat/", given).status_code == 403
    page = officer.post(f"{DESK}catat/", given)["Location"]
    assert officer.post(page, {"act": "grant", "version": "1"}).status_code == 404
    assert "Setujui" not in text(officer, page)
    assert "Setujui" in text(approver, page)
    assert approver.post(page, {"act": "grant", "version": "1"})["Location"] == page
    shown = text(auditor, DESK)
    assert "Rp180.000" in shown
    assert "Hanya sebuah daftar" in shown
    assert "cari DHKP" in shown
    with region_scope(malang):
        claim = Claim.objects.get(tax_year=2021)
    assert "DHKP 2021" in text(auditor, f"{DESK}{claim.pk}/")
    assert "Usulkan tingkat lain" not in text(auditor, f"{DESK}{claim.pk}/")
    assert auditor.get(f"{DESK}?format=csv").status_code == 403
    sheet = officer.get(f"{DESK}?format=csv&grade=list").content.decode("utf-8-sig")
    assert "Siti" in sheet
    assert sheet.count("\n") == 2  # the head and one row
    with region_scope(malang):
        taken = AuditEntry.objects.get(action="records.audit.exported")
        assert (taken.after["rows"], taken.after["filter"]) == (1, {"grade": "list"})
    other = Region.objects.get(code="32.16")
    stranger = signed_in_elsewhere(other)
    for path in (DESK, f"{DESK}{claim.pk}/", page):
        assert stranger.get(path).status_code in (403, 404)


def signed_in_elsewhere(region: Region) -> Client:
    made = Person.objects.create_user("bekasi@contoh.go.id", "Bekasi")
    with region_scope(region), account_scope(person_id=made.pk):
        Membership.objects.create(person=made, role=Role.TAX_OFFICER.value, valid_from=date(2026, 1, 1), granted_at=NOW)
    client = Client()
    with account_scope(person_id=made.pk):
        client.force_login(made)
    return client
