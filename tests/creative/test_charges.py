"""Paid use from assessment to the ledger: events by their nature, tariffs by day, payment, changes, the check after an
event with appeal and ruling. Money in whole rupiah; every sum is compared with the lines of the ledger."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from django.db.models import Sum
from tests.creative.money import (
    CAMPUS,
    COMMUNITY,
    CONCERT,
    NEW,
    NOW,
    OLD,
    SEMINAR,
    TODAY,
    WIB,
    book,
    build_paying,
    evening,
)

from sepadan.creative.engine.nature import Nature, read_nature
from sepadan.creative.models import AfterCheck, Assessment, Booking, BookingEvent
from sepadan.creative.queries.charges import last_assessment, stand_of
from sepadan.creative.services.after_checks import file_appeal, note_check, rule_appeal
from sepadan.creative.services.charges import correct_answers, issue_assessment
from sepadan.creative.services.decisions import cancel_dates, confirm_booking, move_date, withdraw_booking
from sepadan.creative.services.refunds import pay_refund, propose_refund
from sepadan.creative.services.releases import sweep_charges
from sepadan.ground.problems import Refused
from sepadan.records.public import (
    AuditEntry,
    Channel,
    Charge,
    Payment,
    Transfer,
    balances,
    quote,
    receive_payment,
    region_scope,
    take_back_payment,
)
from sepadan.territory.models import Region

pytestmark = pytest.mark.django_db
JULY, AUGUST = date(2026, 7, 31), date(2026, 8, 1)
AFTER = datetime(2026, 8, 5, 3, 0, tzinfo=NOW.tzinfo)


@pytest.fixture
def region():
    with region_scope(Region.objects.get(code="35.73")) as found:
        yield found


def fresh(booking):
    return Booking.objects.get(pk=booking.pk)


def issue(booking, actor, now=NOW):
    found = fresh(booking)
    return issue_assessment(found, version=found.version, actor=actor, now=now)


def confirm(booking, actor, now=NOW):
    found = fresh(booking)
    return confirm_booking(found, version=found.version, actor=actor, now=now, today=now.astimezone(WIB).date())


def pay(booking, amount, reference, at=NOW):
    charge = Charge.objects.get(number=booking.number, levy="creative_centre")
    return receive_payment(charge, channel=Channel.BANK, reference=reference, amount=amount, paid_at=at, now=at).payment


def key(refused):
    return refused.value.problem.what.key


def ledger_sum():
    """What all lines between receivable and revenue of the levy come to."""
    owed, earned = "receivable:creative_centre", "revenue:creative_centre"
    lines = Transfer.objects.filter(debit__purpose=owed, credit__purpose=earned).aggregate(s=Sum("amount"))["s"] or 0
    back = Transfer.objects.filter(debit__purpose=earned, credit__purpose=owed).aggregate(s=Sum("amount"))["s"] or 0
    return lines - back


def assessed_sum():
    lasts = [last_assessment(one) for one in Booking.objects.all()]
    assert all(stand_of(one).agrees for one in lasts)
    return sum(one.total for one in lasts if one)


def test_the_same_hall_four_events_two_tariffs_a_free_event_that_sold_tickets_and_every_sum_in_the_ledger(region):
    """Scenario S5: what is assessed equals the treasury's lines to the rupiah at every step; all of it is on record."""
    _, officer, approver = build_paying()
    free = book(COMMUNITY, JULY, title="Komunitas", first=8)
    campus = book(CAMPUS, AUGUST, title="Kampus", first=8)
    concert = book(CONCERT, JULY, AUGUST, title="Konser")
    seminar = book(SEMINAR, AUGUST + timedelta(days=1), title="Seminar", hours=2.5)
    expected = {free: 0, campus: 0, concert: 4 * OLD + 4 * NEW, seminar: 3 * NEW}
    for booking, amount in expected.items():
        letter = issue(booking, officer)
        assert letter.total == amount == sum(line.amount for line in letter.lines.all())
    lines = [(line.on, line.rate, line.instrument, line.article) for line in concert.assessments.get().lines.all()]
    by = ("Perda contoh 1/2025", "Lampiran I")
    assert lines == [(JULY, OLD, *by), (AUGUST, NEW, *by)]
    assert ledger_sum() == assessed_sum() == sum(expected.values())
    for booking in (concert, seminar):
        pay(booking, expected[booking], f"TR-{booking.pk}")
    for booking in expected:
        confirm(booking, approver)

    found = fresh(free)
    check = note_check(found, Nature(charged=True), what="Tiket Rp50.000 dijual di pintu, 120 lembar", now=AFTER,
                       version=found.version, actor=officer)
    notice = check.assessment
    assert (check.before, check.after, notice.difference) == (0, 4 * OLD, 4 * OLD)  # by the tariff of 31 July
    assert notice.due_on == date(2026, 8, 8)
    assert ledger_sum() == assessed_sum() == sum(expected.values()) + 4 * OLD
    pay(free, 4 * OLD, "TR-FREE", at=AFTER)

    appeal = file_appeal(notice, grounds="Itu sumbangan, bukan pungutan", by="Komunitas", actor=officer, now=AFTER)
    with pytest.raises(Refused) as own:
        rule_appeal(appeal, read_nature(COMMUNITY), ruling="Ya", version=fresh(free).version, actor=officer, now=AFTER)
    assert key(own) == "creative.money.own_ruling"
    ruled = rule_appeal(appeal, read_nature(COMMUNITY), ruling="Terbukti sumbangan sukarela", now=AFTER,
                        version=fresh(free).version, actor=approver)
    assert (ruled.outcome, ruled.result.total, ruled.result.difference) == ("granted", 0, -4 * OLD)
    assert ledger_sum() == assessed_sum() == sum(expected.values())
    assert stand_of(last_assessment(free)).credit == 4 * OLD

    refund = propose_refund(free, 4 * OLD, reason="Putusan keberatan", actor=officer, now=AFTER)
    with pytest.raises(Refused) as same:
        pay_refund(refund, document_number="SP2D-1", paid_on=AFTER.date(), actor=officer, now=AFTER, today=AFTER.date())
    assert key(same) == "creative.refund.own"
    pay_refund(refund, document_number="SP2D-1", paid_on=AFTER.date(), actor=approver, now=AFTER, today=AFTER.date())
    stand = stand_of(last_assessment(free))
    assert (stand.open, stand.credit, stand.refunded, stand.agrees) == (0, 0, 4 * OLD, True)
    assert sum(balances().values()) == 0
    told = set(AuditEntry.objects.values_list("action", flat=True))
    assert {"creative.audit.assessed", "creative.audit.checked", "creative.audit.appeal_filed",
            "creative.audit.appeal_ruled", "creative.audit.refund_proposed", "creative.audit.refund_paid"} <= told
    assert [one.total for one in Assessment.objects.filter(booking=free).order_by("revision")] == [0, 4 * OLD, 0]


