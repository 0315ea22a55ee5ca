"""Collection as an officer uses it: letters for a selection, their PDF, an export with its reason, a proposal."""

from __future__ import annotations

import io
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import translation
from pypdf import PdfReader

from sepadan.records.public import AuditEntry, region_scope, today
from sepadan.tax.models import CollectionLetter, DuesDecision, FieldVisit, Interrupt, Seizure, SeizureStep
from sepadan.territory.public import region_of_code

from .two_regions import signed_in

pytestmark = pytest.mark.django_db
CODE = "35.73"


@pytest.fixture
def numbers(two_regions):
    return two_regions[CODE].numbers


def at(name: str, *args: str, query: str = "") -> str:
    with translation.override("id"):  # whatever language an earlier test left
        return reverse(f"tax:{name}", args=[CODE, *args]) + query


def test_letters_are_written_for_a_selection_and_whoever_is_left_out_is_told_why(numbers):
    client, nop = signed_in(CODE, "tax_officer"), numbers["$owed_nop"]
    page = client.post(at("collection_debtors_letters", query=f"?q={nop[:13]}"), {"kind": "reminder"})
    assert page.status_code == 200
    assert "Wajib pajak meninggal" in page.content.decode()  # the second object is spared
    with region_scope(region_of_code(CODE)):
        letter = CollectionLetter.objects.get(nop=nop, kind="reminder")
    assert client.post(at("collection_debtors_letters", query=f"?q={nop}"), {"kind": "x"}).status_code == 422
    answer = client.get(at("collection_letter_file", str(letter.pk)))
    text = PdfReader(io.BytesIO(answer.content)).pages[0].extract_text()
    assert answer["Content-Type"] == "application/pdf"
    assert letter.number in text and f"{letter.total:,}".replace(",", ".") in text  # noqa: PT018


def test_a_letter_is_handed_over_once_and_limitation_runs_anew(numbers):
    client, region = signed_in(CODE, "tax_officer"), region_of_code(CODE)
    path, day = at("collection_letter", numbers["$letter"]), today(region)
    late = client.post(path, {"act": "deliver", "version": "1", "on": f"{day + timedelta(days=1)}", "to": "Istri"})
    assert late.status_code == 422
    assert client.post(path, {"act": "deliver", "version": "1", "on": f"{day}", "to": ""}).status_code == 422
    assert client.post(path, {"act": "deliver", "version": "1", "on": f"{day}", "to": "Istri"}).status_code == 302
    assert client.post(path, {"act": "deliver", "version": "1", "on": f"{day}", "to": "Istri"}).status_code == 422
    assert client.post(path, {"act": "sign", "version": "2"}).status_code == 404  # not an officer's
    with region_scope(region):
        charge = int(numbers["$owed_charge"])
        assert set(Interrupt.objects.filter(charge_id=charge).values_list("kind", "on")) == {("warning", day)}


def test_a_list_with_names_leaves_a_record_with_its_reason_and_the_plain_one_holds_none(numbers, two_regions):
    client, name = signed_in(CODE, "tax_officer"), f"{two_regions[CODE].secret} Penunggak"
    plain = client.get(at("collection_debtors", query="?format=csv")).content.decode()
    assert numbers["$owed_nop"][-5:-1] in plain and name not in plain  # noqa: PT018
    assert client.post(at("collection_debtors_export"), {"reason": " "}).status_code == 422
    answer = client.post(at("collection_debtors_export"), {"reason": "Penagihan lapangan"})
    assert name in answer.content.decode()
    with region_scope(region_of_code(CODE)):
        assert AuditEntry.objects.get(action="tax.audit.debtors_exported").reason == "Penagihan lapangan"


def test_a_proposal_waits_for_another_person_and_a_visit_is_kept(numbers):
    client, region = signed_in(CODE, "tax_officer"), region_of_code(CODE)
    waiting = client.post(at("collection_propose", numbers["$owed_charge"], "write_off"), {"reason": "Lagi"})
    assert waiting.status_code == 422  # one of its kind waits already
    answer = client.post(at("collection_propose", numbers["$owed_charge"], "correction"),
                         {"amount": "400.000", "reason": "Luas tanah"})
    assert answer.status_code == 302
    with region_scope(region):
        made = DuesDecision.objects.get(kind="correction", amount=400_000, charge_id=int(numbers["$owed_charge"]))
    assert client.post(at("collection_decision", str(made.pk)), {
        "act": "grant", "version": "1", "document_number": "SK", "document_on": f"{today(region)}"}).status_code == 404
    visit = at("collection_visit", numbers["$owed_nop"])
    assert client.post(visit, {"on": f"{today(region)}", "outcome": "promised"}).status_code == 422
    assert client.post(visit, {"on": f"{today(region)}", "outcome": "met", "note": "Bersedia"}).status_code == 302
    with region_scope(region):
        assert FieldVisit.objects.filter(note="Bersedia").count() == 1


