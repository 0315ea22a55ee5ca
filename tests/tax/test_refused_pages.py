"""What a page refuses leaves nothing behind, a number of any length is answered in words, a NIK is never looked up
unrecorded, and no due day lies beyond reason."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import transaction

from sepadan.ground.problems import Refused
from sepadan.records.public import Actor, AuditEntry, Role, Transfer, region_scope, standing
from sepadan.tax.engine.due_days import latest_due
from sepadan.tax.forms.runs import read
from sepadan.tax.models import DecisionKind, DuesDecision
from sepadan.tax.services.collection_decisions import Proposal, propose_decision
from sepadan.tax.services.opening_proposals import propose_entry
from sepadan.territory.models import Region

from .dues_trial import NOW, TODAY, owe
from .test_openings import (  # noqa: F401
    DESK,
    _data,
    both,
    entry,
    malang,
    signed_in,
)

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "owner"])
PEOPLE = "/id/35.73/pajak/wajib-pajak/"
LONG = "9" * 5_000


def test_a_decision_that_the_books_refuse_stays_proposed_and_books_nothing(
        malang: Region, both: tuple[Actor, Actor]) -> None:  # noqa: F811
    """A document of 2020 over a charge raised in 2025: refused after the decision was written down."""
    approver = signed_in(malang, Role.TAX_APPROVER)
    with region_scope(malang):
        charge = owe(100_000, date(2025, 9, 30))
        made = propose_decision(Proposal(DecisionKind.CORRECTION, charge, 40_000, "Uji"), actor=both[0], now=NOW,
                                today=TODAY)
        before = Transfer.objects.count()
    page = f"/id/35.73/pajak/penagihan/keputusan/{made.pk}/"
    given = {"act": "grant", "version": str(made.version), "document_number": "SK-1"}
    assert approver.post(page, given | {"document_on": "2020-01-01"}).status_code == 422
    with region_scope(malang):
        held = DuesDecision.objects.get(pk=made.pk)
        assert (held.state, held.document_number, held.version) == ("proposed", "", made.version)
        assert (Transfer.objects.count(), standing(charge).principal) == (before, 100_000)
    assert approver.post(page, given | {"document_on": TODAY.isoformat()}).status_code == 302
    with region_scope(malang):
        assert standing(charge).principal == 40_000  # the amount to which it was corrected


def test_a_number_of_five_thousand_digits_is_refused_in_words(
        malang: Region, both: tuple[Actor, Actor]) -> None:  # noqa: F811
    approver = signed_in(malang, Role.TAX_APPROVER)
    with region_scope(malang):
        made = propose_entry(entry(), actor=both[0], now=NOW, today=TODAY)
    for act in ("grant", "reject"):
        answer = approver.post(f"{DESK}usul/{made.pk}/", {"act": act, "version": LONG, "reason": "Uji"})
        assert answer.status_code == 422
    assert "roll" in read({"roll": LONG}, []).problems
    assert read({f"drop{LONG}": "1"}, []).problems  # no button of the form, so nothing is dropped


def test_a_search_by_nik_is_recorded_without_the_number_and_slowed_for_the_person(malang: Region) -> None:  # noqa: F811
    officer, other = signed_in(malang, Role.TAX_OFFICER), signed_in(malang, Role.TAX_APPROVER)
    answers = [officer.post(PEOPLE, {"nik": f"35730101018{n:05}"}) for n in range(1, 14)]
    assert [answer.status_code for answer in answers] == [422] * 13
    assert "Terlalu banyak NIK" in answers[-1].content.decode()
    assert "Tidak ada wajib pajak dengan NIK" in answers[0].content.decode()
    assert "Tidak ada wajib pajak dengan NIK" in other.post(PEOPLE, {"nik": "3573010101800001"}).content.decode()
    with region_scope(malang):
        found = AuditEntry.objects.filter(action="tax.audit.nik_searched")
        assert 10 < found.count() < 13 + 1
        assert "35730101018" not in str(list(found.values()))


def test_a_due_day_lies_at_most_five_years_after_its_tax_year(malang: Region, both: tuple[Actor, Actor]) -> None:  # noqa: F811
    assert latest_due(2022) == date(2022 + 5, 12, 31)
    with region_scope(malang):
        with pytest.raises(Refused, match="five years"), transaction.atomic():
            propose_entry(entry(due_on=date(2028, 1, 1)), actor=both[0], now=NOW, today=TODAY)
        assert propose_entry(entry(due_on=date(2027, 12, 31)), actor=both[0], now=NOW, today=TODAY).pk
