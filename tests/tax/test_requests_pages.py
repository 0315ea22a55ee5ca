"""The service desk through the whole stack: an objection from the counter to the credit, and the applicant's page."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from tests.tax.request_bill import NOP, post_bill

from sepadan.records.public import (
    Actor,
    AuditEntry,
    Channel,
    Person,
    Role,
    account_scope,
    grant_role,
    grouped,
    open_chart,
    receive_payment,
    region_scope,
    standing,
)
from sepadan.tax.models import Bill, BillChange, Request
from sepadan.tax.models.requests import Intake
from sepadan.tax.services.bill_codes import code_of
from sepadan.tax.services.request_codes import request_code
from sepadan.tax.services.requests import NewRequest, file_request
from sepadan.territory.models import Region

NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
DESK = "/id/35.73/pajak/pelayanan/"
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _settings(settings: object, tmp_path: Path) -> None:
    settings.DATA_DIR, settings.SECOND_FACTOR_ROLES = tmp_path, []  # type: ignore[attr-defined]


@pytest.fixture
def malang(db: None) -> Region:
    return Region.objects.get(code="35.73")


@pytest.fixture
def officers(malang: Region) -> dict[str, Actor]:
    """An officer, an approver, and an auditor who may only read."""
    found = {}
    with region_scope(malang):
        for name, role in (("ani", Role.TAX_OFFICER), ("budi", Role.TAX_APPROVER), ("citra", Role.AUDITOR)):
            person = Person.objects.create_user(f"{name}@contoh.go.id", name.title())
            grant_role(person, role, actor=Actor("uji"), now=NOW, today=date(2026, 1, 1), reason="uji")
            found[name] = Actor(person.name, person.pk)
    return found


@pytest.fixture
def bill(malang: Region, officers: dict[str, Actor]) -> Bill:
    with region_scope(malang):
        open_chart(["pbb"])
        return post_bill((officers["ani"], officers["budi"], officers["citra"]))


@pytest.fixture
def as_person(officers: dict[str, Actor]) -> Callable[[str], Client]:
    def sign_in(name: str) -> Client:
        client, key = Client(), officers[name].person_id
        with account_scope(person_id=key):
            client.force_login(Person.objects.get(pk=key))
        return client

    return sign_in


def version(client: Client, page: str) -> str:
    found = re.search(r'name="version" value="(\d+)"', client.get(page).content.decode())
    assert found is not None, page
    return found.group(1)


def test_an_objection_from_the_counter_to_the_credit(malang, officers, bill, as_person):
    ani, budi, citra = as_person("ani"), as_person("budi"), as_person("citra")
    with region_scope(malang):
        receive_payment(bill.charge, channel=Channel.BANK, reference="B1", amount=80_718,
                        paid_at=datetime(2025, 6, 2, 4, 0, tzinfo=UTC), now=NOW)
    form = {"received_on": "2025-04-01", "channel": "counter", "applicant_name": "Sri Rahayu", "nop": NOP,
            "tax_year": "2025", "statement": "Luasnya 100 m2.", "land_m2": "100"}
    new = f"{DESK}baru/objection_amount/"
    assert citra.post(new, form).status_code == 403  # who reads may not file
    assert ani.post(new, {**form, "applicant_name": ""}).status_code == 422
    answer = ani.post(new, form)
    assert answer.status_code == 302
    with region_scope(malang):
        made = Request.objects.get()
        code = request_code(made)
    page = f"{DESK}{made.pk}/"
    text = ani.get(page).content.decode()
    assert "Kurang 4 berkas wajib" in text
    assert "tepat waktu" in text
    for name in ("letter", "identity", "bill", "proof"):
        data = {"code": name, "version": version(ani, page)}
        if name == "proof":
            data["file"] = SimpleUploadedFile("ukur.pdf", b"%PDF-1.7 surat ukur")
        assert ani.post(f"{page}berkas/", data).status_code == 302
    old = version(ani, page)
    wrong = ani.post(f"{page}berkas/", {"code": "power", "version": old, "file": SimpleUploadedFile("a.exe", b"MZ")})
    assert wrong.status_code == 409
    assert "bukan PDF, JPEG atau PNG" in wrong.content.decode()
    assert ani.post(f"{page}langkah/", {"act": "complete", "version": old}).status_code == 302
    stale = ani.post(f"{page}langkah/", {"act": "examine", "version": old})
    assert stale.status_code == 409
    assert "Ani mengubah permohonan ini" in stale.content.decode()
    ani.post(f"{page}langkah/", {"act": "examine", "version": version(ani, page), "looked": "1", "note": "Diukur."})
    terms = {"version": version(ani, page), "outcome": "granted", "land_m2": "100", "reasons": "Luas 100 m2."}
    seen = ani.post(f"{page}usul/", {**terms, "act": "preview"}).content.decode()
    assert "Rp69.366" in seen
    assert "Rp11.352" in seen
    assert ani.post(f"{page}usul/", {**terms, "act": "propose"}).status_code == 302
    body = {"act": "decide", "version": version(budi, page)}
    assert ani.post(f"{page}putusan/", body).status_code == 403  # an officer does not decide
    assert "Rp11.352" in budi.get(page).content.decode()
    assert budi.post(f"{page}putusan/", body).status_code == 302
    done = {"act": "carry_out", "version": version(ani, page)}
    assert ani.post(f"{page}langkah/", done).status_code == 302
    assert ani.post(f"{page}langkah/", done).status_code == 409  # once
    with region_scope(malang):
        assert standing(bill.charge).credit == 80_718 - 69_366 + BillChange.objects.get(
            bill=bill).after["refund_interest"]  # by the day on which this runs
        made.refresh_from_db()
    letter = citra.get(f"/id/35.73/dokumen/{made.letter_id}/")
    assert letter.content.startswith(b"%PDF-")
    assert "Rp11.352" in citra.get(page).content.decode()
    told = Client().post("/id/35.73/permohonan/", {"number": made.number, "code": code.lower()}).content.decode()
    assert "Keputusan sudah dilaksanakan" in told
    assert "Sri Rahayu" not in told


def test_silence_grants_by_an_approver_only(malang, officers, bill, as_person):
    """A correction received on 3 February 2025, the day of the bill, was to be decided in six months."""
    ani, budi = as_person("ani"), as_person("budi")
    with region_scope(malang):
        made = file_request(NewRequest("correction", Intake.COUNTER, date(2025, 2, 3), "Warga", nop=NOP, tax_year=2025,
                                       claim={"land_m2": "100"}), actor=officers["ani"], now=NOW,
                            today=date(2026, 11, 24))
    page = f"{DESK}{made.pk}/"
    form, body = 'name="act" value="deem"', {"act": "deem", "version": version(ani, page)}
    assert form not in ani.get(page).content.decode()
    assert "Hanya pejabat pemutus" in ani.get(page).content.decode()
    assert form in budi.get(page).content.decode()
    assert ani.post(f"{page}langkah/", body).status_code == 403
    with region_scope(malang):
        made.refresh_from_db()
        assert (made.state, made.deemed) == ("received", False)
    assert budi.post(f"{page}langkah/", body).status_code == 302
    with region_scope(malang):
        made.refresh_from_db()
        assert (made.outcome, made.deemed) == ("granted", True)


def test_a_day_of_receipt_before_the_bill_is_told_at_the_counter(malang, officers, bill, as_person):
    form = {"channel": "counter", "applicant_name": "Sri", "nop": NOP, "tax_year": "2025", "land_m2": "100",
            "statement": "Luasnya 100 m2."}
    early = as_person("ani").post(f"{DESK}baru/correction/", {**form, "received_on": "2025-02-02"})
    assert early.status_code == 422
    assert "mendahului terbitnya SPPT" in early.content.decode()
    assert as_person("ani").post(f"{DESK}baru/correction/", {**form, "received_on": "2025-02-03"}).status_code == 302


def test_the_inbox_is_taken_away_by_officers_and_that_is_recorded(malang, officers, bill, as_person):
    ani, citra = as_person("ani"), as_person("citra")
    ani.post(f"{DESK}baru/information/", {
        "received_on": "2026-11-20", "channel": "counter", "applicant_name": "Sri Rahayu", "statement": "Bertanya."})
    assert "Sri Rahayu" in citra.get(DESK).content.decode()  # on screen
    assert "format=csv" not in citra.get(DESK).content.decode()
    assert citra.get(DESK, {"format": "xlsx"}).status_code == 403
    assert "Sri Rahayu" in ani.get(DESK, {"format": "csv"}).content.decode()
    with region_scope(malang):
        entry = AuditEntry.objects.get(action="records.audit.exported")
        assert (entry.actor_name, entry.object_label, entry.after["rows"]) == ("Ani", "pelayanan.csv", 1)


def test_an_applicant_sees_his_request_and_nobody_learns_of_another(malang, officers, bill, as_person):
    ani = as_person("ani")
    ani.post(f"{DESK}baru/information/", {
        "received_on": "2026-11-20", "channel": "counter", "applicant_name": "Sri Rahayu", "statement": "Bertanya."})
    with region_scope(malang):
        made = Request.objects.get()
        code = request_code(made)
    receipt = ani.get(f"{DESK}{made.pk}/tanda-terima/").content.decode()
    assert f"{code[:4]}-{code[4:8]}-{code[8:]}" in receipt
    open_page, client = "/id/35.73/permohonan/", Client()
    right = client.post(open_page, {"number": made.number, "code": f"{code[:4]} {code[4:8]} {code[8:]}"})
    assert right.status_code == 200
    assert "Surat atau isian pertanyaan" in right.content.decode()  # what is still to be brought
    answers = [client.post(open_page, {"number": number, "code": "A" * 12}) for number in (
        made.number, "PLY-2026-999999")]
    assert [one.status_code for one in answers] == [422, 422]
    bodies = [re.sub(r'value="[^"]*"', "", one.content.decode()) for one in answers]
    assert bodies[0] == bodies[1]  # the same answer, whether the number is there or not
    elsewhere = client.post("/id/32.16/permohonan/", {"number": made.number, "code": code})
    assert elsewhere.status_code == 422


def test_guessing_codes_is_slowed_down(malang, officers, bill, as_person):
    ani, client = as_person("ani"), Client()
    ani.post(f"{DESK}baru/information/", {
        "received_on": "2026-11-20", "channel": "counter", "applicant_name": "Sri Rahayu", "statement": "Bertanya."})
    with region_scope(malang):
        made = Request.objects.get()
        code = request_code(made)
    tried = [client.post("/id/35.73/permohonan/", {"number": made.number, "code": "B" * 12}).status_code
             for _ in range(12)]
    assert tried[:10] == [422] * 10
    assert tried[-1] == 429
    late = client.post("/id/35.73/permohonan/", {"number": made.number, "code": code})
    assert late.status_code == 429  # the right code must wait too


def test_a_long_inbox_costs_no_query_for_each_request(malang, officers, bill, as_person, django_assert_max_num_queries):
    ani = as_person("ani")
    form = {"received_on": "2026-11-20", "channel": "counter", "applicant_name": "Sri", "statement": "Bertanya."}
    for _ in range(30):
        ani.post(f"{DESK}baru/information/", form)
    with django_assert_max_num_queries(30):
        assert "PLY-" in ani.get(DESK).content.decode()


def test_a_request_from_home_needs_the_code_of_the_bill_and_tells_nothing_without_it(malang, officers, bill, as_person):
    page, client = "/id/35.73/permohonan/baru/objection_amount/", Client()
    with region_scope(malang):
        code = code_of(Bill.objects.select_related("run__region").get(pk=bill.pk))
    form = {"applicant_name": "Sri Rahayu", "nop": NOP, "tax_year": "2025", "statement": "Luasnya 100 m2.",
            "land_m2": "100"}
    wrong = [client.post(page, {**form, "bill_code": "A" * 12, **other}) for other in (
        {}, {"nop": NOP[:-2] + "90"}, {"tax_year": "1999"}, {"nop": "bukan"})]
    assert [one.status_code for one in wrong] == [422] * 4
    assert all("tidak cocok" in one.content.decode() for one in wrong)
    with region_scope(malang):
        assert not Request.objects.exists()
    bad = client.post(page, {**form, "bill_code": code, "paper-proof": SimpleUploadedFile("a.pdf", b"MZ")})
    assert bad.status_code == 422  # a file that is none: nothing is filed
    scan = SimpleUploadedFile("ukur.pdf", b"%PDF-1.7")
    done = client.post(page, {**form, "bill_code": code, "paper-proof": scan}).content.decode()
    with region_scope(malang):
        made = Request.objects.get()
        assert (made.channel, made.claim) == ("online", {"land_m2": "100"})
        assert made.events.filter(kind="paper").count() == 1
        assert grouped(request_code(made)) in done
    assert client.get("/id/35.73/permohonan/baru/transfer/").status_code == 404  # at the counter only
    tried = [client.post(page, {**form, "bill_code": "A" * 12}).status_code for _ in range(8)]
    assert tried[-1] == 429


HOSTILE = ("\0", "9" * 30, "-1", "²", "٣", "NaN", "1e999", "<script>alert(1)</script>", "2025-02-30", "9999-12-31",
           "🏠" * 30, "' OR 1=1--", "a\r\nb", "{{7*7}}", "9" * 5000)


@pytest.mark.parametrize("text", HOSTILE)
def test_whatever_is_typed_gets_an_answer(malang, officers, bill, as_person, text):
    """In every field at once: filing at the counter and from home, preparing a decision, following."""
    ani, client = as_person("ani"), Client()
    names = ("received_on", "channel", "applicant_name", "applicant_address", "applicant_contact", "nik", "nop",
             "tax_year", "statement", "land_m2", "building_m2", "percent", "due_on", "amount", "other_year", "npwpd",
             "new_name", "street", "from_on", "until", "bill_code", "number", "code", "reasons", "outcome", "note",
             "act", "version")
    said = dict.fromkeys(names, text)
    with region_scope(malang):
        made = file_request(NewRequest("objection_amount", Intake.COUNTER, date(2025, 4, 1), "Warga", nop=NOP,
                                       tax_year=2025), actor=officers["ani"], now=NOW, today=date(2026, 11, 24))
    for kind in ("objection_amount", "transfer", "new_object", "information", "refund"):
        assert ani.post(f"{DESK}baru/{kind}/", said).status_code in (302, 422), kind
    sound = {"received_on": "2025-04-01", "channel": "counter", "applicant_name": "Sri", "nop": NOP, "tax_year": "2025"}
    free = dict.fromkeys(("applicant_address", "applicant_contact", "land_m2", "building_m2"), text)
    assert ani.post(f"{DESK}baru/objection_amount/", {**sound, **free, "statement": f"a{text}"}).status_code == 302
    one = f"{DESK}{made.pk}/"
    for address, form in ((f"{one}usul/", {**said, "outcome": "granted"}), (f"{one}langkah/", said),
                          (f"{one}berkas/", said)):
        assert ani.post(address, form).status_code in (302, 409, 422), address
    for address in ("/id/35.73/permohonan/", "/id/35.73/permohonan/baru/objection_amount/"):
        answer = client.post(address, said)
        assert answer.status_code in (422, 429), address
        assert b"<script>alert" not in answer.content
    assert ani.get(f"{DESK}?lihat={text[:20]}&q=a").status_code == 200
