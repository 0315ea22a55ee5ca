"""Pages of bills: what an officer finds and hands out, what a citizen sees by NOP and code, and what nobody guesses."""

from __future__ import annotations

import io
import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pypdf import PdfReader
from tests.portal.test_hostile_addresses import TEXTS, escaped
from tests.tax.bill_years import COUNT, NOW, officers, posted_years

from sepadan.records.public import (
    Actor,
    AuditEntry,
    Channel,
    Document,
    Membership,
    Person,
    Role,
    account_scope,
    content_of,
    grouped,
    receive_payment,
    region_scope,
    run_worker,
)
from sepadan.tax import tasks_bills
from sepadan.tax.documents.bill_papers import written_nop
from sepadan.tax.models import AssessmentRun, Bill, CollectionLetter, DeliveryEvent, LetterKind
from sepadan.tax.queries.bills import bills
from sepadan.tax.queries.deliveries import delivered_on
from sepadan.tax.services.bill_codes import code_of
from sepadan.tax.services.bill_law import changes_of_bill
from sepadan.tax.services.collection_letters import write_letters
from sepadan.tax.services.letter_acts import sign_letter
from sepadan.territory.models import Region

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "owner"])
DESK = "/id/35.73/pajak/sppt/"


@pytest.fixture(autouse=True)
def _data(settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.DATA_DIR = tmp_path
    settings.SECOND_FACTOR_ROLES = []
    settings.STORAGES = {**settings.STORAGES, "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
    monkeypatch.setattr(tasks_bills, "PROCESSES", 1)


@pytest.fixture
def year(transactional_db: None) -> tuple[Region, AssessmentRun]:
    malang = Region.objects.get(code="35.73")
    return malang, posted_years(malang, officers())[1]


def signed_in(region: Region, role: Role) -> Client:
    made = Person.objects.create_user(f"{role.value}@contoh.go.id", role.value.title())
    with region_scope(region), account_scope(person_id=made.pk):
        Membership.objects.create(person=made, role=role.value, valid_from=date(2026, 1, 1), granted_at=NOW)
    client = Client()
    with account_scope(person_id=made.pk):
        client.force_login(made)
    return client


def dots(amount: int) -> str:
    return f"{amount:,}".replace(",", ".")


def test_an_officer_finds_a_bill_and_hands_out_its_papers(year):
    malang, run = year
    client, auditor = signed_in(malang, Role.TAX_OFFICER), signed_in(malang, Role.AUDITOR)
    with region_scope(malang):
        bill = bills().filter(run=run, payable__gt=1).order_by("nop").first()
        path = f"{DESK}{bill.pk}/"
    for typed in (bill.nop, bill.nop[:10], written_nop(bill.nop), bill.taxpayer.name):
        assert path in client.get(DESK, {"q": typed}).content.decode()
    assert path not in client.get(DESK, {"q": "tidak ada"}).content.decode()
    page = client.get(path).content.decode()
    for wanted in (written_nop(bill.nop), dots(bill.njop), f"assessment:{run.pk}:{bill.nop}", "Perda Kota Malang"):
        assert wanted in page
    assert len(PdfReader(io.BytesIO(client.get(f"{path}sppt.pdf").content)).pages) == 1

    refused = client.post(f"{path}surat/", {"kind": "no_arrears"})
    assert refused.status_code == 409
    assert "2025" in refused.content.decode()
    assert auditor.post(f"{path}surat/", {"kind": "njop"}).status_code == 403
    with region_scope(malang):
        for one in bills().filter(nop=bill.nop, charge__isnull=False):
            receive_payment(one.charge, channel=Channel.COUNTER, reference=f"L-{one.pk}", amount=one.payable * 2,
                            paid_at=NOW, now=NOW)
        payment = bill.charge.payments.get()
    for kind in ("no_arrears", "copy", "njop"):
        assert client.post(f"{path}surat/", {"kind": kind}).status_code == 302
    for _ in range(2):  # the same receipt again
        assert client.post(f"{path}surat/", {"kind": "sspd", "payment": str(payment.pk)}).status_code == 302
    assert client.post(f"{path}surat/", {"kind": "lain"}).status_code == 409
    with region_scope(malang):
        made = {one.kind: one for one in Document.objects.select_related("number").order_by("id")}
        assert sorted(made) == ["tax.copy", "tax.njop", "tax.no_arrears", "tax.sspd"]
        assert Document.objects.count() == 4
        assert made["tax.sspd"].number.text == "SSPD-000001/2026"
        texts = {kind: " ".join(page.extract_text() for page in PdfReader(io.BytesIO(content_of(one))).pages)
                 for kind, one in made.items()}
    assert f"Rp{dots(payment.amount)}" in " ".join(texts["tax.sspd"].split())
    assert f"Rp{dots(bill.njop)}" in " ".join(texts["tax.njop"].split())
    assert "2024–2025" in texts["tax.no_arrears"]
    assert all(written_nop(bill.nop) in text for text in texts.values())
    assert "/dokumen/" in client.get(path).content.decode()


def test_a_print_is_started_and_fetched_by_kelurahan_and_each_fetch_is_recorded(year):
    malang, run = year
    client, auditor = signed_in(malang, Role.TAX_OFFICER), signed_in(malang, Role.AUDITOR)
    path = f"{DESK}cetak/{run.pk}/"
    file = f"{path}35.73.02.1001/"
    assert client.get(f"{file}pdf/").status_code == 404
    assert auditor.post(f"{path}mulai/").status_code == 403
    assert client.post(f"{path}mulai/", {"kelurahan": "35.73.02.1001"}).status_code == 302
    run_worker(until_empty=True)
    page = client.get(path).content.decode()
    assert "1 dari 2 kelurahan" in page
    sheets = client.get(f"{file}pdf/")
    count = len(PdfReader(io.BytesIO(b"".join(sheets.streaming_content))).pages)
    listed = b"".join(client.get(f"{file}list/").streaming_content).decode("utf-8-sig").splitlines()
    assert count == len(listed) - 1 > 1
    paper = PdfReader(io.BytesIO(b"".join(client.get(f"{file}list_pdf/").streaming_content)))
    text = " ".join(one.extract_text() for one in paper.pages)
    assert f"{count} lembar" in text
    with region_scope(malang):
        shown = bills().filter(run=run, kelurahan__code="35.73.02.1001", taxable_object__sppt_printed=True)
        assert [one.nop for one in shown if written_nop(one.nop) not in text] == []
        assert AuditEntry.objects.filter(action="tax.audit.print_fetched").count() == 3
    assert client.get(f"{path}35.73.02.1002/pdf/").status_code == 404
    assert client.get(f"{file}receipt/").status_code == 404
    assert auditor.get(f"{file}pdf/").status_code == 403


def test_delivery_is_recorded_on_the_pages_and_a_faulty_list_keeps_its_report_back(year):
    malang, run = year
    client = signed_in(malang, Role.TAX_OFFICER)
    with region_scope(malang):
        first, second, third = bills().filter(run=run, kelurahan__code="35.73.02.1001").order_by("nop")[:3]
    place = f"{DESK}antaran/{run.pk}/35.73.02.1001/"
    assert client.post(f"{DESK}{first.pk}/antaran/", {"act": "hand", "on": "2025-03-01", "receiver": "family",
                                                      "handed_to": "Bu Rina"}).status_code == 302
    assert client.post(f"{DESK}{first.pk}/antaran/", {"act": "hand", "on": "2031-03-01",
                                                      "receiver": "self"}).status_code == 409
    assert client.post(f"{DESK}{first.pk}/antaran/", {"act": "return", "on": "besok"}).status_code == 422
    assert "Bu Rina" in client.get(f"{DESK}{first.pk}/").content.decode()
    bad = SimpleUploadedFile("kembali.csv", b"nop,alasan\n1234,pindah\n", "text/csv")
    page = client.post(place, {"act": "done", "on": "2025-03-20", "carrier": "Kelurahan", "returned": bad})
    assert page.status_code == 422
    assert "Baris 2" in page.content.decode()
    good = SimpleUploadedFile("kembali.csv", f"nop,alasan\n{second.nop},rumah kosong\n".encode(), "text/csv")
    assert client.post(place, {"act": "done", "on": "2025-03-20", "carrier": "Kelurahan",
                               "returned": good}).status_code == 302
    page = client.get(place).content.decode()
    assert written_nop(second.nop) in page
    assert "rumah kosong" in page
    with region_scope(malang):
        assert [delivered_on(one) for one in (first, second, third)] == [date(2025, 3, 1), None, date(2025, 3, 20)]
        event = DeliveryEvent.objects.get(bill=first)
    assert client.post(f"{DESK}{first.pk}/antaran/", {"act": "withdraw", "event": str(event.pk),
                                                      "note": "salah"}).status_code == 302
    for typed in ("", "x", "9" * 30, str(event.pk + 999)):
        answer = client.post(f"{DESK}{first.pk}/antaran/", {"act": "withdraw", "event": typed, "note": "salah"})
        assert answer.status_code == 404


def test_a_citizen_sees_the_bill_by_nop_and_code_and_nothing_else(year):
    malang, run = year
    with region_scope(malang):
        bill = bills().filter(run=run, payable__gt=1).order_by("nop").first()
        code, old = code_of(bill), bills().filter(nop=bill.nop, tax_year=2024).get()
        other = bills().filter(run=run).exclude(nop=bill.nop).first()
    client, path = Client(), f"/id/35.73/sppt/{bill.nop}/{code}/"
    answer = client.post("/id/35.73/sppt/", {"nop": written_nop(bill.nop), "code": grouped(code).lower()})
    assert (answer.status_code, answer["Location"]) == (302, path)
    page = client.get(path)
    assert (page["Cache-Control"], page["X-Robots-Tag"]) == ("private, no-store", "noindex, nofollow")
    text = page.content.decode()
    for wanted in (bill.taxpayer.name, written_nop(bill.nop), f"Rp{dots(bill.njop)}", "Perda Kota Malang 4/2023"):
        assert wanted in text
    with region_scope(malang):
        for change in changes_of_bill(bill):
            assert dots(change.payable) in text
    sheet = PdfReader(io.BytesIO(client.get(f"{path}sppt.pdf").content)).pages[0].extract_text()
    assert bill.taxpayer.name in sheet
    with region_scope(malang):
        demand = signed_demand(bill)
    assert demand.number in client.get(path).content.decode()
    with region_scope(malang):
        assert code_of(old) != code
        assert client.get(f"/id/35.73/sppt/{old.nop}/{code_of(old)}/").status_code == 200  # the sheet of last year

    wrong = [(bill.nop, code_of(other)), (other.nop, code), ("357301000000000000", code), (bill.nop, code[:-1] + "U")]
    answers = {told(client, nop, typed) for nop, typed in wrong}
    assert len(answers) == 1  # the same answer whatever is wrong
    assert bill.taxpayer.name not in answers.pop()
    assert client.get(f"/id/32.16/sppt/{bill.nop}/{code}/").status_code == 404  # another region's page
    posted = {client.post("/id/35.73/sppt/", {"nop": nop, "code": typed}).status_code for nop, typed in wrong}
    assert posted == {422}


def test_whatever_stands_in_an_address_or_a_field_is_answered_by_a_page(year):
    malang, run = year
    client, citizen = signed_in(malang, Role.TAX_OFFICER), Client()
    for text in TEXTS:
        one = escaped(text) or "x"
        answers = [client.get(f"{DESK}?q={escaped(text)}"), citizen.get(f"/id/35.73/sppt/{one}/{one}/"),
                   client.get(f"{DESK}antaran/{run.pk}/{one}/"), client.get(f"{DESK}cetak/{run.pk}/{one}/{one}/"),
                   citizen.post("/id/35.73/sppt/", {"nop": text.encode("utf-8", "replace").decode(), "code": "x"})]
        for answer in answers:
            assert answer.status_code in (200, 400, 404, 422, 429), (text, answer.request["PATH_INFO"])
            assert b"<script>alert(1)" not in answer.content


def signed_demand(bill: Bill) -> CollectionLetter:
    """A demand (STPD) for *bill*, long after its due day."""
    ani, budi = Actor("Ani", bill.run.created_by_id), Actor("Budi", bill.run.approved_by_id)
    late = date(2027, 6, 1)
    drafts, _ = write_letters([bill.nop], LetterKind.STPD, actor=ani, now=NOW, today=late)
    draft = next(one for one in drafts if one.charge_id == bill.charge_id)
    return sign_letter(draft, version=1, actor=budi, now=NOW, today=late)


def told(client: Client, nop: str, code: str) -> str:
    """The page, without what the asker wrote into the address and the token of its form."""
    page = client.get(f"/id/35.73/sppt/{nop}/{code}/").content.decode()
    return re.sub(r'name="csrfmiddlewaretoken" value="[^"]*"', "", page.replace(f"{nop}/{code}", ""))


def test_guesses_at_a_code_are_slowed_down_whether_the_number_exists_or_not(year):
    malang, run = year
    with region_scope(malang):
        bill = bills().filter(run=run).first()
        code = code_of(bill)
    for nop in (bill.nop, "357301000000000000"):
        seen = [Client().get(f"/id/35.73/sppt/{nop}/{number:012d}/").status_code for number in range(14)]
        assert seen[:11] == [404] * 11
        assert seen[-1] == 429
    assert Client().get(f"/id/35.73/sppt/{bill.nop}/{code}/").status_code == 429  # even the right one has to wait


def test_what_would_change_a_bill_is_computed_by_the_engine(year):
    malang, run = year
    with region_scope(malang):
        rich = bills().filter(run=run, njop__gt=20_000_000)
        bill = rich.filter(takes_njoptkp=True, taxable_object__building_m2__gt=0).first()
        one = bill.taxable_object
        found = {change.what.key.rpartition(".")[2]: change for change in changes_of_bill(bill)}
        rate = bill.rate
        assert rate is not None

        def taxed(njop: int, deduction: int = 10_000_000, ratio: int = 100) -> int:
            return int(max(0, njop - deduction) * ratio * rate / 100 * 2 + 1) // 2  # rounded half up

        assert found["land"].payable == taxed(bill.njop - 10 * (one.njop_land // one.land_m2))
        assert found["no_building"].payable == taxed(one.njop_land)
        assert found["without_deduction"].payable == taxed(bill.njop, 0)
        assert found["ratio"].payable == taxed(bill.njop, ratio=90)
        assert all(change.difference == change.payable - bill.payable for change in found.values())
        without = rich.filter(takes_njoptkp=False).first()
        assert {change.what.key.rpartition(".")[2] for change in changes_of_bill(without)} >= {"with_deduction"}
        AssessmentRun.objects.filter(pk=run.pk).update(law_fingerprint="0" * 64)
        assert changes_of_bill(bills().get(pk=bill.pk)) == []  # another law on file: nothing is guessed
        assert Bill.objects.filter(run=run).count() == COUNT