def test_a_reduced_use_pays_the_share_of_the_policy_and_an_unknown_tariff_charges_nothing(region):
    _, officer, approver = build_paying({"nature": {"uncharged_education": "reduced", "reduced_share": "0.25"}})
    assert issue(book(CAMPUS, JULY), officer).total == 4 * OLD // 4
    unknown = book(CONCERT, AUGUST, space="auditorium")
    with pytest.raises(Refused) as refused:
        issue(unknown, officer)
    assert key(refused) == "creative.money.missing"
    assert "annex of Perda 1/2025 was not found" in str(refused.value)  # the reason that the statutes give
    assert confirm(unknown, approver).state == "confirmed"  # nothing can be charged, so nothing holds it up
    assert ledger_sum() == 4 * OLD // 4


def test_open_answers_are_asked_for_and_corrected_with_a_reason_that_changes_the_letter(region):
    _, officer, approver = build_paying()
    booking = book({}, JULY)
    for act in (lambda: issue(booking, officer), lambda: confirm(booking, approver)):
        with pytest.raises(Refused) as refused:
            act()
        assert key(refused) == "creative.money.open_answers"
    with pytest.raises(Refused):
        correct_answers(fresh(booking), Nature(profit=True), version=fresh(booking).version, reason=" ", actor=officer,
                        now=NOW)
    correct_answers(fresh(booking), Nature(profit=True), version=fresh(booking).version, reason="Menurut proposal",
                    actor=officer, now=NOW)
    assert issue(booking, officer).total == 4 * OLD
    correct_answers(fresh(booking), read_nature(COMMUNITY), version=fresh(booking).version, reason="Salah baca",
                    actor=officer, now=NOW)
    last = last_assessment(booking)
    assert (last.cause, last.total, last.kind, ledger_sum()) == ("answers", 0, "free", 0)
    event = BookingEvent.objects.filter(booking=booking, kind="answers").latest("id")
    assert (event.data["before"]["profit"], event.data["after"]["profit"]) == (True, False)


