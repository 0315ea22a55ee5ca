"""Bills and payments of an older system on real PostgreSQL: judged by hand, approved by a second person, in the ledger
to the rupiah, and the same files twice change nothing."""

from __future__ import annotations

from collections import Counter
from datetime import date
from pathlib import Path

import pytest
from django.db import IntegrityError, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from sepadan.ground.problems import Refused
from sepadan.records.public import (
    Actor,
    AuditEntry,
    Charge,
    Person,
    balances,
    open_amount,
    quote,
    region_scope,
    standing,
)
from sepadan.tax.engine.collection import Limitation
from sepadan.tax.engine.opening import OldBill, OldPayment, take_bill
from sepadan.tax.models import (
    Claim,
    DecisionKind,
    ImportFile,
    ImportProblem,
    ImportState,
    OpeningBill,
    OpeningPayment,
    RegisterImport,
)
from sepadan.tax.queries.opening import overpaid_bills
from sepadan.tax.services import imports as service
from sepadan.tax.services.arrears import arrears_list
from sepadan.tax.services.collection_decisions import Proposal, grant_decision, propose_decision
from sepadan.tax.services.imports import apply_import, check_import
from sepadan.tax.services.imports_export import EXPORTED, allow_export, write_exports
from sepadan.tax.services.imports_judging import judge
from sepadan.tax.services.rolls import bulk_connection
from sepadan.territory.models import Region
from sepadan.territory.public import key_of

from . import old_bills as old
from . import sismiop_files as files
from .test_imports import ACTOR, NOW, _data, check, faults, malang, receive  # noqa: F401

ON = date(2026, 11, 20)
pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "owner"])


@pytest.fixture
def people(transactional_db: None) -> tuple[Actor, Actor]:
    """Who uploads, and who approves."""
    made = [Person.objects.create_user(f"{name}@contoh.go.id", name.title()) for name in ("ani", "budi")]
    return Actor(made[0].name, made[0].pk), Actor(made[1].name, made[1].pk)


def brought(region: Region, paths: list[Path], actor: Actor, on: date = ON) -> RegisterImport:
    """Received and checked by *actor*."""
    with region_scope(region):
        one = service.receive_import([service.Upload(path.name, [path.read_bytes()]) for path in paths], valid_on=on,
                                     actor=actor, now=NOW)
        service.start_check(one, actor=actor, now=NOW)
    check_import(region, one.pk, clock=lambda: NOW, told=lambda done, total: None)
    with region_scope(region):
        return RegisterImport.objects.get(pk=one.pk)


def approved(region: Region, one: RegisterImport, actor: Actor) -> None:
    with region_scope(region):
        service.start_approved(one, control=one.control, actor=actor, now=NOW)
    apply_import(region, one.pk, actor=actor, clock=lambda: NOW, told=lambda stage: None)


def counts(one: RegisterImport) -> dict[str, tuple[int, int, int, int]]:
    return {file.table: tuple(file.counts.get(name, 0) for name in ("new", "changed", "same", "bad"))  # type: ignore[misc]
            for file in ImportFile.objects.filter(register_import=one)}


BILLS = [old.bill(0, 2022, 100_000), old.bill(0, 2023, 100_000), old.bill(1, 2023, 80_000, paid="1"),
         old.bill(2, 2023, 60_000, paid="1"), old.bill(2, 2020, 50_000), old.bill(3, 2024, 40_000, paid="1")]
PAYMENTS = [old.payment(0, 2022, 40_800, "15/12/2022", interest=800),             # a part, late
            old.payment(1, 2023, 80_000, "01/03/2023"), old.payment(1, 2023, 80_000, "01/03/2023", part=2),  # twice
            old.payment(2, 2023, 60_000, "31/12/2022")]                            # before it was billed
# what is left: 60,000 of object 0 for 2022, 100,000 for 2023, 50,000 of object 2 for 2020; object 3 has no payment