def test_a_day_that_cannot_be_read_is_refused_with_the_remedy(numbers):
    client = signed_in(CODE, "tax_officer")
    assert client.get(at("collection", query="?hari=2025-12-31")).status_code == 200
    for text in ("kemarin", "2999-01-01"):
        assert client.get(at("collection", query=f"?hari={text}")).status_code in (404, 422)


def test_a_demand_is_proposed_to_be_changed_by_an_officer_and_decided_by_an_approver(numbers):
    client, approver = signed_in(CODE, "tax_officer"), signed_in(CODE, "tax_approver")
    nop, region = numbers["$owed_nop"], region_of_code(CODE)
    made = client.post(at("collection_debtors_letters", query=f"?q={nop}"), {"kind": "stpd"})
    assert made.status_code == 302
    with region_scope(region):
        letter = CollectionLetter.objects.filter(nop=nop, kind="stpd").first()
    path = at("collection_letter", str(letter.pk))
    assert client.post(path, {"act": "sign", "version": "1"}).status_code == 404
    assert approver.post(path, {"act": "sign", "version": "1"}).status_code == 302
    assert client.post(path, {"act": "withdraw", "reason": ""}).status_code == 422
    assert client.post(path, {"act": "withdraw", "reason": "Objek ganda"}).status_code == 302
    with region_scope(region):
        revision = letter.revisions.get()
    assert client.post(path, {"act": "grant", "revision": str(revision.pk)}).status_code == 404
    assert client.get(at("collection_revision_file", str(letter.pk), str(revision.pk))).status_code == 404
    assert approver.post(path, {"act": "grant", "revision": str(revision.pk)}).status_code == 302
    answer = client.get(at("collection_revision_file", str(letter.pk), str(revision.pk)))
    assert letter.number in PdfReader(io.BytesIO(answer.content)).pages[0].extract_text()


def test_a_batch_is_asked_for_on_the_list_and_its_files_are_fetched_on_record(numbers):
    client, region, nop = signed_in(CODE, "tax_officer"), region_of_code(CODE), numbers["$owed_nop"]
    asked = client.post(at("collection_debtors_letters", query=f"?q={nop}"), {"kind": "reminder", "bulk": "1"})
    assert asked.status_code == 302
    assert "/kumpulan/" in asked.url
    assert client.get(asked.url).status_code == 200
    path = at("collection_batch_file", numbers["$batch"], "lain", "list")
    rows = b"".join(client.get(path).streaming_content).decode("utf-8-sig").splitlines()
    assert len(rows) == 2  # heads and one letter
    assert signed_in(CODE, "auditor").get(path).status_code == 403
    assert client.get(at("collection_batch_file", numbers["$batch"], "lain", "x")).status_code == 404
    with region_scope(region):
        assert AuditEntry.objects.filter(action="tax.audit.letters_fetched").count() == 1


def test_a_seizure_goes_on_by_an_officer_and_an_approver_and_its_papers_are_read(numbers):
    client, approver, region = signed_in(CODE, "tax_officer"), signed_in(CODE, "tax_approver"), region_of_code(CODE)
    path = at("seizure", numbers["$seizure"])
    with region_scope(region):
        version, step = Seizure.objects.get(pk=int(numbers["$seizure"])).version, SeizureStep.objects.get()
    pdf = client.get(at("seizure_file", numbers["$seizure"], str(step.pk)))
    text = PdfReader(io.BytesIO(pdf.content)).pages[0].extract_text()
    assert "Sepeda motor" in text and step.document in text  # noqa: PT018
    assert client.post(path, {"act": "announce", "version": f"{version}", "auction": ""}).status_code == 422
    assert client.post(path, {"act": "lift", "version": f"{version}", "reason": "Lunas"}).status_code == 302
    assert client.post(path, {"act": "grant"}).status_code == 404
    assert approver.post(path, {"act": "grant"}).status_code == 302
    with region_scope(region):
        assert Seizure.objects.get(pk=int(numbers["$seizure"])).state == "lifted"
