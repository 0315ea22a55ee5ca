"""The demand (STPD): its claim, signature, due day, change by a document; batches written, signed and printed."""

from __future__ import annotations

import csv
import io
from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from pypdf import PdfReader

from sepadan.ground.problems import Refused
from sepadan.records.public import Run, WorkState, quote, region_scope, standing
from sepadan.records.services.work import perform
from sepadan.tax import tasks_collection
from sepadan.tax.documents.collection_papers import Papers, paper_of
from sepadan.tax.documents.letter_layout import letter_pdf
from sepadan.tax.documents.letter_print import FILES
from sepadan.tax.models import BatchOmission, CollectionLetter, LetterKind, LetterLine, RevisionKind, SpareReason
from sepadan.tax.queries.accounts import interruptions, lines_of
from sepadan.tax.services import letter_acts
from sepadan.tax.services.collection_chasing import spare_object
from sepadan.tax.services.collection_letters import write_letters
from sepadan.tax.services.demand_revisions import grant_revision, propose_revision
from sepadan.tax.services.letter_acts import deliver_letter, sign_letter, void_letter
from sepadan.tax.services.letter_batches import ask_letters, batch_folder, sign_batch, works_of
from sepadan.territory.models import Region

from .dues_trial import NOP, NOW, TODAY, owe, pay, two_actors

pytestmark = pytest.mark.django_db


@pytest.fixture
def malang(settings, tmp_path):
    settings.DATA_DIR = tmp_path
    region = Region.objects.get(code="35.73")
    with region_scope(region):
        yield region


@pytest.fixture
def people(malang):
    return two_actors()


def demand(people, on=TODAY) -> CollectionLetter:
    """A signed demand for the one charge of ``NOP``."""
    (draft,), problems = write_letters([NOP], LetterKind.STPD, actor=people[0], now=NOW, today=on)
    assert problems == []
    return sign_letter(draft, version=1, actor=people[1], now=NOW, today=on)


def text_of(kind, facts) -> str:
    pages = PdfReader(io.BytesIO(letter_pdf(kind, facts))).pages
    return " ".join("\n".join(page.extract_text() for page in pages).split())


