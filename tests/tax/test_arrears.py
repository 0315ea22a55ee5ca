"""The list of receivables is the ledger, to the rupiah, whatever happens to charges; groups and rows add up to it."""

from __future__ import annotations

import json
import random
from datetime import date, timedelta
from fractions import Fraction

import pytest

from sepadan.ground.problems import Refused
from sepadan.records.models import Account, Charge, Transfer
from sepadan.records.public import balances, quote, region_scope, standing, take_back_payment
from sepadan.tax.models import DecisionKind, LetterKind, SpareReason
from sepadan.tax.services import arrears_refresh
from sepadan.tax.services.arrears import arrears_list, summarise
from sepadan.tax.services.arrears_refresh import shown_arrears
from sepadan.tax.services.arrears_rows import DebtorRows
from sepadan.tax.services.collection_chasing import acknowledge_debt, spare_object
from sepadan.tax.services.collection_decisions import Proposal, end_decision, grant_decision, propose_decision
from sepadan.tax.services.collection_letters import write_letters
from sepadan.territory.models import Region

from .dues_trial import NOW, TODAY, owe, pay, two_actors

pytestmark = pytest.mark.django_db


@pytest.fixture
def malang(settings, tmp_path):
    settings.DATA_DIR = tmp_path
    region = Region.objects.get(code="35.73")
    with region_scope(region):
        yield region


def nop(k: int) -> str:
    return f"3573010001002{k:04d}0"


def listed():
    return arrears_list(TODAY, now=NOW)


def test_arrears_are_grouped_by_age_and_size_and_what_is_not_due_stands_apart(malang):
    owe(60_000, TODAY - timedelta(days=30), nop=nop(1))
    owe(100_000, date(2024, 11, 24), nop=nop(2))  # two whole years: the third band
    owe(700_000, date(2024, 11, 25), nop=nop(2), tax_year=2023)  # a day short of them: the second
    owe(5_000_000, date(2020, 9, 30), nop=nop(3))
    owe(90_000, TODAY, nop=nop(4))  # due today: not late yet
    found = summarise(listed())
    assert [one.group.total for one in found.ages] == [60_000, 700_000, 100_000, 5_000_000]
    shares = (Fraction(5, 1000), Fraction(1, 10), Fraction(1, 2), Fraction(1))
    assert [one.allowance for one in found.ages] == [
        int(one.group.total * share) for one, share in zip(found.ages, shares, strict=True)]
    assert [(one.objects, one.total) for one in found.sizes] == [
        (1, 60_000), (0, 0), (1, 800_000), (1, 5_000_000), (0, 0)]
    assert (found.late.total, found.late.objects, found.not_due.total) == (5_860_000, 3, 90_000)
    assert (listed().total, listed().difference) == (5_950_000, 0)


def test_debtors_are_filtered_sorted_and_summed_over_all_their_charges(malang):
    ani, _ = two_actors()
    owe(60_000, date(2025, 9, 30), nop=nop(1))
    owe(100_000, date(2024, 9, 30), nop=nop(2))
    owe(700_000, date(2023, 9, 30), nop=nop(2))
    owe(300_000, date(2025, 9, 30), nop=nop(3))
    write_letters([nop(1)], LetterKind.REMINDER, actor=ani, now=NOW, today=TODAY)
    spare_object(nop(3), reason=SpareReason.DECEASED, note="Ahli waris dicari", since=TODAY, until=None, actor=ani,
                 now=NOW)
    rows = DebtorRows(listed(), lambda key: f"/{key}")
    assert [(row["nop"][-6:], row["total"], row["since"], row["step"], row["state"]) for row in rows.part(0, 9)] == [
        ("0002.0", 800_000, "2023-2024", "none", "chased"), ("0003.0", 300_000, "2025", "none", "spared"),
        ("0001.0", 60_000, "2025", "reminder", "chased")]
    assert rows.narrow((), "", {"state": "chased"}).nops(9) == [nop(2), nop(1)]
    assert rows.narrow((), "", {"size": "2"}).nops(9) == [nop(2)]
    assert rows.narrow((), "", {"step": "reminder"}).sums(["total", "charges"]) == {"total": 60_000, "charges": 1}
    assert rows.narrow((), "35.73.010.001.002-0003", {}).nops(9) == [nop(3)]
    assert rows.narrow((), "siti", {}).count() == 3
    assert rows.narrow((), "budi' OR 1=1", {}).count() == 0
    assert rows.narrow((), "", {"age": "x; DROP", "kelurahan": "1"}).count() == 0
    assert [row["name"] for row in rows.sort("nop", False).part(0, 1)] == ["Siti"]