def test_what_an_older_system_held_becomes_history_and_what_is_left_a_receivable_once_a_second_person_agrees(
        malang, people, tmp_path):  # noqa: F811
    paths = old.write(tmp_path / "in", BILLS, PAYMENTS)
    one = brought(malang, paths, people[0])
    with region_scope(malang):
        assert counts(one) == {"sppt": (6, 0, 0, 0), "pembayaran_sppt": (4, 0, 0, 0)}
        assert one.openings["notes"] == {"overpaid": 1, "paid_twice": 1, "paid_before_billed": 1, "paid_unproved": 1,
                                         "barred": 1}
        first, second = (key_of(village) for village in files.VILLAGES)
        assert one.openings["totals"] == [
            [2020, first, 1, 50_000, 0, 0, 0, 1, 50_000], [2022, first, 1, 100_000, 40_000, 0, 0, 1, 60_000],
            [2023, first, 2, 160_000, 60_000, 0, 0, 1, 100_000], [2023, second, 1, 80_000, 80_000, 80_000, 0, 0, 0],
            [2024, second, 1, 40_000, 0, 0, 40_000, 0, 0]]
        assert Claim.objects.count() == OpeningBill.objects.count() == 0  # a dry run writes nothing
        for act, who, said in ((service.start_apply, people[1], "second person"),
                               (service.start_approved, people[0], "cannot approve")):
            with pytest.raises(Refused, match=said), transaction.atomic():
                act(one, control=one.control, actor=who, now=NOW)
    with pytest.raises(Refused, match="second person"):
        apply_import(malang, one.pk, actor=people[0], clock=lambda: NOW, told=lambda stage: None)
    approved(malang, one, people[1])
    with region_scope(malang):
        one.refresh_from_db()
        assert (one.state, one.approved_by_id) == (ImportState.APPLIED, people[1].person_id)
        assert balances()["1.3.pbb"] == 210_000 == -balances()["3.pbb"]
        assert balances()["3.pbb.1"] == 80_000 == -balances()["2.1"]  # paid twice: the region owes the second payment
        assert sorted(Claim.objects.values_list("tax_year", "evidence", "origin")) == [
            (2020, "full", "opening"), (2022, "full", "opening"), (2023, "full", "credit"), (2023, "full", "opening")]
        assert OpeningPayment.objects.count() == 4
        bill = OpeningBill.objects.get(nop="".join(files.nop(1)))
        assert (bill.principal_paid, bill.over, bill.remainder) == (160_000, 80_000, 0)
        owed = Charge.objects.get(pk=bill.charge_id)
        assert (owed.number, owed.amount) == (f"{bill.nop}-2023-lebih", 80_000)
        assert (standing(owed).principal, standing(owed).credit, quote(owed, ON).total) == (0, 80_000, 0)
        partial = OpeningBill.objects.get(tax_year=2022)
        assert (partial.interest_paid, partial.remainder, partial.last_paid_on) == (800, 60_000, date(2022, 12, 15))
        charge = Charge.objects.get(pk=partial.charge_id)
        assert (charge.due_on, charge.amount, open_amount(charge)) == (date(2022, 9, 30), 60_000, 60_000)
        entry = AuditEntry.objects.get(action="tax.audit.import_approved")
        assert (entry.actor_id, entry.after["opened"]) == (people[1].person_id, 210_000)
        arrears = arrears_list(date(2026, 11, 24), now=NOW)
        assert (arrears.total, arrears.difference) == (210_000, 0)
    again = brought(malang, paths, people[0])
    with region_scope(malang):
        assert counts(again) == {"sppt": (0, 0, 6, 0), "pembayaran_sppt": (0, 0, 4, 0)}
        with pytest.raises(Refused, match="nothing is new"):
            service.start_approved(again, control=again.control, actor=people[1], now=NOW)
        assert balances()["1.3.pbb"] == 210_000


def test_interest_and_limitation_run_from_the_due_day_of_the_old_bill(malang, people, tmp_path):  # noqa: F811
    one = brought(malang, old.write(tmp_path / "in", [old.bill(0, 2025, 100_000, due="31/07/2025")], []), people[0])
    approved(malang, one, people[1])
    with region_scope(malang):
        charge = Charge.objects.get(number__endswith="-2025-awal")
        assert quote(charge, date(2025, 7, 31)).total == 100_000
        assert quote(charge, date(2025, 12, 15)).total == 100_000 + 5 * 1_000  # 1 % a month, August to December


def test_bad_rows_are_told_and_a_bill_of_whose_payments_one_is_bad_is_left_out_whole(
        malang, people, tmp_path):  # noqa: F811
    bills = [old.bill(0, 2023, 100_000), old.bill(0, 2023, 100_000), old.bill(1, 2023, 90_000, paid="2"),
             old.bill(2, 2023, 80_000), old.bill(3, 2023, 70_000, due="01/12/2022"), old.bill(4, 2023, 60_000),
             old.bill(5, 2027, 10_000), old.bill(6, 2023, 50_000), old.bill(7, 2023, 40_000, due="01/01/2029"),
             old.bill(8, 2023, 30_000, due="31/12/2028")]
    payments = [old.payment(2, 2023, 10_000, "01/05/2023"), old.payment(2, 2023, 20_000, "01/06/2023"),
                old.payment(4, 2023, 60_000, "21/11/2026"), old.payment(9, 2023, 1_000, "01/05/2023"),
                old.payment(6, 2023, 50_000, "tahun lalu")]
    one = brought(malang, old.write(tmp_path / "in", bills, payments), people[0])
    with region_scope(malang):
        assert faults(one.pk) == Counter({
            ("sppt", 3, "double"): 1, ("sppt", 4, "status"): 1, ("sppt", 5, "payment_bad"): 1,
            ("sppt", 6, "due_early"): 1, ("sppt", 7, "payment_bad"): 1, ("sppt", 8, "year_ahead"): 1,
            ("sppt", 9, "payment_bad"): 1, ("sppt", 10, "due_late"): 1,
            ("pembayaran_sppt", 2, "bill_bad"): 1, ("pembayaran_sppt", 3, "double"): 1,
            ("pembayaran_sppt", 4, "after_day"): 1, ("pembayaran_sppt", 5, "no_bill"): 1,
            ("pembayaran_sppt", 6, "day"): 2})  # both its days
        assert counts(one)["sppt"] == (2, 0, 0, 8)
        assert all(problem.remedy.text("id") for problem in ImportProblem.objects.filter(file__register_import=one))
    approved(malang, one, people[1])
    with region_scope(malang):
        assert balances()["1.3.pbb"] == 100_000 + 30_000  # objects 0 and 8


