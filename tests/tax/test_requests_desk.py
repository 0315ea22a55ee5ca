"""Requests on real PostgreSQL: filed, decided by two persons, carried out on the bill, the ledger and the register.

The bill of ``request_bill.py``: (123,840,000 + 32,920,000 - 10,000,000) x 0.00055 = 80,718. With 100 m2 of land it is
(103,200,000 + 32,920,000 - 10,000,000) x 0.00055 = 69,366.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from pypdf import PdfReader
from tests.tax.request_bill import post_bill

from sepadan.ground.problems import Refused
from sepadan.records.public import (
    Actor,
    AuditEntry,
    Channel,
    Charge,
    Number,
    Person,
    balances,
    content_of,
    open_amount,
    open_chart,
    quote,
    receive_payment,
    region_scope,
    standing,
)
from sepadan.tax.documents.request_letters import letter_writer
from sepadan.tax.engine.late_interest import charge_late
from sepadan.tax.engine.requests import Act, Outcome
from sepadan.tax.models import Bill, BillChange, NopPlace, Request, RequestEvent, Taxpayer
from sepadan.tax.models.requests import Intake
from sepadan.tax.queries.register import object_on
from sepadan.tax.queries.requests import inbox
from sepadan.tax.services.dues import dues_law
from sepadan.tax.services.register import register_object
from sepadan.tax.services.register_buildings import record_building
from sepadan.tax.services.request_carrying import carry_out_request
from sepadan.tax.services.request_effects import preview
from sepadan.tax.services.request_files import check_file
from sepadan.tax.services.requests import (
    Done,
    NewRequest,
    act_on,
    add_paper,
    decide_request,
    deem_granted,
    file_request,
)
from sepadan.territory.models import Kelurahan, Region

NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
TODAY = date(2026, 11, 24)
OLD, NEW_TAX = 80_718, 69_366
REWARD = 1_226  # 0.6 % a month on 11,352 from 2 June 2025 to 24 November 2026, 18 months begun
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _data(settings: object, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path  # type: ignore[attr-defined]


@pytest.fixture
def malang(db: None) -> Iterator[Region]:
    region = Region.objects.get(code="35.73")
    with region_scope(region):
        open_chart(["pbb"])
        yield region


@pytest.fixture
def people(db: None) -> tuple[Actor, Actor, Actor]:
    made = [Person.objects.create_user(f"{name}@contoh.go.id", name.title()) for name in ("ani", "budi", "citra")]
    return tuple(Actor(name=one.name, person_id=one.pk) for one in made)  # type: ignore[return-value]


@pytest.fixture
def bill(malang: Region, people: tuple[Actor, Actor, Actor]) -> Bill:
    found = post_bill(people)
    assert found.payable == OLD
    return found


def pay(bill: Bill, amount: int, on: date, reference: str = "B1") -> None:
    paid_at = datetime(on.year, on.month, on.day, 4, 0, tzinfo=UTC)
    receive_payment(bill.charge, channel=Channel.BANK, reference=reference, amount=amount, paid_at=paid_at, now=NOW)


def filed(bill: Bill | None, actor: Actor, kind: str = "objection_amount", **given: Any) -> Request:
    """A request with all its papers."""
    new = NewRequest(kind, Intake.COUNTER, given.pop("received_on", date(2025, 4, 1)), "Wajib Pajak Uji",
                     nop=given.pop("nop", "" if bill is None else bill.nop),
                     tax_year=given.pop("tax_year", None if bill is None else bill.tax_year),
                     statement="Luasnya 100 m2.", **given)
    made = file_request(new, actor=actor, now=NOW, today=TODAY)
    for paper in made.type.papers:
        if paper.needed:
            made = add_paper(made, paper.code, version=made.version, actor=actor, now=NOW, today=TODAY)
    return made


def decided(made: Request, people: tuple[Actor, Actor, Actor], outcome: Outcome = Outcome.GRANTED,
            **terms: str) -> Request:
    """Completed, examined, prepared by one and decided by another."""
    def acted(act: Act, done: Done = Done()) -> Request:  # noqa: B008
        return act_on(made, act, done, version=made.version, actor=people[0], now=NOW, today=TODAY)

    made = acted(Act.COMPLETE)
    made = acted(Act.EXAMINE, Done("Diukur di tempat.", looked=True))
    made = acted(Act.PROPOSE, Done("Luas tanah 100 m2 menurut ukuran.", outcome=outcome, terms=terms))
    return decide_request(made, version=made.version, actor=people[1], now=NOW, today=TODAY,
                          write_letter=letter_writer(TODAY))


def carried(made: Request, actor: Actor) -> Request:
    return carry_out_request(made, version=made.version, actor=actor, now=NOW, today=TODAY)


def test_an_objection_granted_after_payment_leaves_the_bill_and_gives_a_credit(malang, people, bill):
    """Paid 80,718 in time; with 100 m2 it is 69,366: a credit of 11,352 and nothing to pay."""
    with region_scope(malang):
        pay(bill, OLD, date(2025, 6, 2))
        made = decided(filed(bill, people[0]), people, land_m2="100")
        seen = preview(made, made.terms, Outcome.GRANTED, TODAY)
        assert seen.money is not None
        assert (seen.money.change, seen.money.credit, seen.money.open) == (NEW_TAX - OLD, OLD - NEW_TAX, 0)
        assert open_amount(bill.charge) == 0
        assert standing(bill.charge).credit == 0  # deciding moves no money
        made = carried(made, people[0])
        assert made.state == "carried_out"
        held = standing(bill.charge)
        assert (held.principal, held.credit) == (0, OLD - NEW_TAX + REWARD)
        change = BillChange.objects.get(bill=bill)
        assert (change.old_payable, change.new_payable, change.credit) == (OLD, NEW_TAX, OLD - NEW_TAX)
        assert (change.before["land_m2"], change.after["land_m2"]) == (120, 100)
        assert change.after["njop"] == 100 * 1_032_000 + 40 * 823_000
        assert change.law_fingerprint == bill.run.law_fingerprint
        bill.refresh_from_db()
        assert (bill.payable, bill.njop) == (OLD, 120 * 1_032_000 + 40 * 823_000)  # the original stays
        assert sum(balances().values()) == 0
        letter = PdfReader(BytesIO(content_of(made.letter))).pages[0].extract_text()
        assert made.letter.number.text in letter
        assert "11.352" in letter
        with pytest.raises(Refused):  # once
            carried(made, people[0])


def test_interest_on_what_was_never_owed_comes_back_with_the_credit(malang, people, bill):
    with region_scope(malang):
        late = date(2025, 12, 1)
        owed = quote(bill.charge, late)
        rule = dues_law("35.73", late).interest
        whole = charge_late(rule, OLD, bill.charge.due_on, late).interest
        right = charge_late(rule, NEW_TAX, bill.charge.due_on, late).interest
        assert 0 < right < whole == owed.interest
        pay(bill, OLD + whole, late)
        made = decided(filed(bill, people[0], "correction"), people, land_m2="100")
        seen = preview(made, made.terms, Outcome.GRANTED, TODAY)
        assert seen.money is not None
        assert (seen.money.credit_principal, seen.money.interest_back) == (OLD - NEW_TAX, whole - right)
        carried(made, people[0])
        held = standing(bill.charge)
        assert (held.principal, held.interest, held.credit) == (0, 0, OLD - NEW_TAX + whole - right)
        assert quote(bill.charge, TODAY).total == 0
        assert sum(balances().values()) == 0


def test_before_payment_the_bill_just_asks_for_less(malang, people, bill):
    with region_scope(malang):
        carried(decided(filed(bill, people[0]), people, land_m2="100"), people[2])
        held = standing(bill.charge)
        assert (held.principal, held.credit) == (NEW_TAX, 0)
        assert open_amount(bill.charge) == NEW_TAX
        pay(bill, NEW_TAX, date(2025, 6, 2))
        assert standing(bill.charge).principal == 0


def test_a_second_correction_builds_on_the_first(malang, people, bill):
    """100 m2, then 90 m2: (92,880,000 + 32,920,000 - 10,000,000) x 0.00055 = 63,690."""
    with region_scope(malang):
        pay(bill, OLD, date(2025, 6, 2))
        carried(decided(filed(bill, people[0]), people, land_m2="100"), people[0])
        carried(decided(filed(bill, people[0], "correction"), people, land_m2="90"), people[0])
        changes = list(BillChange.objects.filter(bill=bill))
        assert [(one.old_payable, one.new_payable, one.credit) for one in changes] == [
            (OLD, NEW_TAX, OLD - NEW_TAX), (NEW_TAX, 63_690, NEW_TAX - 63_690)]
        assert standing(bill.charge).credit == OLD - 63_690 + REWARD  # a correction bears no interest to the taxpayer


def test_a_credit_is_used_for_another_year_or_paid_back(malang, people, bill):
    with region_scope(malang):
        pay(bill, OLD, date(2025, 6, 2))
        carried(decided(filed(bill, people[0], "correction"), people, land_m2="100"), people[0])
        with pytest.raises(Refused):
            preview(filed(bill, people[0], "refund"), {"amount": "11353"}, Outcome.GRANTED, TODAY)
        cash = balances()["1.1"]
        made = carried(decided(filed(bill, people[0], "refund"), people, amount="5000"), people[0])
        assert standing(bill.charge).credit == OLD - NEW_TAX - 5_000
        assert balances()["1.1"] == cash - 5_000
        assert BillChange.objects.get(request=made).paid_out == 5_000
        assert sum(balances().values()) == 0


def test_a_credit_pays_the_bill_of_another_year(malang, people, bill):
    """The credit of 11,352 of 2025 pays part of 2026, which charges 0.2 % of 146,760,000: 293,520."""
    with region_scope(malang):
        later = post_bill(people, 2026)
        assert later.payable == 293_520
        pay(bill, OLD, date(2025, 6, 2))
        carried(decided(filed(bill, people[0], "correction"), people, land_m2="100"), people[0])
        owed = quote(later.charge, TODAY).total
        carried(decided(filed(bill, people[0], "refund"), people, other_year="2026"), people[0])
        assert standing(bill.charge).credit == 0
        assert quote(later.charge, TODAY).total == owed - (OLD - NEW_TAX)
        assert sum(balances().values()) == 0


def test_more_tax_is_an_additional_charge_and_the_first_one_stays(malang, people, bill):
    """150 m2: (154,800,000 + 32,920,000 - 10,000,000) x 0.00055 = 97,746, 17,028 more."""
    with region_scope(malang):
        carried(decided(filed(bill, people[0], "correction"), people, land_m2="150"), people[0])
        assert open_amount(bill.charge) == OLD
        extra = Charge.objects.exclude(pk=bill.charge_id).get()
        assert extra.amount == 97_746 - OLD == 17_028
        assert BillChange.objects.get(bill=bill).new_payable == 97_746


def test_a_cancelled_bill_is_owed_no_more_and_what_was_paid_is_a_credit(malang, people, bill):
    with region_scope(malang):
        pay(bill, 50_000, date(2025, 6, 2))
        carried(decided(filed(bill, people[0], "cancellation"), people), people[0])
        held = standing(bill.charge)
        assert (held.principal, held.credit) == (0, 50_000)
        bill.refresh_from_db()
        assert bill.live


def test_a_reduction_is_relief_and_not_less_tax(malang, people, bill):
    """A quarter of 80,718 is 20,179.5: 20,180 rounded half up."""
    with region_scope(malang):
        carried(decided(filed(bill, people[0], "reduction"), people, percent="25"), people[0])
        assert standing(bill.charge).principal == OLD - 20_180
        change = BillChange.objects.get(bill=bill)
        assert (change.old_payable, change.new_payable) == (OLD, OLD)


def test_a_second_reduction_cuts_no_more_than_is_left_and_makes_no_credit_nobody_paid(malang, people, bill):
    """60 % of 80,718 is 48,430.8; a second 60 % finds 32,287 left."""
    with region_scope(malang):
        for _ in range(2):
            carried(decided(filed(bill, people[0], "reduction"), people, percent="60"), people[0])
        held = standing(bill.charge)
        assert (held.principal, held.credit) == (0, 0)
        assert [one.after["relief"] for one in BillChange.objects.filter(bill=bill).order_by("id")] == [
            48_431, OLD - 48_431]


def test_the_document_of_a_cancelled_bill_promises_what_the_ledger_gives(malang, people, bill):
    """Interest that was waived before is no credit, on paper neither."""
    with region_scope(malang):
        carried(decided(filed(bill, people[0], "penalty_reduction"), people, percent="100"), people[0])
        pay(bill, quote(bill.charge, TODAY).total, TODAY)
        carried(decided(filed(bill, people[0], "cancellation"), people), people[0])
        held = standing(bill.charge)
        assert (held.principal, held.interest) == (0, 0)
        assert BillChange.objects.get(bill=bill, kind="cancelled").credit == held.credit == OLD


def test_interest_is_waived_as_it_stands_on_the_day_and_later_months_bear_it_still(malang, people, bill):
    with region_scope(malang):
        owed = quote(bill.charge, TODAY)
        assert owed.interest > 0
        carried(decided(filed(bill, people[0], "penalty_reduction"), people, percent="100"), people[0])
        assert quote(bill.charge, TODAY).total == owed.principal == OLD
        assert quote(bill.charge, date(2027, 3, 1)).interest > 0


def test_a_due_date_moves_by_a_decision_and_interest_counts_from_it(malang, people, bill):
    with region_scope(malang):
        with pytest.raises(Refused, match="too far off"), transaction.atomic():
            decided(filed(bill, people[0], "due_date"), people, due_on="9999-12-31")
        carried(decided(filed(bill, people[0], "due_date"), people, due_on="2026-12-31"), people[0])
        bill.charge.refresh_from_db()
        assert bill.charge.due_on == date(2026, 12, 31)
        assert quote(bill.charge, TODAY).interest == 0
        assert AuditEntry.objects.filter(action="tax.audit.due_date_moved").count() == 1


def test_a_refusal_changes_nothing_and_is_closed(malang, people, bill):
    with region_scope(malang):
        made = decided(filed(bill, people[0], "reduction"), people, Outcome.REFUSED)
        with pytest.raises(Refused):
            carried(made, people[0])
        made.refresh_from_db()
        made = act_on(made, Act.CLOSE, version=made.version, actor=people[0], now=NOW, today=TODAY)
        assert (made.state, made.outcome) == ("closed", "refused")
        assert open_amount(bill.charge) == OLD
        assert not BillChange.objects.exists()


def test_an_area_corrected_by_an_objection_is_corrected_in_the_register_too(malang, people, bill):
    with region_scope(malang):
        place = NopPlace.objects.create(code=bill.nop[:10], kelurahan=Kelurahan.objects.filter(
            code="35.73.02.1001").get())
        assert place.code == bill.nop[:10]
        one = register_object(bill.nop, {"taxpayer_id": bill.taxpayer_id, "land_m2": 120}, on=date(2020, 1, 1),
                              actor=people[0], now=NOW)
        record_building(one, None, {"jpb": "01", "area_m2": 40}, seen=one.version, on=date(2020, 1, 1),
                        actor=people[0], now=NOW)
        carried(decided(filed(bill, people[0]), people, land_m2="100", building_m2="36"), people[0])
        before, after = object_on(bill.nop, date(2024, 12, 31)), object_on(bill.nop, date(2025, 1, 1))
        assert before is not None
        assert after is not None
        assert (before.version.land_m2, before.building_m2) == (120, 40)
        assert (after.version.land_m2, after.building_m2) == (100, 36)
        event = RequestEvent.objects.get(kind="carry_out")
        assert event.data == {"register": "corrected"}


def test_a_transfer_and_a_new_object_act_on_the_register(malang, people, bill):
    with region_scope(malang):
        NopPlace.objects.create(code=bill.nop[:10], kelurahan=Kelurahan.objects.get(code="35.73.02.1001"))
        fresh = bill.nop[:13] + "90010"
        made = filed(None, people[0], "new_object", nop="")
        carried(decided(made, people, nop=fresh, new_name="Sri Baru", land_m2="75", from_on="2026-03-02"), people[0])
        known = object_on(fresh, date(2026, 3, 2))
        assert known is not None
        assert (known.version.taxpayer.name, known.version.land_m2) == ("Sri Baru", 75)
        buyer = Taxpayer.objects.exclude(pk=known.version.taxpayer_id).first()
        made = filed(None, people[0], "transfer", nop=fresh)
        carried(decided(made, people, npwpd=buyer.npwpd, from_on="2026-06-01"), people[0])
        after = object_on(fresh, date(2026, 6, 1))
        assert after is not None
        assert after.version.taxpayer_id == buyer.pk


def test_numbers_run_without_gaps_and_a_failed_filing_takes_none(malang, people, bill):
    with region_scope(malang):
        first = filed(bill, people[0])
        with pytest.raises(Refused):
            filed(bill, people[0], tax_year=2019)
        with transaction.atomic():  # somebody begins and it fails: the number is given back
            filed(bill, people[0])
            transaction.set_rollback(True)
        second = filed(bill, people[0])
        assert [first.number, second.number] == ["PLY-2026-000001", "PLY-2026-000002"]
        assert Number.objects.filter(series__code="tax.request").count() == 2


def test_a_decision_needs_two_persons_and_the_database_holds_it_too(malang, people, bill):
    with region_scope(malang):
        made = filed(bill, people[0])
        made = act_on(made, Act.COMPLETE, version=made.version, actor=people[0], now=NOW, today=TODAY)
        made = act_on(made, Act.PROPOSE, Done("Ya.", outcome=Outcome.GRANTED, terms={"land_m2": "100"}),
                      version=made.version, actor=people[0], now=NOW, today=TODAY)
        with pytest.raises(Refused) as found:
            decide_request(made, version=made.version, actor=people[0], now=NOW, today=TODAY,
                           write_letter=letter_writer(TODAY))
        assert found.value.problem.what.key == "tax.request.same_person"
        with pytest.raises(DatabaseError), transaction.atomic():
            Request.objects.filter(pk=made.pk).update(decided_by_id=made.proposed_by_id)
        with pytest.raises(DatabaseError), transaction.atomic():
            Request.objects.filter(pk=made.pk).update(number="PLY-2026-999999")
        with pytest.raises(DatabaseError), transaction.atomic():
            RequestEvent.objects.filter(request=made).delete()


def test_a_correction_that_nobody_decides_is_granted_by_the_law_as_it_was_asked_for(malang, people, bill):
    """Received 1 May 2026, six months: 1 November 2026. A claim for 100 m2 is granted on the 2nd."""
    with region_scope(malang):
        made = filed(bill, people[0], "correction", received_on=date(2026, 5, 1), claim={"land_m2": "100"})
        assert made.decide_by == date(2026, 11, 1)
        made = deem_granted(made, version=made.version, actor=people[0], now=NOW, today=TODAY,
                            write_letter=letter_writer(TODAY))
        assert (made.outcome, made.deemed, made.terms) == ("granted", True, {"land_m2": "100"})
        with pytest.raises(Refused):  # somebody else carries it out
            carried(made, people[0])
        made.refresh_from_db()
        carried(made, people[1])
        assert standing(bill.charge).principal == NEW_TAX
        bare = filed(bill, people[0], "correction", received_on=date(2026, 5, 1))  # figures only in the letter
        bare = deem_granted(bare, version=bare.version, actor=people[0], now=NOW, today=TODAY,
                            write_letter=letter_writer(TODAY), asked={"land_m2": "90"})
        carried(bare, people[1])
        assert standing(bill.charge).principal == 63_690
        objection = filed(bill, people[0], received_on=date(2025, 4, 1))
        with pytest.raises(Refused):  # overdue, but what silence means is known from memory only
            deem_granted(objection, version=objection.version, actor=people[0], now=NOW, today=TODAY,
                         write_letter=letter_writer(TODAY))


def test_no_request_about_a_bill_was_received_before_it_was_issued(malang, people, bill):
    """The bill was issued on 3 February 2025. A day typed before it would let a time limit run out at once."""
    with region_scope(malang):
        for on in (date(2025, 2, 2), date(2019, 1, 1)):
            with pytest.raises(Refused) as found:
                filed(bill, people[0], "correction", received_on=on, claim={"land_m2": "100"})
            assert found.value.problem.what.key == "tax.request.before_bill"
        assert not Request.objects.exists()
        assert filed(bill, people[0], "correction", received_on=date(2025, 2, 3)).decide_by == date(2025, 8, 3)
        assert filed(None, people[0], "information", received_on=date(2025, 1, 2)).bill is None  # about no bill


def test_overdue_requests_come_first(malang, people, bill):
    with region_scope(malang):
        quiet = filed(bill, people[0], "reduction", received_on=date(2026, 11, 2))
        later = filed(bill, people[0], received_on=date(2026, 1, 5))
        over = filed(bill, people[0], received_on=date(2025, 4, 1))
        assert [one.pk for one in inbox(TODAY)] == [over.pk, later.pk, quiet.pk]


def test_a_nik_is_kept_as_a_digest_and_in_no_record(malang, people, bill):
    nik = "3573011234567890"
    with region_scope(malang):
        made = filed(bill, people[0], nik=nik)
        assert (made.nik_last4, len(made.nik_digest)) == ("7890", 64)
        for entry in AuditEntry.objects.all():
            assert nik not in str(entry.before) + str(entry.after) + entry.reason
            assert "Wajib Pajak Uji" not in str(entry.after)


def test_files_are_told_by_their_bytes_and_limited(malang, people, bill):
    assert check_file(b"%PDF-1.7 ...", "scan.exe") == ("application/pdf", "scan.pdf")
    for content in (b"", b"MZ...", b"%PDF-" + b"0" * 4_000_000):
        with pytest.raises(Refused):
            check_file(content, "scan.pdf")
    with region_scope(malang):
        made = filed(bill, people[0])
        made = add_paper(made, "proof", version=made.version, actor=people[0], now=NOW, today=TODAY,
                         content=b"%PDF-1.7", file_name="bukti.pdf", media_type="application/pdf")
        kept = RequestEvent.objects.filter(document__isnull=False).get().document
        assert content_of(kept) == b"%PDF-1.7"
        with pytest.raises(Refused):
            add_paper(made, "spop", version=made.version, actor=people[0], now=NOW, today=TODAY)