def test_debtors_whose_limitation_ends_soon_are_found_and_an_interruption_moves_them(malang):
    ani, _ = two_actors()
    old, soon = owe(60_000, date(2020, 9, 30), nop=nop(1)), owe(60_000, date(2022, 9, 30), nop=nop(2))
    owe(60_000, date(2024, 9, 30), nop=nop(3))
    owe(60_000, date(2022, 9, 30), nop=nop(4))
    acknowledge_debt(soon, on=date(2026, 6, 1), document="BA-1", actor=ani, now=NOW, today=TODAY)
    acknowledge_debt(old, on=date(2026, 6, 1), document="BA-2", actor=ani, now=NOW, today=TODAY)  # half a year late
    rows = DebtorRows(listed(), str).sort("limit", False)
    assert [(row["nop"][-6:], row["limit"]) for row in rows.part(0, 9)] == [
        ("0001.0", "barred"), ("0004.0", "soon"), ("0003.0", "later"), ("0002.0", "later")]
    assert rows.narrow((), "", {"limit": "soon"}).nops(9) == [nop(4)]


def test_the_list_is_made_again_when_the_books_moved_and_kept_when_they_did_not(malang):
    charge = owe(60_000, date(2025, 9, 30))
    first = listed()
    stamp = first.path.stat().st_mtime_ns
    assert listed().path.stat().st_mtime_ns == stamp
    pay(charge, TODAY, 10_000)
    again = listed()
    assert again.path.stat().st_mtime_ns != stamp
    assert again.total == standing(charge).principal + standing(charge).interest
    assert arrears_list(date(2026, 1, 1), now=NOW).total == 60_000  # what stood on an earlier day


def test_a_newer_list_reads_only_what_moved_and_is_the_one_read_anew(malang):
    ani, budi = two_actors()
    charges = [owe(60_000 * k, date(2020 + k, 9, 30), nop=nop(k)) for k in range(1, 6)]
    assert arrears_list(TODAY - timedelta(days=9), now=NOW).read_anew
    pay(charges[0], TODAY - timedelta(days=3), 10_000)  # effective after the day of the first list
    pay(charges[1], TODAY, quote(charges[1], TODAY).total)
    one = propose_decision(Proposal(DecisionKind.WRITE_OFF, charges[2], 180_000, "Uji"), actor=ani, now=NOW,
                           today=TODAY)
    grant_decision(one, version=1, document_number="SK", document_on=TODAY, actor=budi, now=NOW, today=TODAY)
    owe(70_000, date(2025, 9, 30), nop=nop(9))
    taken = arrears_list(TODAY, now=NOW)
    rows = [tuple(row.values()) for row in DebtorRows(taken, str, with_names=False).part(0, 99)]
    anew = arrears_list(TODAY, now=NOW, anew=True)
    assert (taken.read_anew, anew.read_anew) == (False, True)
    assert (taken.total, taken.difference) == (anew.total, 0)
    assert rows == [tuple(row.values()) for row in DebtorRows(anew, str, with_names=False).part(0, 99)]
    assert len(rows) == 4


def test_a_list_that_no_longer_adds_up_to_the_ledger_is_read_anew(malang):
    charge = owe(60_000, date(2025, 9, 30))
    first = listed()
    facts = json.loads(first.path.with_suffix(".json").read_text())
    rows, last, change = facts["version"].split("-")
    pay(charge, TODAY, 10_000)  # two lines: one of them as if it had been committed late, under a key already passed
    facts["version"] = f"{rows}-{int(last) + 1}-{change}"
    first.path.with_suffix(".json").write_text(json.dumps(facts))
    again = listed()
    assert (again.read_anew, again.difference, again.total) == (True, 0, standing(charge).principal
                                                                + standing(charge).interest)


def test_a_transfer_committed_late_is_not_missed_though_nothing_else_moved(malang):
    owe(132_400, date(2025, 9, 30))
    first = listed()
    at = {purpose: Account.objects.get(purpose=purpose).pk for purpose in ("receivable:pbb", "revenue:pbb")}
    charge = Charge.objects.get()
    late = min(Transfer.objects.values_list("pk", flat=True)) - 1  # a key that the list of before has already passed
    Transfer.objects.create(pk=late, debit_id=at["revenue:pbb"], credit_id=at["receivable:pbb"], amount=1_000,
                            charge=charge, effective_on=TODAY, posted_at=NOW, source="terlambat:1")
    again = listed()
    assert (first.total, again.total, again.ledger) == (132_400, 132_400 - 1_000, 132_400 - 1_000)
    assert (again.difference, again.moved, again.read_anew) == (0, False, True)
    assert listed().path.stat().st_mtime_ns == again.path.stat().st_mtime_ns  # and now it is kept


