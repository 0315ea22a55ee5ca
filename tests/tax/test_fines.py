"""Fines of refused objections and appeals, and interest to the taxpayer, from the decision to the books.

The bill of ``request_bill.py`` charges 80,718. An objection of 1 April 2025 that is refused brings 30 % of what was not
paid before (a summary of Perwal Kota Bekasi 51/2024), a refused appeal 60 %; interest to the taxpayer is 0.6 % a month.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from io import BytesIO

import pytest
from django.db import transaction
from django.test import Client
from pypdf import PdfReader
from tests.tax.test_requests_desk import (  # noqa: F401
    NEW_TAX,
    NOW,
    OLD,
    TODAY,
    _data,
    bill,
    carried,
    decided,
    filed,
    malang,
    pay,
    people,
)

from sepadan.ground.problems import Refused
from sepadan.records.models import ChannelPartner
from sepadan.records.public import (
    Channel,
    Person,
    Role,
    Ruling,
    Sanction,
    account_numbers,
    account_scope,
    add_partner,
    add_scheme,
    balances,
    content_of,
    grant_role,
    quote,
    receive_payment,
    region_scope,
    standing,
    take_back_payment,
)
from sepadan.tax.engine.request_types import Limits
from sepadan.tax.engine.requests import Act, Outcome
from sepadan.tax.models import BillChange, DecisionKind, DuesDecision
from sepadan.tax.services import fines, refund_interest, request_effects
from sepadan.tax.services.appeals import (
    Ruled,
    accept_appeal,
    appeal_by,
    appeal_of,
    confirm_ruling,
    enter_ruling,
    record_appeal,
    reject_appeal,
    withdraw_appeal,
)
from sepadan.tax.services.bill_codes import code_of
from sepadan.tax.services.bill_corrections import payable_now
from sepadan.tax.services.collection_decisions import Proposal, grant_decision, propose_decision
from sepadan.tax.services.request_carrying import carry_out_request
from sepadan.tax.services.request_effects import preview
from sepadan.tax.services.requests import act_on

PAID = 50_000
FINE = 9_215  # 30 % of 30,718 = 9,215.4
pytestmark = pytest.mark.django_db


def refused(bill, people):  # noqa: F811
    """The objection of 1 April, of a bill of which 50,000 were paid in March, and refused today."""
    pay(bill, PAID, date(2025, 3, 3))
    return decided(filed(bill, people[0]), people, Outcome.REFUSED)


def proposed(request, people, reference: str = "PUT-1", on: date = TODAY):  # noqa: F811
    return record_appeal(request, reference=reference, filed_on=on, actor=people[0], now=NOW, today=TODAY)


def accepted(request, people):  # noqa: F811
    return accept_appeal(proposed(request, people), version=1, actor=people[1], now=NOW, today=TODAY)


def pay_fine(charge, amount: int, reference: str = "F1"):
    return receive_payment(charge, channel=Channel.COUNTER, reference=reference, amount=amount, paid_at=NOW, now=NOW)


def test_a_refused_objection_is_fined_by_a_charge_of_its_own_that_is_paid_like_any_other(
        malang, people, bill):  # noqa: F811
    with region_scope(malang):
        made = refused(bill, people)
        letter = " ".join(page.extract_text() for page in PdfReader(BytesIO(content_of(made.letter))).pages)
        assert "9.215" in letter
        assert "banding" in letter
        assert not Sanction.objects.exists()  # deciding moves no money
        with pytest.raises(Refused):  # nor is it closed without the fine
            act_on(made, Act.CLOSE, version=made.version, actor=people[0], now=NOW, today=TODAY)
        made.refresh_from_db()
        made = carried(made, people[0])
        fine = Sanction.objects.select_related("charge").get()
        assert (fine.base, fine.share, fine.document) == (OLD - PAID, "3/10", made.letter.number.text)
        assert (fine.charge.levy, fine.charge.amount, fine.charge.due_on) == ("pbb_fine", FINE, date(2026, 12, 24))
        assert quote(fine.charge, date(2028, 1, 1)).total == FINE  # no interest on a fine
        assert standing(bill.charge).principal == OLD - PAID
        pay_fine(fine.charge, FINE)
        books = balances()
        assert (books["1.3.pbb_fine"], books["4.pbb_fine"], quote(fine.charge, TODAY).total) == (0, -FINE, 0)
        assert act_on(made, Act.CLOSE, version=made.version, actor=people[0], now=NOW, today=TODAY).state == "closed"


def test_no_fine_where_everything_was_paid_before_or_no_usable_text_gives_its_share(
        malang, people, bill, monkeypatch):  # noqa: F811
    with region_scope(malang):
        pay(bill, OLD, date(2025, 3, 3))
        made = carried(decided(filed(bill, people[0]), people, Outcome.REFUSED), people[0])
        assert (made.state, Sanction.objects.count()) == ("carried_out", 0)
        known = fines.limits_on

        def unknown(kind, on) -> Limits:
            found = known(kind, on)
            return replace(found, fine=replace(found.fine, confidence="from-memory"))

        for module in (fines, request_effects):
            monkeypatch.setattr(module, "limits_on", unknown)
        seen = preview(made, {}, Outcome.REFUSED, TODAY)
        assert (seen.fine, [note.key for note in seen.notes]) == (
            None, ["tax.request.effect.refused", "tax.request.effect.fine_unknown"])


def test_whoever_appeals_is_not_fined_until_the_court_has_ruled_and_a_fine_that_was_paid_is_a_credit(
        malang, people, bill):  # noqa: F811
    with region_scope(malang):
        made = carried(refused(bill, people), people[0])
        first = Sanction.objects.get().charge
        paid = pay_fine(first, 5_000).payment
        assert appeal_by(made) == date(2027, 2, 24)  # three months from today
        with pytest.raises(Refused, match="register number"):
            record_appeal(made, reference="B-1", filed_on=date(2026, 11, 23), actor=people[0], now=NOW, today=TODAY)
        appeal = accepted(made, people)
        assert (standing(first).principal, standing(first).credit, balances()["4.pbb_fine"]) == (0, 5_000, 0)
        take_back_payment(paid, reference="r", reason="Batal", effective_on=TODAY, now=NOW)
        assert (standing(first).principal, standing(first).credit) == (0, 0)
        with pytest.raises(Refused, match="recorded already"):
            record_appeal(made, reference="PUT-2", filed_on=TODAY, actor=people[0], now=NOW, today=TODAY)
        with pytest.raises(Refused, match="not entered"):
            confirm_ruling(appeal, version=2, actor=people[1], now=NOW, today=TODAY)
        appeal = enter_ruling(appeal, Ruled(Ruling.REFUSED, "PUT-9", TODAY), version=2, actor=people[0], now=NOW,
                              today=TODAY)
        with pytest.raises(Refused, match="does not confirm"):
            confirm_ruling(appeal, version=appeal.version, actor=people[0], now=NOW, today=TODAY)
        second = confirm_ruling(appeal, version=appeal.version, actor=people[1], now=NOW, today=TODAY)
        assert second is not None
        assert second.amount == 18_431  # 60 % of 30,718 = 18,430.8
        with pytest.raises(Refused, match="changed this appeal"):
            confirm_ruling(appeal, version=appeal.version, actor=people[2], now=NOW, today=TODAY)
        assert sum(balances().values()) == 0


def test_one_person_alone_takes_no_fine_off_the_books_and_the_day_is_that_of_the_confirmation(
        malang, people, bill):  # noqa: F811
    with region_scope(malang):
        made = carried(refused(bill, people), people[0])
        fine = Sanction.objects.get().charge
        pay_fine(fine, FINE)
        later = TODAY + timedelta(days=9)
        first = proposed(made, people)
        assert (standing(fine).credit, balances()["4.pbb_fine"]) == (0, -FINE)  # recording moves no money
        with pytest.raises(Refused, match="neither confirms nor rejects"):
            accept_appeal(first, version=1, actor=people[0], now=NOW, today=later)
        with pytest.raises(Refused, match="neither confirms nor rejects"):
            reject_appeal(first, version=1, reason="x", actor=people[0], now=NOW)
        with pytest.raises(Refused, match="No second person"):
            enter_ruling(first, Ruled(Ruling.REFUSED, "PUT-9", TODAY), version=1, actor=people[2], now=NOW, today=TODAY)
        with pytest.raises(Refused, match="Only who recorded"):
            withdraw_appeal(first, version=1, actor=people[1], now=NOW)
        assert withdraw_appeal(first, version=1, actor=people[0], now=NOW).state == "withdrawn"
        with pytest.raises(Refused, match="changed this appeal"):
            accept_appeal(first, version=2, actor=people[1], now=NOW, today=later)
        second = proposed(made, people, "PUT-2")
        with pytest.raises(Refused, match="reason"):
            reject_appeal(second, version=1, reason=" ", actor=people[1], now=NOW)
        second = reject_appeal(second, version=1, reason="Bukan perkara ini", actor=people[1], now=NOW)
        assert second.state == "rejected"
        assert (appeal_of(made), balances()["4.pbb_fine"]) == (None, -FINE)
        third = proposed(made, people, "PUT-3")
        assert accept_appeal(third, version=1, actor=people[1], now=NOW, today=later).state == "accepted"
        assert (standing(fine).principal, standing(fine).credit, balances()["4.pbb_fine"]) == (0, FINE, 0)
        lifted = fine.transfers.get(source=f"appeal:{third.pk}:lifted")
        assert lifted.effective_on == later  # not the typed day of filing


def test_an_appeal_that_nobody_confirmed_keeps_no_fine_away(malang, people, bill):  # noqa: F811
    with region_scope(malang):
        made = refused(bill, people)
        appeal = proposed(made, people)
        made = carried(made, people[0])
        fine = Sanction.objects.get().charge
        assert standing(fine).principal == FINE
        accept_appeal(appeal, version=1, actor=people[1], now=NOW, today=TODAY)
        assert standing(fine).principal == 0


def test_a_ruling_that_the_bill_has_moved_under_is_not_booked_and_is_entered_anew(malang, people, bill):  # noqa: F811
    """A ruling of 69,366; then a correction to 49,366: confirming must not raise the tax by 20,000."""
    with region_scope(malang):
        made = decided(filed(bill, people[0]), people, Outcome.REFUSED)
        appeal = enter_ruling(accepted(made, people), Ruled(Ruling.PARTLY, "PUT-9", TODAY, NEW_TAX), version=2,
                              actor=people[0], now=NOW, today=TODAY)
        low = NEW_TAX - 20_000
        one = propose_decision(Proposal(DecisionKind.CORRECTION, bill.charge, low, "Uji"), actor=people[0], now=NOW,
                               today=TODAY)
        grant_decision(one, version=1, document_number="SK-1", document_on=TODAY, actor=people[1], now=NOW, today=TODAY)
        with pytest.raises(Refused, match="changed since the ruling"), transaction.atomic():
            confirm_ruling(appeal, version=appeal.version, actor=people[1], now=NOW, today=TODAY)
        appeal.refresh_from_db()
        assert (payable_now(bill), appeal.confirmed_at) == (low, None)
        appeal = enter_ruling(appeal, Ruled(Ruling.PARTLY, "PUT-9", TODAY, low - 1_000), version=appeal.version,
                              actor=people[0], now=NOW, today=TODAY)
        confirm_ruling(appeal, version=appeal.version, actor=people[1], now=NOW, today=TODAY)
        assert payable_now(bill) == low - 1_000


def test_an_appeal_before_the_fine_keeps_it_away_and_one_that_is_granted_corrects_the_bill(
        malang, people, bill):  # noqa: F811
    with region_scope(malang):
        made = refused(bill, people)
        appeal = accepted(made, people)
        made = carried(made, people[0])
        assert (made.state, Sanction.objects.count()) == ("carried_out", 0)
        with pytest.raises(Refused, match="does not fit"):
            enter_ruling(appeal, Ruled(Ruling.GRANTED, "PUT-9", TODAY, OLD), version=2, actor=people[0], now=NOW,
                         today=TODAY)
        appeal = enter_ruling(appeal, Ruled(Ruling.PARTLY, "PUT-9", TODAY, NEW_TAX), version=2, actor=people[0],
                              now=NOW, today=TODAY)
        assert confirm_ruling(appeal, version=appeal.version, actor=people[1], now=NOW, today=TODAY) is None
        assert (standing(bill.charge).principal, Sanction.objects.count()) == (NEW_TAX - PAID, 0)


def test_an_objection_that_shows_too_much_was_paid_brings_interest_to_the_taxpayer(
        malang, people, bill):  # noqa: F811
    """11,352 too much, paid on 2 June 2025 and decided on 24 November 2026: 18 months begun at 0.6 %."""
    with region_scope(malang):
        pay(bill, OLD, date(2025, 6, 2))
        made = decided(filed(bill, people[0]), people, land_m2="100")
        reward = 1_226  # 11,352 x 0.108 = 1,226.0
        seen = preview(made, made.terms, Outcome.GRANTED, TODAY)
        assert [amount for _, amount in seen.rewards] == [reward]
        assert "1.226" in PdfReader(BytesIO(content_of(made.letter))).pages[0].extract_text()
        carried(made, people[2])
        assert (standing(bill.charge).credit, balances()["5.4"]) == (OLD - NEW_TAX + reward, reward)
        assert BillChange.objects.get(bill=bill).after["refund_interest"] == reward
        carried(decided(filed(bill, people[0], "refund"), people), people[2])  # in time: no more interest
        assert (standing(bill.charge).credit, balances()["5.4"], sum(balances().values())) == (0, reward, 0)


def test_a_late_refund_bears_interest_and_an_unknown_rate_bears_none_and_says_so(
        malang, people, bill, monkeypatch):  # noqa: F811
    with region_scope(malang):
        pay(bill, OLD + 10_000, date(2025, 6, 2))
        rule = refund_interest.refund_rule(TODAY)
        assert (rule.within_months, rule.cap) == (2, 24)
        late = [refund_interest.on_late_refund(10_000, date(2026, 1, 10), day, rule)
                for day in (date(2026, 3, 10), date(2026, 3, 11), date(2026, 6, 11), date(2030, 1, 1))]
        assert late == [0, 60, 240, 24 * 60]  # two months are free, then each month begun, 24 at most
        made = decided(filed(bill, people[0], "refund"), people)
        monkeypatch.setattr(request_effects, "refund_rule", lambda on: replace(rule, rate=None))
        notes = [note.key for note in preview(made, made.terms, Outcome.GRANTED, date(2028, 1, 1)).notes]
        assert notes[-1] == "tax.request.effect.refund_interest_unknown"
        monkeypatch.setattr(request_effects, "refund_rule", lambda on: rule)
        cash = balances()["1.1"]
        made.refresh_from_db()
        paid_on = date(2027, 3, 1)  # in time until 24 January 2027; two months begun after it
        carry_out_request(made, version=made.version, actor=people[2], now=NOW, today=paid_on)
        assert (balances()["5.4"], balances()["1.1"] - cash) == (120, -10_000 - 120)
        assert BillChange.objects.get(bill=bill).after == {"refund_interest": 120}


def test_the_page_of_a_refused_objection_takes_an_appeal_and_its_ruling_from_two_persons(
        malang, people, bill, settings):  # noqa: F811
    settings.SECOND_FACTOR_ROLES = []
    with region_scope(malang):
        for actor, role in zip(people, (Role.TAX_OFFICER, Role.TAX_APPROVER), strict=False):
            with account_scope(person_id=actor.person_id):
                person = Person.objects.get(pk=actor.person_id)
            grant_role(person, role, actor=people[2], now=NOW, today=date(2026, 1, 1), reason="uji")
        made = carried(refused(bill, people), people[0])

    def client(actor):
        found = Client()
        with account_scope(person_id=actor.person_id):
            found.force_login(Person.objects.get(pk=actor.person_id))
        return found

    page = f"/id/35.73/pajak/pelayanan/{made.pk}/"
    officer, approver = client(people[0]), client(people[1])
    assert "9.215" in officer.get(page).content.decode()
    assert officer.post(f"{page}banding/", {"reference": "PUT-1", "filed_on": "kemarin"}).status_code in (409, 422)
    assert officer.post(f"{page}banding/", {"reference": "PUT-1", "filed_on": "2026-11-24"}).status_code == 302
    assert "9.215" in officer.get(page).content.decode()
    assert "dicabut</" not in officer.get(page).content.decode()
    assert officer.post(f"{page}banding/benar/", {"appeal_version": "1"}).status_code == 403
    assert officer.post(f"{page}banding/tolak/", {"appeal_version": "1", "reason": "x"}).status_code == 403
    assert "banding/tarik/" in officer.get(page).content.decode()
    assert "banding/benar/" not in officer.get(page).content.decode()
    assert "banding/benar/" in approver.get(page).content.decode()
    assert approver.post(f"{page}banding/tolak/", {"appeal_version": "1"}).status_code in (409, 422)
    assert approver.post(f"{page}banding/benar/", {"appeal_version": "1"}).status_code == 302
    assert officer.post(f"{page}banding/tarik/", {"appeal_version": "2"}).status_code in (409, 422)
    ruling = {"outcome": "refused", "ruling": "PUT-9", "ruled_on": "2026-11-24", "appeal_version": "2"}
    assert officer.post(f"{page}banding/putusan/", ruling).status_code == 302
    assert officer.post(f"{page}banding/sah/", {"appeal_version": "3"}).status_code == 403
    assert approver.post(f"{page}banding/sah/", {"appeal_version": "3"}).status_code == 302
    shown = officer.get(page).content.decode()
    assert "18.431" in shown
    assert "dicabut" in shown


def test_an_appeal_that_is_granted_after_payment_brings_interest_to_the_taxpayer_too(
        malang, people, bill):  # noqa: F811
    with region_scope(malang):
        pay(bill, OLD, date(2025, 6, 2))
        made = decided(filed(bill, people[0]), people, Outcome.REFUSED)
        appeal = accepted(made, people)
        appeal = enter_ruling(appeal, Ruled(Ruling.GRANTED, "PUT-9", TODAY, NEW_TAX), version=2, actor=people[0],
                              now=NOW, today=TODAY)
        confirm_ruling(appeal, version=appeal.version, actor=people[1], now=NOW, today=TODAY)
        assert (standing(bill.charge).credit, balances()["5.4"]) == (OLD - NEW_TAX + 1_226, 1_226)


def test_a_fine_stands_on_the_citizens_page_and_on_the_account_with_how_to_pay_it_and_its_credit_is_given_back(
        malang, people, bill, settings):  # noqa: F811
    settings.SECOND_FACTOR_ROLES = []
    with region_scope(malang):
        for actor, role in zip(people, (Role.TAX_OFFICER, Role.TAX_APPROVER), strict=False):
            with account_scope(person_id=actor.person_id):
                person = Person.objects.get(pk=actor.person_id)
            grant_role(person, role, actor=people[2], now=NOW, today=date(2026, 1, 1), reason="uji")
        made = carried(refused(bill, people), people[0])
        fine = Sanction.objects.get().charge
        sheet = f"/id/35.73/sppt/{bill.nop}/{code_of(bill)}/"
        add_partner("BANK-1", "Bank Contoh", channel=Channel.BANK, actor=people[0], now=NOW)

    def client(actor):
        found = Client()
        with account_scope(person_id=actor.person_id):
            found.force_login(Person.objects.get(pk=actor.person_id))
        return found

    def text(page: str, who: Client) -> str:
        answer = who.get(page)
        assert answer.status_code == 200
        return " ".join(answer.content.decode().split())

    officer, account = client(people[0]), f"/id/35.73/pajak/penagihan/objek/{bill.nop}/"
    said = text(sheet, Client())
    assert "Denda keberatan: Rp9.215" in said
    assert f"sebutkan nomor {fine.number}" in said
    assert "bukan nomor SPPT" not in said  # no bank takes fines yet
    with region_scope(malang):
        partner = ChannelPartner.objects.get()
        add_scheme(partner, "88002", "pbb_fine", actor=people[0], now=NOW)
        number = account_numbers("pbb_fine")(fine.pk)
    assert f"Di bank (Bank Contoh) dengan nomor {number}" in text(sheet, Client())
    for page in (account, f"/id/35.73/pajak/sppt/{bill.pk}/"):
        assert "Denda keberatan: Rp9.215" in text(page, officer)
    one = f"/id/35.73/pajak/penagihan/tagihan/{fine.pk}/"
    assert "2025, Denda keberatan" in text(account, officer)
    assert "usul/correction" not in text(one, officer)
    assert officer.post(f"{one}usul/write_off/", {"reason": "x"}).status_code == 404
    with region_scope(malang):
        pay_fine(fine, FINE)
        accepted(made, people)  # the appeal lifts the fine: what was paid is a credit
    said = text(sheet, Client())
    assert "dicabut" in said
    assert "sebutkan nomor" not in said
    assert "Kelebihan bayar yang dapat diminta kembali" in said
    assert officer.post(f"{one}usul/credit/", {"amount": str(FINE), "reason": "Banding"}).status_code == 302
    with region_scope(malang):
        cash = balances()["1.1"]
        grant_decision(DuesDecision.objects.get(), version=1, document_number="SK-1", document_on=TODAY,
                       actor=people[1], now=NOW, today=TODAY)
        assert (balances()["1.1"] - cash, standing(fine).credit) == (-FINE, 0)