def test_a_paid_use_is_confirmed_once_it_is_paid_and_its_slot_is_kept_until_then(region):
    _, officer, approver = build_paying()
    booking = book(CONCERT, AUGUST)
    with pytest.raises(Refused) as early:
        confirm(booking, approver)
    assert key(early) == "creative.money.assess_first"
    letter = issue(booking, officer)
    assert letter.due_on == TODAY + timedelta(days=3)
    until = booking.dates.get().held_until.astimezone(WIB)
    assert until == datetime(2026, 7, 26, tzinfo=WIB)  # due on the 23rd, two days to see it and decide, to their end
    pay(booking, 4 * NEW - 1, "A")
    with pytest.raises(Refused) as unpaid:
        confirm(booking, approver)
    assert key(unpaid) == "creative.money.unpaid"
    pay(booking, 1, "B")
    assert confirm(booking, approver).state == "confirmed"


def test_what_is_not_paid_is_released_with_notice_and_no_money_is_taken_for_it_any_more(region):
    _, officer, _ = build_paying()
    late, paid = book(CONCERT, AUGUST, title="Telat"), book(CONCERT, AUGUST, title="Lunas", first=8)
    for one in (late, paid):
        issue(one, officer)
    pay(paid, 4 * NEW, "P")
    charge = Charge.objects.get(number=late.number)
    assert quote(charge, TODAY + timedelta(days=3)).total == 4 * NEW
    assert quote(charge, TODAY + timedelta(days=4)).total == 0
    then = NOW + timedelta(days=3)
    assert sweep_charges(then).released == 0
    swept = sweep_charges(NOW + timedelta(days=4))
    assert (swept.released, swept.kept, swept.problems) == (1, 0, ())
    assert (fresh(late).state, late.dates.get().state) == ("expired", "expired")
    assert last_assessment(late).total == 0
    assert "tidak dibayar" in BookingEvent.objects.get(booking=late, kind="unpaid").note
    for day in range(5, 9):  # paid, and nobody has decided yet
        sweep_charges(NOW + timedelta(days=day))
    assert paid.dates.get().state == "held"
    assert paid.dates.get().held_until > NOW + timedelta(days=9)
    assert sweep_charges(NOW + timedelta(days=8)).released == 0
    assert ledger_sum() == assessed_sum() == 4 * NEW


def test_moving_cancelling_and_withdrawing_adjust_the_charge_by_lines_and_leave_a_credit(region):
    _, officer, approver = build_paying()
    booking = book(CONCERT, JULY, AUGUST)
    issue(booking, officer)
    pay(booking, 4 * OLD + 4 * NEW, "P")
    confirm(booking, approver)
    move_date(fresh(booking), 1, evening(date(2026, 8, 3), hours=2), version=fresh(booking).version, actor=officer,
              now=NOW, reason="Panggung belum siap")
    assert last_assessment(booking).total == 2 * NEW + 4 * NEW
    assert stand_of(last_assessment(booking)).credit == 4 * OLD - 2 * NEW
    move_date(fresh(booking), 1, evening(date(2026, 8, 3), hours=5), version=fresh(booking).version, actor=officer,
              now=NOW, reason="Lebih lama")
    stand = stand_of(last_assessment(booking))
    assert (stand.open, stand.credit) == (9 * NEW - 4 * OLD - 4 * NEW, 0)  # the credit was used first
    cancel_dates(fresh(booking), version=fresh(booking).version, reason="Batal", actor=officer, now=NOW)
    stand = stand_of(last_assessment(booking))
    assert (stand.assessed, stand.open, stand.credit) == (0, 0, 4 * OLD + 4 * NEW)
    assert Transfer.objects.count() >= 6
    assert ledger_sum() == assessed_sum() == 0
    other = book(CONCERT, AUGUST, title="Lain", first=8)
    issue(other, officer)
    withdraw_booking(fresh(other), version=fresh(other).version, actor=officer, now=NOW)
    assert (last_assessment(other).total, last_assessment(other).cause) == (0, "ended")
    assert quote(Charge.objects.get(number=other.number), TODAY).total == 0