def test_a_page_shows_the_last_list_while_a_worker_makes_a_newer_one(malang, monkeypatch):
    monkeypatch.setattr(arrears_refresh, "SMALL", 0)
    charge = owe(60_000, date(2025, 9, 30))
    empty = shown_arrears(TODAY, now=NOW)
    assert empty.found is None and empty.work is not None  # noqa: PT018
    assert shown_arrears(TODAY, now=NOW).work == empty.work  # one at a time
    arrears_list(TODAY, now=NOW)
    assert (shown_arrears(TODAY, now=NOW).work, shown_arrears(TODAY, now=NOW).found.moved) == (None, False)
    pay(charge, TODAY, 10_000)
    young = shown_arrears(TODAY, now=NOW)
    assert (young.found.total, young.found.moved, young.work) == (60_000, True, None)
    later = shown_arrears(TODAY, now=NOW + timedelta(minutes=3))
    assert later.found.total == 60_000 and later.work is not None  # noqa: PT018
    assert shown_arrears(TODAY, now=NOW, fresh=True).work == later.work


def test_another_region_sees_none_of_it(malang):
    owe(60_000, date(2025, 9, 30))
    assert listed().total == 60_000
    with region_scope(Region.objects.get(code="32.16")):
        assert (listed().total, listed().ledger) == (0, 0)


@pytest.mark.parametrize("seed", range(6))
def test_the_receivable_list_equals_the_ledger_after_whatever_happens(seed, settings, tmp_path):
    settings.DATA_DIR = tmp_path
    with region_scope(Region.objects.get(code="32.75")):
        assert _live(random.Random(seed)) >= 6  # acts that the books allowed, of sixteen tried


def _live(draw: random.Random) -> int:
    """Sixteen acts of chance, list and ledger compared after each fourth; how many were not refused."""
    ani, budi = two_actors()
    charges = [owe(draw.randrange(1, 900_000), date(draw.randrange(2012, 2026), draw.randrange(1, 13), 28),
                   nop=f"3275010001002{k:04d}0") for k in (1, 2, 3)]
    payments, granted, done = [], [], 0
    for step in range(16):
        charge, on = draw.choice(charges), TODAY - timedelta(days=draw.randrange(0, 700))
        act = draw.choice(("pay", "pay", "pay_all", "back", "write_off", "correct", "use", "refund", "end"))
        try:
            if act == "pay":
                payments.append(pay(charge, on, draw.randrange(1, 400_000), f"p{step}").payment)
            elif act == "pay_all":
                payments.append(pay(charge, on, max(1, quote(charge, on).total), f"p{step}").payment)
            elif act == "back" and payments:
                take_back_payment(payments.pop(draw.randrange(len(payments))), reference=f"b{step}", reason="Batal",
                                  effective_on=on, now=NOW)
            elif act == "end" and granted:
                one = granted.pop()
                end_decision(one, version=one.version, reason="Ditemukan", on=TODAY, actor=budi, now=NOW)
            else:
                held = standing(charge)
                kind, amount, other = {
                    "write_off": (DecisionKind.WRITE_OFF, held.principal + held.interest, None),
                    "correct": (DecisionKind.CORRECTION, draw.randrange(0, 900_000), None),
                    "use": (DecisionKind.COMPENSATION, max(1, held.credit // 2), draw.choice(charges)),
                }.get(act, (DecisionKind.REFUND, max(1, held.credit), None))
                one = propose_decision(Proposal(kind, charge, amount, "Uji", other), actor=ani, now=NOW, today=TODAY)
                one = grant_decision(one, version=one.version, document_number=f"SK-{step}", document_on=TODAY,
                                     actor=budi, now=NOW, today=TODAY)
                granted += [one] if kind is DecisionKind.WRITE_OFF else []
            done += 1
        except Refused:
            pass
        if step % 4 != 3:
            continue
        found, books = arrears_list(TODAY, now=NOW, anew=True), balances()
        assert found.difference == 0
        assert found.total == books["1.3.pbb"] + books.get("1.3.pbb.1", 0)
        rows = DebtorRows(found, str)
        not_due = summarise(found).not_due.total
        assert rows.sums(["total"])["total"] + not_due == found.total
        assert sum(books.values()) == 0
        for one in charges:
            now = standing(one)
            assert now.interest >= 0, (act, now)
    return done
