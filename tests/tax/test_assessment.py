"""A mass assessment on real PostgreSQL: worked by hand, approved by a second person, posted whole or not at all."""

from __future__ import annotations

import os
import signal
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from django.db import IntegrityError, connections, transaction
from tests.tax.test_rolls import NEW, columns, load

from sepadan.ground.problems import Refused
from sepadan.records.public import (
    Actor,
    AuditEntry,
    Channel,
    Charge,
    Person,
    Transfer,
    balances,
    open_amounts,
    open_chart,
    receive_payment,
    region_scope,
    run_worker,
)
from sepadan.records.public import WorkState as State
from sepadan.tax.engine.assessment import DueDate, read_control
from sepadan.tax.models import AssessmentRun, Bill, Roll, RunState, Taxpayer
from sepadan.tax.services import posting
from sepadan.tax.services.assessment import NewRun, approve_run, compute_run, draft_run
from sepadan.tax.services.posting import post_run, start_posting
from sepadan.tax.services.posting_reversal import reverse_run
from sepadan.territory.models import Region

NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
DUE = (DueDate(100_000, date(2025, 8, 31)), DueDate(None, date(2025, 9, 30)))
FORM = NewRun(law_on=date(2025, 1, 1), issued_on=date(2025, 2, 3), due_dates=DUE, due_decree="Perwal uji 1/2025",
              assumptions="default")
RATE, NJOPTKP = Fraction(55, 100_000), 10_000_000
pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "owner"])


@pytest.fixture
def malang(transactional_db: None) -> Region:
    region = Region.objects.get(code="35.73")
    with region_scope(region):
        open_chart(["pbb"])
    return region


@pytest.fixture
def bekasi(transactional_db: None) -> Region:
    return Region.objects.get(code="32.16")