def test_a_payment_taken_back_takes_its_credit_along_but_not_one_that_was_paid_out(region):
    _, officer, approver = build_paying()
    booking = book(CONCERT, AUGUST)
    issue(booking, officer)
    pay(booking, 4 * NEW, "P")
    confirm(booking, approver)
    cancel_dates(fresh(booking), version=fresh(booking).version, reason="Batal", actor=officer, now=NOW)
    payment = Payment.objects.get()
    refund = propose_refund(fresh(booking), NEW, reason="Sebagian", actor=officer, now=NOW)
    pay_refund(refund, document_number="SP2D-2", paid_on=TODAY, actor=approver, now=NOW, today=TODAY)
    with pytest.raises(Refused) as gone:
        take_back_payment(payment, reference="R", reason="Bank", effective_on=TODAY, now=NOW)
    assert key(gone) == "creative.money.credit_gone"
    other = book(CONCERT, AUGUST, title="Lain", first=8)
    issue(other, officer)
    paid = pay(other, 4 * NEW, "Q")
    withdraw_booking(fresh(other), version=fresh(other).version, actor=officer, now=NOW)
    take_back_payment(paid, reference="R2", reason="Bank", effective_on=TODAY, now=NOW)
    stand = stand_of(last_assessment(other))
    assert (stand.open, stand.credit, stand.agrees) == (0, 0, True)


def test_a_ruling_lowers_in_part_and_never_raises(region):
    _, officer, approver = build_paying({"nature": {"charged_course": "reduced", "reduced_share": "0.5"}})
    booking = book(COMMUNITY, JULY)
    issue(booking, officer)
    confirm(booking, approver)
    with pytest.raises(Refused) as early:
        note_check(fresh(booking), Nature(profit=True), what="Sponsor", version=fresh(booking).version, actor=officer,
                   now=NOW)
    assert key(early) == "creative.money.not_over"
    note_check(fresh(booking), Nature(charged=True), what="Biaya kursus", version=fresh(booking).version, actor=officer,
               now=AFTER)
    appeal = file_appeal(last_assessment(booking), grounds="Kursus", by="Komunitas", actor=officer, now=AFTER)
    with pytest.raises(Refused) as twice:
        file_appeal(last_assessment(booking), grounds="Lagi", by="Komunitas", actor=officer, now=AFTER)
    assert key(twice) == "creative.money.appeal_twice"
    course = Nature(charged=True, profit=False, education=True, social=True)
    ruled = rule_appeal(appeal, course, ruling="Kursus berbayar", version=fresh(booking).version, actor=approver,
                        now=AFTER)
    assert (ruled.outcome, ruled.result.total) == ("partly", 4 * OLD // 2)
    again = file_appeal(last_assessment(booking), grounds="Masih", by="Komunitas", actor=officer, now=AFTER)
    with pytest.raises(Refused) as up:
        rule_appeal(again, Nature(charged=True, profit=True), ruling="Naik", version=fresh(booking).version,
                    actor=officer, now=AFTER)
    assert key(up) == "creative.money.ruled_up"
    assert ledger_sum() == assessed_sum() == 4 * OLD // 2
    same = note_check(fresh(booking), Nature(charged=True), what="Diperiksa lagi", version=fresh(booking).version,
                      actor=officer, now=AFTER)
    assert (same.assessment, AfterCheck.objects.count()) == (None, 2)