def test_a_demand_claims_principal_and_interest_of_its_day_for_one_charge_and_another_person_signs_it(people):
    ani, _ = people
    charges = [owe(100_000, date(year, 9, 30)) for year in (2024, 2025)]
    owe(70_000, TODAY)  # due today: not late
    drafts, _ = write_letters([NOP], LetterKind.STPD, actor=ani, now=NOW, today=TODAY)
    assert [(one.charge_id, one.total, one.number) for one in drafts] == [
        (charges[0].pk, 100_000 * 124 // 100, ""), (charges[1].pk, 100_000 * 114 // 100, "")]  # 24 (cap) and 14 months
    with pytest.raises(Refused, match="cannot decide"):
        sign_letter(drafts[0], version=1, actor=ani, now=NOW, today=TODAY)
    with pytest.raises(IntegrityError), transaction.atomic():
        CollectionLetter.objects.filter(pk=drafts[0].pk).update(state="issued", number="X", signed_by=ani.person_id)
    signed = sign_letter(drafts[0], version=1, actor=people[1], now=NOW, today=TODAY)
    assert (signed.number.split("/")[2], signed.answer_by) == ("STPD", TODAY + timedelta(days=30))
    again, problems = write_letters([NOP], LetterKind.STPD, actor=ani, now=NOW, today=TODAY)
    assert (again, [one.what.key for one in problems]) == ([], ["tax.collection.stpd_stands"])
    text = text_of(*paper_of(signed, list(signed.lines.all())))
    for said in (signed.number, "Rp124.000", "Rp24.000", "24 Desember 2026", "Dasar:", "24 bulan"):
        assert said in text


def test_a_demand_books_nothing_and_its_later_payment_charges_interest_once_by_the_day_of_payment(people):
    charge = owe(100_000, date(2026, 7, 31))
    before = len(lines_of([charge.pk]))
    letter = demand(people)  # 4 months
    assert (letter.total, len(lines_of([charge.pk])), standing(charge).interest_charged) == (104_000, before, 0)
    later = TODAY + timedelta(days=30)  # the fifth month
    pay(charge, later, letter.total)
    assert (standing(charge).principal, standing(charge).interest_charged) == (0, 5_000)
    assert quote(charge, later).total == 1_000  # what the month since added, no more
    pay(charge, later, 1_000, "rest")
    assert (quote(charge, TODAY + timedelta(days=400)).total, standing(charge).interest_charged) == (0, 5_000)
    assert CollectionLetter.objects.get(pk=letter.pk).total == 104_000  # the claim stays as it was


def test_a_draft_that_no_longer_says_what_is_owed_cannot_be_signed(people):
    charge = owe(100_000, date(2026, 7, 31))
    (draft,), _ = write_letters([NOP], LetterKind.STPD, actor=people[0], now=NOW, today=TODAY)
    pay(charge, TODAY, 40_000)
    with pytest.raises(Refused, match="no longer what is owed"):
        sign_letter(draft, version=1, actor=people[1], now=NOW, today=TODAY)
    void_letter(draft, version=1, reason="Sudah dibayar sebagian", actor=people[0], now=NOW)
    assert demand(people).total == 60_000 * 104 // 100 + 1_600


def test_limitation_runs_anew_from_a_demand_only_where_the_law_says_so(people, monkeypatch):
    charge = owe(100_000, date(2025, 9, 30))
    letter = deliver_letter(demand(people), version=2, on=TODAY, to="Istri", actor=people[0], now=NOW, today=TODAY)
    assert (interruptions([charge.pk]), letter.answer_by) == ({}, TODAY + timedelta(days=30))
    monkeypatch.setattr(letter_acts, "read_interrupting", lambda sources: frozenset({"stpd"}))
    other = owe(100_000, date(2024, 9, 30))
    (draft,), _ = write_letters([NOP], LetterKind.STPD, actor=people[0], now=NOW, today=TODAY)
    signed = sign_letter(draft, version=1, actor=people[1], now=NOW, today=TODAY)
    deliver_letter(signed, version=2, on=TODAY, to="Istri", actor=people[0], now=NOW, today=TODAY)
    assert interruptions([other.pk]) == {other.pk: [TODAY]}


def test_an_issued_demand_is_withdrawn_or_corrected_by_a_document_of_two_persons_and_stays_as_written(people):
    ani, budi = people
    charge = owe(100_000, date(2026, 7, 31))
    letter = demand(people)
    with pytest.raises(Refused, match="not simply voided"):
        void_letter(letter, version=2, reason="Salah", actor=ani, now=NOW)
    made = propose_revision(letter, RevisionKind.CORRECTED, reason="Dibayar sebagian", actor=ani, now=NOW)
    with pytest.raises(Refused, match="still waits"):
        propose_revision(letter, RevisionKind.WITHDRAWN, reason="Lagi", actor=ani, now=NOW)
    with pytest.raises(Refused, match="cannot decide"):
        grant_revision(made, actor=ani, now=NOW, today=TODAY)
    with pytest.raises(Refused, match="nothing to correct"), transaction.atomic():
        grant_revision(made, actor=budi, now=NOW, today=TODAY)
    pay(charge, TODAY, 50_000)
    made = grant_revision(made, actor=budi, now=NOW, today=TODAY)
    new, old = made.replacement, CollectionLetter.objects.get(pk=letter.pk)
    assert (old.state, old.total, new.total, new.replaces_id) == ("void", 104_000, 50_000 + 2_000 + 2_000, old.pk)
    assert LetterLine.objects.get(letter=old).principal == 100_000
    assert old.number in text_of(*paper_of(new, list(new.lines.all())))
    paper = text_of("stpd_ubah", Papers().revision(made))
    assert made.number in paper and new.number in paper and "Dibayar sebagian" in paper  # noqa: PT018
    gone = propose_revision(new, RevisionKind.WITHDRAWN, reason="Objek tidak ada", actor=ani, now=NOW)
    assert grant_revision(gone, actor=budi, now=NOW, today=TODAY).replacement is None
    assert demand(people).total == 54_000  # nothing stands any more: a new one may be written


# --- batches ----------------------------------------------------------------------------------------------------------


def done(region, batch, monkeypatch) -> list[WorkState | None]:
    return [perform(region.pk, work.pk, clock=lambda: NOW) for work in reversed(works_of(batch)) if work.is_open]


def test_a_batch_is_written_signed_by_another_numbered_in_delivery_order_and_printed_with_its_list(people, malang,
                                                                                                 monkeypatch):
    ani, budi = people
    monkeypatch.setattr(tasks_collection, "PART", 2)
    nops = [f"3573010001002{k:04d}0" for k in range(1, 7)]
    charges = [owe(60_000 * (k + 1), date(2025, 9, 30), nop=nop) for k, nop in enumerate(nops)]
    spare_object(nops[5], reason=SpareReason.DECEASED, note="Uji", since=TODAY, until=None, actor=ani, now=NOW)
    batch, _ = ask_letters(LetterKind.STPD, "", {}, objects=6, actor=ani, now=NOW, today=TODAY)
    assert done(malang, batch, monkeypatch) == [WorkState.DONE]
    batch.refresh_from_db()
    assert (batch.state, batch.count, batch.left_out) == ("drafted", 5, 1)
    assert batch.total == sum(one.amount * 114 // 100 for one in charges[:5])
    with pytest.raises(Refused, match="cannot decide"):
        sign_batch(batch, version=batch.version, actor=ani, now=NOW)
    pay(charges[1], TODAY, 30_000)  # its draft says too much now
    sign_batch(batch, version=batch.version, actor=budi, now=NOW)
    assert done(malang, batch, monkeypatch) == [WorkState.DONE]
    batch.refresh_from_db()
    kept = [nop for k, nop in enumerate(nops[:5]) if k != 1]
    letters = list(CollectionLetter.objects.filter(batch=batch, state="issued").order_by("number"))
    assert [one.nop for one in letters] == kept
    assert (batch.state, batch.count, batch.total) == ("issued", 4, sum(one.total for one in letters))
    assert dict(BatchOmission.objects.filter(batch=batch).values_list("nop", "reason")) == {
        nops[1]: "tax.collection.letter_stale", nops[5]: "tax.collection.spared.deceased"}
    assert done(malang, batch, monkeypatch) == [WorkState.DONE]
    name = f"tanpa-kelurahan-{batch.pk}"
    rows = list(csv.reader((batch_folder(batch) / f"{name}{FILES['list']}").open(encoding="utf-8-sig")))[1:]
    pages = [page.extract_text() for page in PdfReader(batch_folder(batch) / f"{name}{FILES['pdf']}").pages]
    assert len(rows) == 4
    for row, letter in zip(rows, letters, strict=True):
        assert letter.number in pages[int(row[0]) - 1]  # the list leads to the page
        assert int(row[5]) == letter.total
    listed = PdfReader(batch_folder(batch) / f"{name}{FILES['list_pdf']}").pages[0].extract_text()
    assert f"{batch.total:,}".replace(",", ".") in listed


def test_a_batch_that_is_killed_goes_on_and_writes_nobody_a_second_letter(people, malang, monkeypatch):
    ani, _ = people
    monkeypatch.setattr(tasks_collection, "PART", 2)
    nops = [f"3573010001002{k:04d}0" for k in range(1, 6)]
    for nop in nops:
        owe(60_000, date(2025, 9, 30), nop=nop)
    batch, work = ask_letters(LetterKind.REMINDER, "", {}, objects=5, actor=ani, now=NOW, today=TODAY)
    write, calls = tasks_collection.write_part, []

    def broken(*args, **kwargs):
        calls.append(args)
        if len(calls) == 2:
            raise KeyboardInterrupt
        return write(*args, **kwargs)

    monkeypatch.setattr(tasks_collection, "write_part", broken)
    with pytest.raises(KeyboardInterrupt), transaction.atomic():
        perform(malang.pk, work.pk, clock=lambda: NOW)
    work.refresh_from_db()
    assert isinstance(Run(work, lambda: NOW), Run)
    assert perform(malang.pk, work.pk, clock=lambda: NOW) == WorkState.DONE
    batch.refresh_from_db()
    assert (batch.state, batch.count, CollectionLetter.objects.filter(batch=batch).count()) == ("issued", 5, 5)
    assert sorted(CollectionLetter.objects.filter(batch=batch).values_list("nop", flat=True)) == nops
