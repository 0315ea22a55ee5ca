"""Seized goods given back in part, auctions without a bidder or withdrawn: two persons, days, limits, papers."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from pypdf import PdfReader

from sepadan.ground.problems import Refused
from sepadan.records.public import AuditEntry, Person, Role, account_scope, balances, grant_role, region_scope
from sepadan.tax.documents.letter_layout import letter_pdf
from sepadan.tax.documents.seizure_papers import step_paper
from sepadan.tax.models import Seizure, SeizureAct, SeizureStep
from sepadan.tax.queries.seizures import goods_of, limit_of
from sepadan.tax.services.seizure_auctions import (
    decide_release,
    decide_withdrawal,
    propose_release,
    propose_withdrawal,
    record_unsold,
    still_seized,
)
from sepadan.tax.services.seizure_money import book_sale, propose_sale
from sepadan.tax.services.seizures import announce_auction, decide_step, propose_step

from .dues_trial import NOW, TODAY, owe
from .test_seizures import GOODS, malang, people, requested, seized  # noqa: F401

pytestmark = pytest.mark.django_db


def words(step: SeizureStep) -> str:
    return " ".join(page.extract_text() for page in PdfReader(BytesIO(letter_pdf(*step_paper(step)))).pages)


def test_some_goods_are_given_back_by_two_persons_and_the_others_stay_seized(people):  # noqa: F811
    owe(1_000_000, TODAY.replace(year=2025, month=9, day=30))
    held, (ani, budi) = seized(people), people
    first, second = goods_of(held)

    def propose(goods, reason="Milik istri"):
        held.refresh_from_db()
        return propose_release(held, goods, version=held.version, reason=reason, actor=ani, now=NOW, today=TODAY)

    for goods, reason, said in (([], "x", "No goods were chosen"), ([first.pk, second.pk], "x", "All goods"),
                                ([first.pk, 0], "x", "No goods were chosen"), ([first.pk], " ", "reason")):
        with pytest.raises(Refused, match=said), transaction.atomic():
            propose(goods, reason)
    step = propose([first.pk])
    with pytest.raises(Refused, match="cannot decide"):
        decide_release(step, actor=ani, now=NOW)
    with pytest.raises(IntegrityError), transaction.atomic():
        SeizureStep.objects.filter(pk=step.pk).update(state="done", decided_by=ani.person_id, decided_at=NOW)
    decide_release(step, actor=budi, now=NOW)
    held.refresh_from_db()
    assert (held.state, still_seized(held), len(goods_of(held))) == ("seized", [second], 2)
    step.refresh_from_db()
    paper = words(step)
    assert first.description in paper
    assert second.description not in paper
    with pytest.raises(Refused, match="All goods"):
        propose([second.pk])  # the last one: that is the lifting
    day = held.ordered_on + timedelta(days=14)
    announced = announce_auction(held, version=held.version, auction="Balai lelang", limit=50_000_000, actor=ani,
                                 now=NOW, today=day)
    paper = words(announced)
    assert second.description in paper
    assert first.description not in paper  # what was given back is not auctioned
    assert "50.000.000" in paper
    assert AuditEntry.objects.get(action="tax.audit.seizure_released").after["value"] == first.value


def test_an_auction_without_a_bidder_is_held_again_with_a_limit_that_is_not_higher(people):  # noqa: F811
    owe(1_000_000, TODAY.replace(year=2025, month=9, day=30))
    (held, first), (ani, budi) = requested(people), people
    for day, document, said in ((first - timedelta(days=1), "RL-1", "auction"), (TODAY + timedelta(days=1), "RL-1",
                                "auction"), (first, " ", "number")):
        with pytest.raises(Refused, match=said), transaction.atomic():
            record_unsold(held, version=held.version, on=day, document=document, actor=ani, now=NOW, today=TODAY)
    books = balances()
    record_unsold(held, version=held.version, on=first, document="RL-1", actor=ani, now=NOW, today=TODAY)
    held.refresh_from_db()
    assert (held.state, balances()) == ("seized", books)  # no money moved
    again = announced_again(held, people, 40_000_000)
    record_unsold(held, version=held.version, on=again, document="RL-2", actor=ani, now=NOW, today=again)
    held.refresh_from_db()
    with pytest.raises(Refused, match="above that of the auction"), transaction.atomic():
        announce_auction(held, version=held.version, auction="Lagi", limit=40_000_001, actor=ani, now=NOW, today=again)
    day = announced_again(held, people, 30_000_000, again)
    assert limit_of(held) == 30_000_000
    with pytest.raises(Refused, match="below the limit"):
        propose_sale(held, version=held.version, on=day, document="RL-3", gross=29_999_999, cost=0, actor=ani, now=NOW,
                     today=day)
    sale = propose_sale(held, version=held.version, on=day, document="RL-3", gross=30_000_000, cost=0, actor=ani,
                        now=NOW, today=day)
    book_sale(sale, actor=budi, now=NOW)
    held.refresh_from_db()
    assert (held.state, SeizureStep.objects.filter(seizure=held, kind="unsold").count()) == ("sold", 2)
    assert sum(balances().values()) == 0


def announced_again(held: Seizure, people, limit: int, today=TODAY):  # noqa: F811
    """Announced with *limit*, requested by a second person; the first day on which the auction may be."""
    announce_auction(held, version=held.version, auction="Balai lelang", limit=limit, actor=people[0], now=NOW,
                     today=today)
    held.refresh_from_db()
    step = propose_step(held, SeizureAct.REQUESTED, version=held.version, reason="Belum", actor=people[0], now=NOW,
                        today=today)
    decide_step(step, actor=people[1], now=NOW, today=today)
    held.refresh_from_db()
    return today + timedelta(days=14)


def test_an_auction_is_withdrawn_by_two_persons_and_the_goods_stay_seized(people):  # noqa: F811
    owe(1_000_000, TODAY.replace(year=2025, month=9, day=30))
    (held, _), (ani, budi) = requested(people), people
    step = propose_withdrawal(held, version=held.version, reason="Salah uraian", actor=ani, now=NOW, today=TODAY)
    held.refresh_from_db()
    with pytest.raises(Refused, match="still waits"), transaction.atomic():
        record_unsold(held, version=held.version, on=TODAY, document="RL-1", actor=ani, now=NOW, today=TODAY)
    with pytest.raises(Refused, match="cannot decide"):
        decide_withdrawal(step, actor=ani, now=NOW)
    decide_withdrawal(step, actor=budi, now=NOW)
    held.refresh_from_db()
    step.refresh_from_db()
    assert (held.state, len(still_seized(held))) == ("seized", len(GOODS))
    assert "Salah uraian" in words(step)
    assert announced_again(held, people, 0) > TODAY  # it begins again with its announcement


def test_the_page_offers_release_unsold_and_withdrawal_and_says_the_limit(malang, people, settings):  # noqa: F811
    settings.SECOND_FACTOR_ROLES = []
    with region_scope(malang):
        owe(1_000_000, TODAY.replace(year=2025, month=9, day=30))
        held, _ = requested(people)
        first, second = goods_of(held)

    def client(actor, role: Role) -> Client:
        found = Client()
        with region_scope(malang):
            with account_scope(person_id=actor.person_id):
                person = Person.objects.get(pk=actor.person_id)
            grant_role(person, role, actor=people[1], now=NOW, today=TODAY.replace(month=1, day=1), reason="uji")
        with account_scope(person_id=actor.person_id):
            found.force_login(person)
        return found

    officer, approver = client(people[0], Role.TAX_OFFICER), client(people[1], Role.TAX_APPROVER)
    page = f"/id/35.73/pajak/penagihan/sita/{held.pk}/"

    def text(who: Client) -> str:
        return " ".join(who.get(page).content.decode().split())

    said = text(officer)
    assert {value for value in ("unsold", "release", "withdraw") if f'value="{value}"' in said} == {
        "unsold", "release", "withdraw"}
    version = {"version": str(held.version)}
    none = officer.post(page, {**version, "act": "release", "reason": "x"})
    assert none.status_code == 422
    assert officer.post(page, {**version, "act": "release", "goods": str(first.pk), "reason": "Milik istri"}
                        ).status_code == 302
    assert first.description in text(approver)
    assert approver.post(page, {"act": "grant"}).status_code == 302
    assert "dilepaskan" in text(officer)
    with region_scope(malang):
        held.refresh_from_db()
        assert still_seized(held) == [second]
    bad = officer.post(page, {"version": str(held.version), "act": "unsold", "on": "kemarin", "document": "RL-1"})
    assert bad.status_code == 422
    assert officer.post(page, {"version": str(held.version), "act": "unsold", "on": TODAY.isoformat(),
                               "document": "RL-1"}).status_code == 302
    assert "Lelang tanpa peminat" in text(officer)