@pytest.fixture(autouse=True)
def _data(settings: object, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path  # type: ignore[attr-defined]


@pytest.fixture
def people(transactional_db: None) -> tuple[Actor, Actor, Actor]:
    """Three officers: one drafts and computes, two may approve."""
    made = [Person.objects.create_user(f"{name}@contoh.go.id", name.title()) for name in ("ani", "budi", "citra")]
    return tuple(Actor(name=one.name, person_id=one.pk) for one in made)  # type: ignore[return-value]


def half_up(value: Fraction) -> int:
    return int(value + Fraction(1, 2))


def approved(region: Region, roll: Roll, people: tuple[Actor, Actor, Actor], form: NewRun = FORM) -> AssessmentRun:
    with region_scope(region):
        run = draft_run(roll, form, actor=people[0], now=NOW)
        run = compute_run(run, version=run.version, actor=people[0], now=NOW)
        return approve_run(run, version=run.version, actor=people[1], now=NOW)


def post(region: Region, run: AssessmentRun, actor: Actor) -> posting.PostedRun:
    return post_run(region, run.pk, actor=actor, clock=lambda: NOW)


def counts(region: Region) -> tuple[int, int, int]:
    with region_scope(region):
        return Bill.objects.count(), Charge.objects.count(), Transfer.objects.count()


def test_a_small_roll_is_billed_as_worked_by_hand(malang, people):
    given = columns()
    run = approved(malang, load(malang, given), people)
    posted = post(malang, run, people[0])
    best: dict[int, int] = {}
    for place, (owner, njop) in enumerate(zip(given.owner.tolist(), given.njop.tolist(), strict=True)):
        if owner not in best or njop > given.njop[best[owner]]:
            best[owner] = place
    with region_scope(malang):
        bills = list(Bill.objects.select_related("run", "charge").order_by("nop"))
        assert len(bills) == 12
        for place, bill in enumerate(bills):
            takes = best[int(given.owner[place])] == place
            taxable = max(0, int(given.njop[place]) - (NJOPTKP if takes else 0))
            assert (bill.number, bill.takes_njoptkp, bill.deduction) == (place + 1, takes, NJOPTKP if takes else 0)
            assert (bill.taxable, bill.rate, bill.pbb) == (taxable, RATE, half_up(taxable * RATE))
            assert (bill.payable, bill.waived) == (bill.pbb, False)
            assert bill.due_on == (date(2025, 8, 31) if bill.payable <= 100_000 else date(2025, 9, 30))
            assert (bill.charge.amount, bill.charge.due_on) == (bill.payable, bill.due_on)
            assert bill.charge.number == f"{bill.nop}-2025-{run.pk}"
        total = sum(bill.payable for bill in bills)
        assert (posted.control.bills, posted.control.payable) == (12, total)
        assert balances()["1.3.pbb"] == total == -balances()["4.pbb"]
        assert Transfer.objects.get(source=f"assessment:{run.pk}:{bills[0].nop}").effective_on == date(2025, 2, 3)
        run.refresh_from_db()
        assert (run.state, run.posted_at) == (RunState.POSTED, NOW)
        assert AuditEntry.objects.filter(action="tax.audit.run_posted", object_id=str(run.pk)).count() == 1


def test_waived_bills_have_no_charge(malang, people):
    """The law of 2026: 0.2 %, bills of up to Rp30,000 are waived; here those of objects that take the NJOPTKP."""
    given = columns()
    small = replace(given, njop_land=given.njop_land // 6, njop_building=given.njop_building * 0)
    roll = load(malang, small, replace(NEW, tax_year=2026))
    run = approved(malang, roll, people, replace(FORM, law_on=date(2026, 1, 1)))
    post(malang, run, people[0])
    with region_scope(malang):
        bills = list(Bill.objects.all())
        waived = [bill for bill in bills if bill.waived]
        assert 0 < len(waived) < len(bills) == 12
        for bill in bills:
            assert bill.pbb == half_up(bill.taxable * Fraction(2, 1000))
            assert bill.waived == (bill.pbb <= 30_000)
            assert (bill.payable, bill.charge_id is None) == ((0, True) if bill.waived else (bill.pbb, False))
        assert Charge.objects.count() == len(bills) - len(waived) == run.control["charged"]
        assert run.report["totals"]["waived"] == sum(bill.pbb > 0 for bill in waived)


def test_the_dry_run_bills_nothing_and_tells_by_kelurahan_band_and_use(malang, people):
    given = columns()
    roll = load(malang, given)
    with region_scope(malang):
        run = draft_run(roll, FORM, actor=people[0], now=NOW)
        run = compute_run(run, version=run.version, actor=people[0], now=NOW)
    assert counts(malang) == (0, 0, 0)
    report = run.report
    assert [row["objects"] for row in report["villages"]] == [6, 6]
    assert {row["key"]: row["objects"] for row in report["uses"]} == {"general": 9, "food_land": 3}
    for table in ("villages", "bands", "uses"):
        assert sum(row["payable"] for row in report[table]) == report["totals"]["payable"] == run.control["payable"]
    assert report["totals"]["njop"] == int(given.njop.sum())
    assert report["before"] is None
    assert "njoptkp" in run.assumed
    assert report["anomalies"]["double_nop"]["objects"] == 0


def test_doubts_of_the_register_are_told(malang, people):
    """Object 3 has no land; object 5 a building's value but no building; owners 1 and 2 are one person."""
    given = columns()
    land, building, kind = given.land_m2.copy(), given.building_m2.copy(), given.building_class.copy()
    land[2] = building[4] = kind[4] = 0
    roll = load(malang, replace(given, land_m2=land, building_m2=building, building_class=kind))
    with region_scope(malang):
        owners = Taxpayer.objects.filter(npwpd__in=["UJI00001", "UJI00002"])
        assert owners.update(nik_digest="a" * 64, nik_last4="0001") == 2
        run = draft_run(roll, FORM, actor=people[0], now=NOW)
        found = compute_run(run, version=run.version, actor=people[0], now=NOW).report["anomalies"]
    assert found["missing_area"] == {"objects": 2, "sample": [str(given.nop[2]), str(given.nop[4])]}
    assert found["two_njoptkp"] == {"objects": 1, "sample": [["UJI00001", "UJI00002"]]}


def test_against_last_year_who_rises_who_falls_and_the_largest_changes(malang, people):
    """2025: 0.055 % of NJOP less NJOPTKP. 2026: 0.2 %, less one object that is gone and with one that is new."""
    before, after = columns(12), columns(13)
    after = replace(after, **{name: getattr(after, name)[1:] for name in (
        "nop", "village", "food_land", "land_m2", "land_class", "building_m2", "building_class", "njop_land",
        "njop_building", "printed")}, owner=np.arange(1, 13, dtype=np.int64))
    run = approved(malang, load(malang, before), people)
    post(malang, run, people[0])
    with region_scope(malang):
        old = {bill.nop: bill.payable for bill in Bill.objects.all()}
    second = approved(malang, load(malang, after, replace(NEW, tax_year=2026)), people,
                      replace(FORM, law_on=date(2026, 1, 1)))
    post(malang, second, people[0])
    with region_scope(malang):
        new = {bill.nop: bill.payable for bill in Bill.objects.filter(tax_year=2026)}
    found, both = second.report["before"], old.keys() & new.keys()
    assert found["kind"] == "bills"
    assert found["kinds"]["up"]["objects"] == sum(new[nop] > old[nop] for nop in both) > 0
    assert found["kinds"]["down"]["objects"] == sum(new[nop] < old[nop] for nop in both)
    assert (found["kinds"]["new"]["objects"], found["kinds"]["gone"]["objects"]) == (1, 1)
    assert found["kinds"]["gone"]["was"] == next(old[nop] for nop in old.keys() - new.keys())
    assert found["jump"]["objects"] == sum(new[nop] > 2 * old[nop] > 0 for nop in both)
    largest = max(both, key=lambda nop: abs(new[nop] - old[nop]))
    assert found["largest"][0] == {"nop": largest, "was": old[largest], "is_now": new[largest]}
    assert sum(row["up"] for row in second.report["villages"]) == found["kinds"]["up"]["objects"]


def test_last_years_roll_stands_in_where_it_was_never_billed(malang, people):
    load(malang, columns(12))
    run = approved(malang, load(malang, columns(12), replace(NEW, tax_year=2026)), people,
                   replace(FORM, law_on=date(2026, 1, 1)))
    found = run.report["before"]
    assert found["kind"] == "roll"
    assert found["kinds"]["up"]["objects"] + found["kinds"]["down"]["objects"] + found["kinds"]["same"]["objects"] == 12


def test_only_a_second_person_approves_and_nobody_acts_on_an_older_version(malang, people):
    roll = load(malang, columns())
    with region_scope(malang):
        run = draft_run(roll, FORM, actor=people[0], now=NOW)
        seen = run.version
        run = compute_run(run, version=seen, actor=people[2], now=NOW)
        for actor in (people[0], people[2], Actor(name="sistem")):  # drafted, computed, nobody
            with pytest.raises(Refused) as refused:
                approve_run(run, version=run.version, actor=actor, now=NOW)
            assert refused.value.problem.what.key == "tax.run.same_person"
        with pytest.raises(Refused) as refused:
            approve_run(run, version=seen, actor=people[1], now=NOW)
        assert refused.value.problem.what.key == "tax.run.changed"
        assert approve_run(run, version=run.version, actor=people[1], now=NOW).state == RunState.APPROVED
        with pytest.raises(IntegrityError), transaction.atomic():  # the database checks it too
            AssessmentRun.objects.filter(pk=run.pk).update(approved_by_id=people[0].person_id)


def test_of_two_who_approve_at_once_one_is_told(malang, people):
    roll = load(malang, columns())
    with region_scope(malang):
        run = draft_run(roll, FORM, actor=people[0], now=NOW)
        run = compute_run(run, version=run.version, actor=people[0], now=NOW)

    def approve(actor: Actor) -> str:
        try:
            with region_scope(malang):
                return approve_run(run, version=run.version, actor=actor, now=NOW).state
        except Refused as refused:
            return refused.problem.what.key
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        said = sorted(pool.map(approve, people[1:]))
    assert said == [RunState.APPROVED, "tax.run.changed"]
    with region_scope(malang):
        assert AuditEntry.objects.filter(action="tax.audit.run_approved").count() == 1


def test_real_bills_refuse_an_assumption_that_no_decree_backs(malang, people):
    synthetic, real = load(malang, columns()), load(malang, columns(), replace(NEW, name="register", synthetic=False))
    with region_scope(malang):
        with pytest.raises(Refused) as refused:
            draft_run(real, FORM, actor=people[0], now=NOW)
        assert refused.value.problem.what.key == "tax.run.no_decree"
        assert "njoptkp" in str(refused.value.problem)
        backed = replace(FORM, assumptions_decree="Perwal uji 2/2025")
        assert draft_run(real, backed, actor=people[0], now=NOW).assumptions_decree == "Perwal uji 2/2025"
        assert draft_run(synthetic, FORM, actor=people[0], now=NOW).state == RunState.DRAFT


def test_posting_needs_approval_and_twice_changes_nothing(malang, people):
    roll = load(malang, columns())
    with region_scope(malang):
        run = draft_run(roll, FORM, actor=people[0], now=NOW)
        run = compute_run(run, version=run.version, actor=people[0], now=NOW)
    with pytest.raises(Refused):
        post(malang, run, people[0])
    assert counts(malang) == (0, 0, 0)
    with region_scope(malang):
        run = approve_run(run, version=run.version, actor=people[1], now=NOW)
    first = post(malang, run, people[0])
    held = counts(malang)
    again = post(malang, run, people[0])
    assert (first.was_posted, again.was_posted) == (False, True)
    assert first.control == again.control
    assert counts(malang) == held == (12, 12, 12)


def test_two_that_post_at_once_post_once(malang, people):
    run = approved(malang, load(malang, columns(40)), people)

    def go(actor: Actor) -> bool:
        try:
            return post(malang, run, actor).was_posted
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(go, people[:2])) == [False, True]
    assert counts(malang)[0] == 40


def test_a_second_run_over_billed_objects_is_refused_and_a_second_live_bill_impossible(malang, people):
    roll = load(malang, columns())
    first, second = approved(malang, roll, people), approved(malang, roll, people)
    post(malang, first, people[0])
    held = counts(malang)
    with pytest.raises(Refused) as refused:
        post(malang, second, people[0])
    assert refused.value.problem.what.key == "tax.run.bills_exist"
    assert counts(malang) == held
    with region_scope(malang):
        bill = Bill.objects.first()
        bill.pk, bill.charge, bill.payable = None, None, 0
        with pytest.raises(IntegrityError), transaction.atomic():
            bill.save(force_insert=True)


@pytest.mark.parametrize("rows", [1, 45, 115])
def test_killed_anywhere_nothing_is_seen_and_the_rerun_ends_the_same(malang, people, rows):
    run = approved(malang, load(malang, columns(40)), people)
    connections.close_all()
    child = os.fork()
    if child == 0:
        def fall(done: int) -> None:
            if done >= rows:
                os.kill(os.getpid(), signal.SIGKILL)

        post_run(malang, run.pk, actor=people[0], clock=lambda: NOW, told=fall)
        os._exit(0)
    assert os.WTERMSIG(os.waitpid(child, 0)[1]) == signal.SIGKILL
    assert counts(malang) == (0, 0, 0)
    assert post(malang, run, people[0]).control == read_control(run.control)
    assert counts(malang) == (40, 40, 40)


@pytest.mark.parametrize(("where", "named"), [
    ("UPDATE tax_bill SET payable = payable + 1, pbb = pbb + 1 WHERE number = 3", "check_sum"),
    ("UPDATE tax_bill SET kelurahan_id = kelurahan_id - 1 WHERE number = 12", "roll"),
    ("DELETE FROM records_transfer WHERE charge_id = (SELECT charge_id FROM tax_bill WHERE number = 5)", "ledger"),
    ("UPDATE tax_bill a SET pbb = b.pbb, payable = b.payable FROM tax_bill b WHERE a.number + b.number = 3",
     "check_sum"),
])
def test_rows_that_were_tampered_with_on_their_way_take_all_back(malang, people, monkeypatch, where, named):
    run = approved(malang, load(malang, columns()), people)
    honest = posting.copy_rows

    def tampering(cursor, *args):
        honest(cursor, *args)
        cursor.execute("SET LOCAL session_replication_role = replica")  # or the triggers would refuse it themselves
        cursor.execute(where)

    monkeypatch.setattr(posting, "copy_rows", tampering)
    with pytest.raises(Refused) as refused:
        post(malang, run, people[0])
    assert refused.value.problem.what.key == "tax.run.control_differs"
    assert named in refused.value.problem.what.params["names"]
    assert counts(malang) == (0, 0, 0)


def test_control_totals_that_somebody_changed_are_not_posted(malang, people):
    run = approved(malang, load(malang, columns()), people)
    with region_scope(malang):
        AssessmentRun.objects.filter(pk=run.pk).update(control={**run.control, "payable": run.control["payable"] + 1})
    with pytest.raises(Refused) as refused:
        post(malang, run, people[0])
    assert refused.value.problem.what.key == "tax.run.control_altered"
    assert counts(malang) == (0, 0, 0)


def test_a_posted_run_is_reversed_as_a_whole_and_the_year_can_be_assessed_again(malang, people):
    roll = load(malang, columns())
    run = approved(malang, roll, people)
    post(malang, run, people[0])
    with pytest.raises(Refused):
        reverse_run(malang, run.pk, version=run.version + 1, actor=people[1], reason=" ", effective_on=NOW.date(),
                    now=NOW)
    with pytest.raises(Refused) as refused:
        reverse_run(malang, run.pk, version=run.version, actor=people[1], reason="NJOP keliru", effective_on=NOW.date(),
                    now=NOW)
    assert refused.value.problem.what.key == "tax.run.changed"  # the posting itself was a change
    for _ in range(2):  # the second time changes nothing
        back = reverse_run(malang, run.pk, version=run.version + 1, actor=people[1], reason="NJOP keliru",
                           effective_on=NOW.date(), now=NOW)
        assert back.state == RunState.REVERSED
        assert counts(malang) == (12, 12, 24)
    with region_scope(malang):
        assert set(open_amounts(Charge.objects.values_list("pk", flat=True)).values()) == {0}
        assert balances()["1.3.pbb"] == 0
        assert not Bill.objects.filter(live=True).exists()
        assert AuditEntry.objects.get(action="tax.audit.run_reversed").reason == "NJOP keliru"
    post(malang, approved(malang, roll, people), people[0])
    with region_scope(malang):
        assert Bill.objects.filter(live=True).count() == 12


def test_after_a_payment_the_run_stays_and_the_refusal_names_it(malang, people):
    run = approved(malang, load(malang, columns()), people)
    post(malang, run, people[0])
    with region_scope(malang):
        bill = Bill.objects.select_related("charge").first()
        receive_payment(channel=Channel.BANK, reference="B-1", charge=bill.charge, amount=1_000, paid_at=NOW, now=NOW)
    held = counts(malang)
    with pytest.raises(Refused) as refused:
        reverse_run(malang, run.pk, version=run.version + 1, actor=people[1], reason="NJOP keliru",
                    effective_on=NOW.date(), now=NOW)
    assert refused.value.problem.what.key == "tax.run.paid"
    assert refused.value.problem.what.params["nop"] == bill.nop
    assert counts(malang) == held


def test_another_region_sees_neither_run_nor_bill(malang, bekasi, people):
    run = approved(malang, load(malang, columns()), people)
    post(malang, run, people[0])
    with region_scope(bekasi):
        assert not AssessmentRun.objects.exists()
        assert not Bill.objects.exists()
        with pytest.raises(AssessmentRun.DoesNotExist):
            compute_run(run, version=run.version, actor=people[0], now=NOW)
    with region_scope(malang):
        assert Bill.objects.count() == 12


def test_nothing_of_a_bill_changes_but_that_it_is_live(malang, people):
    run = approved(malang, load(malang, columns()), people)
    post(malang, run, people[0])
    for column in ("payable", "njop", "due_on", "charge_id"):
        with region_scope(malang), pytest.raises(Exception, match=r"never changed|permission"), transaction.atomic():
            Bill.objects.update(**{column: None})


def test_the_worker_posts_what_was_asked_for(malang, people):
    run = approved(malang, load(malang, columns()), people)
    with region_scope(malang):
        work = start_posting(run, actor=people[0], now=NOW)
        assert start_posting(run, actor=people[0], now=NOW).pk == work.pk
    run_worker(until_empty=True)
    with region_scope(malang):
        work.refresh_from_db()
        assert (work.state, work.result["digest"]) == (State.DONE, run.control["digest"])
        assert Bill.objects.count() == 12