def test_nothing_is_approved_while_a_payment_or_a_file_cannot_be_read_or_was_checked_anew(
        malang, people, tmp_path):  # noqa: F811
    lost = old.payment(0, 2023, 10_000, "01/05/2023")
    lost[7] = "tahun lalu"
    one = brought(malang, old.write(tmp_path / "in", [old.bill(0, 2023, 100_000)], [lost]), people[0])
    with region_scope(malang):
        assert one.openings["lost"] == 1
        with pytest.raises(Refused, match="not even for which bill"):
            service.start_approved(one, control=one.control, actor=people[1], now=NOW)
    broken = tmp_path / "in" / "pembayaran_sppt.xlsx"
    broken.write_bytes(b"PK\x03\x04 no workbook")
    one = brought(malang, [tmp_path / "in" / "sppt.csv", broken], people[0])
    with region_scope(malang), pytest.raises(Refused, match="were not read"):
        service.start_approved(one, control=one.control, actor=people[1], now=NOW)
    sound = brought(malang, old.write(tmp_path / "sound", [old.bill(0, 2023, 100_000)], []), people[0])
    with region_scope(malang):
        with pytest.raises(Refused, match="changed since"):
            service.start_approved(sound, control="0" * 64, actor=people[1], now=NOW)
        service.start_check(sound, actor=people[1], now=NOW)  # who asks for another check is the second person no more
        with pytest.raises(Refused, match="cannot approve"):
            service.start_approved(sound, control=sound.control, actor=people[1], now=NOW)
        with pytest.raises(IntegrityError), transaction.atomic():  # nor does the database let an import be closed
            RegisterImport.objects.filter(pk=sound.pk).update(state=ImportState.APPLIED.value, closed_at=NOW)


def test_what_is_booked_is_not_changed_by_another_file_and_a_year_of_our_own_stays_ours(
        malang, people, tmp_path):  # noqa: F811
    first = brought(malang, old.write(tmp_path / "in", [old.bill(0, 2023, 100_000)], []), people[0])
    approved(malang, first, people[1])
    later = old.write(tmp_path / "later", [old.bill(0, 2023, 100_000), old.bill(2, 2023, 5_000)],
                      [old.payment(0, 2023, 100_000, "01/05/2026")])
    one = brought(malang, later, people[0])
    with region_scope(malang):
        assert faults(one.pk) == Counter({("sppt", 2, "differs"): 1, ("pembayaran_sppt", 2, "paid_later"): 1})
        assert counts(one)["sppt"] == (1, 0, 0, 1)


def test_the_export_of_what_was_taken_over_comes_back_without_any_change(malang, people, tmp_path):  # noqa: F811
    whole = files.write_all(tmp_path / "register", 8)
    bills = [*BILLS, old.bill(4, 2025, 30_000, name="WAJIB; \"PAJAK\"", reduction="5000", pbb=35_000)]
    made = old.write(tmp_path / "in", bills, PAYMENTS, [old.holder(0, 0, 2026), old.holder(3, 1, 2026)])
    approved(malang, brought(malang, [*whole, *made], people[0]), people[1])
    for form in ("csv", "xlsx"):
        folder = tmp_path / form
        folder.mkdir()
        with region_scope(malang):
            exports = allow_export(EXPORTED, on=ON, reason="uji ekspor dan impor kembali", form=form, actor=people[0],
                                   now=NOW)
            paths = write_exports(exports, folder, form)
        again = brought(malang, paths, people[0])
        with region_scope(malang):
            found = counts(again)
            assert {table: found[table] for table in ("sppt", "pembayaran_sppt", "dat_subjek_pajak_njoptkp")} == {
                "sppt": (0, 0, 7, 0), "pembayaran_sppt": (0, 0, 4, 0), "dat_subjek_pajak_njoptkp": (0, 0, 2, 0)}
            assert {(one[0], one[1], one[3]) for one in found.values()} == {(0, 0, 0)}


ONE_PAYMENT = some.tuples(some.sampled_from(["30/12/2022", "01/03/2023", "05/11/2023"]),
                          some.sampled_from([0, 10_000, 50_000, 100_000]), some.sampled_from([0, 2_000]))
ONE_BILL = some.tuples(some.sampled_from([0, 50_000, 100_000]), some.booleans(),
                       some.sampled_from([2019, 2021, 2023]), some.sampled_from(["", "0", "10000"]),
                       some.lists(ONE_PAYMENT, max_size=3))


@settings(max_examples=3, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(bills=some.lists(ONE_BILL, min_size=8, max_size=20))
def test_the_statements_over_whole_tables_say_what_the_rule_says(malang, people, tmp_path, bills):  # noqa: F811
    rows, payments, wanted = [], [], {}
    for k, (payable, said, year, reduction, paid) in enumerate(bills):
        rows.append(old.bill(k, year, payable, paid="1" if said else "0", reduction=reduction, pbb=payable))
        held = []
        for part, (on, amount, most) in enumerate(paid, start=1):
            interest = min(most, amount)
            payments.append(old.payment(k, year, amount, on, interest=interest, part=part))
            day, month, at = on.split("/")
            held.append(OldPayment(date(int(at), int(month), int(day)), amount, interest))
        wanted["".join(files.nop(k))] = take_bill(
            OldBill(year, payable, date(year, 9, 30), said, date(year, 1, 2), payable,
                    int(reduction) if reduction else None), held, on=ON, limitation=Limitation(5, "tax_year_start"),
            has_payments=True)
    one = brought(malang, old.write(tmp_path / "in", rows, payments), people[0])
    with pytest.raises(_Seen), region_scope(malang):  # looked at inside, and taken back
        _look(malang, one, people[1], wanted)


class _Seen(Exception):
    pass


def _look(region, one, actor, wanted) -> None:
    with bulk_connection() as connection, connection.transaction(), connection.cursor() as cursor:
        judge(cursor, region.pk, ON, service.staged_files(one))
        found = cursor.execute("SELECT nop, principal, interest_paid, over, remainder, unproved, evidence, notes "
                               "FROM j_bill").fetchall()
    assert {nop: (*figures, tuple(notes)) for nop, *figures, notes in found} == {
        nop: (one.principal, one.interest, one.over, one.remainder, one.unproved, one.evidence, one.notes)
        for nop, one in wanted.items()}
    raise _Seen


def test_what_an_old_bill_was_overpaid_is_owed_to_its_payer_and_used_or_paid_back_by_two_persons(
        malang, people, tmp_path):  # noqa: F811
    """80,000 too much for 2022, of an object whose 2023 is open: 50,000 is used for it, 30,000 paid back."""
    bills = [old.bill(0, 2022, 100_000, paid="1"), old.bill(0, 2023, 100_000), old.bill(1, 2022, 0, paid="1")]
    payments = [old.payment(0, 2022, 180_000, "01/03/2022"), old.payment(1, 2022, 7_000, "01/03/2022")]
    approved(malang, brought(malang, old.write(tmp_path / "in", bills, payments), people[0]), people[1])
    with region_scope(malang):
        assert sorted(overpaid_bills().values_list("over", "still")) == [(7_000, 7_000), (80_000, 80_000)]
        credit, other = (Charge.objects.get(number=f"{''.join(files.nop(0))}-{end}") for end in (
            "2022-lebih", "2023-awal"))
        today = date(2026, 11, 24)
        for kind, amount, to in ((DecisionKind.COMPENSATION, 50_000, other), (DecisionKind.REFUND, 30_000, None)):
            made = propose_decision(Proposal(kind, credit, amount, "Diminta", to), actor=people[0], now=NOW,
                                    today=today)
            with pytest.raises(Refused, match="cannot decide"), transaction.atomic():
                grant_decision(made, version=1, document_number="SK-1", document_on=today, actor=people[0], now=NOW,
                               today=today)
            grant_decision(made, version=1, document_number="SK-1", document_on=today, actor=people[1], now=NOW,
                           today=today)
        assert (standing(credit).credit, balances()["2.1"], balances()["1.1"]) == (0, -7_000, -30_000)
        assert standing(other).principal == 100_000 - 50_000
        with pytest.raises(Refused, match="credit"), transaction.atomic():
            propose_decision(Proposal(DecisionKind.REFUND, credit, 1, "Lagi"), actor=people[0], now=NOW, today=today)
        assert arrears_list(today, now=NOW).difference == 0
        assert sum(balances().values()) == 0
