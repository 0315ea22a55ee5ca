"""Assessing a paid use and keeping its charge in the ledger equal to what was assessed.

One charge for a booking, of the levy ``creative_centre``, under the booking's number, so that the number to pay by
stays the same whatever happens. Every assessment is a revision with a numbered letter; what differs from the one before
is a transfer on that charge::

    first sum          receivable -> revenue                    (``raise_charge``)
    more, less         the difference between the same two      ``assessment:<number>:<revision>``
    paid too much      receivable -> overpaid, and back         ``...:credit``, ``...:offset``

Nothing is deleted. What changes a booking (a date moved or cancelled, an answer corrected, the end of it) calls
``follow_booking`` in its transaction; the sweep (``releases.py``) does so for whatever forgot. A charge whose booking
ended or whose time to pay before confirmation is over is quoted at zero: no bank or counter takes money for it.
No interest is charged: no law that is loaded gives any. Locks: units, booking, charge, number series.
"""

from __future__ import annotations

import hashlib
from dataclasses import asdict
from datetime import date, datetime, time, timedelta
from typing import Any

from sepadan.creative.engine.nature import QUESTIONS, Line, Nature, read_nature
from sepadan.creative.engine.payment import PaymentRules, read_payment
from sepadan.creative.models import Assessment, AssessmentLine, Booking, BookingDate
from sepadan.creative.names import AssessmentCause, BookingState, DateState
from sepadan.creative.queries.charges import booking_of_charge, books_of, last_assessment
from sepadan.creative.services.holding import lock_booking, touch
from sepadan.creative.services.judging import DEAREST, Judged, is_assumed, judge_use, stored_policy
from sepadan.creative.services.tariffs import LEVY
from sepadan.ground.messages import message
from sepadan.ground.money import Rupiah
from sepadan.ground.problems import Refused, refuse
from sepadan.records.public import (
    Account,
    Actor,
    Charge,
    NumberPeriod,
    Quote,
    TransferDraft,
    account_for,
    current_region,
    dues_account,
    dues_of,
    move_due_date,
    open_amount,
    open_chart,
    open_series,
    post_transfers,
    principal_only,
    raise_charge,
    reckons,
    record,
    standing,
    take_number,
    today,
    zone_of,
)

LETTERS_OF_CHARGE = ("creative.assessment", "Surat penetapan retribusi pemakaian ruang", "SPR-{number:6}/{year}",
                     NumberPeriod.YEAR)
ENDED = (BookingState.REFUSED, BookingState.EXPIRED, BookingState.WITHDRAWN, BookingState.CANCELLED)
UNDECIDED = (BookingState.REVIEW, BookingState.ASKED, BookingState.WAITING)


def issue_assessment(booking: Booking, *, version: int, actor: Actor, now: datetime, reason: str = "") -> Assessment:
    """Assess *booking* by its answers and dates, with a numbered letter. Raises Refused while an answer that decides is
    open, a tariff is not known, the centre has no rule of payment, and when nothing would change."""
    held = lock_booking(booking, version)
    if held.state in ENDED:
        raise refuse("creative.booking.decided", where=held.number, state=held.state_label)
    found, last = judge_use(held), last_assessment(held)
    _refuse_unknown(held, found)
    if last is not None and same_as(last, found):
        raise refuse("creative.money.nothing_new", where=held.number, number=last.number)
    cause = AssessmentCause.FIRST if last is None else AssessmentCause.DATES
    return issue(held, found, cause, reason=reason, actor=actor, now=now)


def correct_answers(booking: Booking, answers: Nature, *, version: int, reason: str, actor: Actor,
                    now: datetime) -> Booking:
    """Correct what the applicant answered, with a reason; a letter that stands follows. Raises Refused when nothing
    differs."""
    if not reason.strip():
        raise refuse("creative.booking.no_reason", where=booking.number)
    held = lock_booking(booking, version)
    before, after = asdict(read_nature(held.nature)), asdict(answers)
    if before == after:
        raise refuse("creative.money.same_answers", where=held.number)
    keep_answers(held, answers, "answers", reason, actor, now)
    record(actor, "creative.audit.answers_corrected", held, now=now, reason=reason.strip()[:500], before=before,
           after=after)
    follow_booking(held, AssessmentCause.ANSWERS, actor=actor, now=now, reason=reason)
    return held


def keep_answers(held: Booking, answers: Nature, kind: str, note: str, actor: Actor, now: datetime) -> None:
    """Write *answers* on the booking; the event keeps both what was and what is."""
    before = asdict(read_nature(held.nature))
    held.nature = {name: answer for name, answer in asdict(answers).items() if answer is not None}
    touch(held, actor, now, kind, note=note, data={"before": before, "after": asdict(answers)}, fields=("nature",))


def follow_booking(held: Booking, cause: AssessmentCause, *, actor: Actor, now: datetime,
                   reason: str = "") -> Assessment | None:
    """After *held* (locked) changed: the next revision of its letter, where it has one and that no longer fits. Where
    the new sum cannot be known the old one stands, and the page of money says so."""
    last = last_assessment(held)
    if last is None:
        return None
    found = judge_use(held)
    if found.total is None or not (last.total or found.total) or same_as(last, found):
        return None
    ended = held.state in ENDED
    return issue(held, found, AssessmentCause.ENDED if ended else cause, reason=reason, actor=actor, now=now)


def same_as(last: Assessment, found: Judged) -> bool:
    """Whether an assessment says of every date what would be said now."""
    kept = [(line.date_id, line.space_id, line.starts_at, line.amount) for line in last.lines.all()]
    return last.total == found.total and last.kind == _kind(found) and kept == [
        (one.pk, one.space_id, one.starts_at, line.amount) for one, line in found.lines]


def check_paid(held: Booking) -> None:
    """Raises Refused where the centre confirms a paid use only once it is paid, and it is not."""
    rules = read_payment(held.centre.rules)
    if rules is None or not rules.before_confirmation:
        return
    found = judge_use(held)
    if found.kind == "unknown" and (judge_use(held, DEAREST).total or 0) > 0:
        raise _open_answers(held, found)
    if not found.total:
        return
    last = last_assessment(held)
    if last is None or last.total != found.total or last.charge is None:
        raise refuse("creative.money.assess_first", where=held.number, remedy="creative.money.assess_first.remedy",
                     total=found.total)
    left = open_amount(last.charge)
    if left > 0:
        raise refuse("creative.money.unpaid", where=held.number, remedy="creative.money.unpaid.remedy", left=left,
                     due=last.due_on)


def issue(held: Booking, found: Judged, cause: AssessmentCause, *, reason: str, actor: Actor,
          now: datetime) -> Assessment:
    """The next revision of *held* (locked), its lines, its transfers and the time its slots are kept. ``found.total``
    is known."""
    assert found.found is not None
    assert found.total is not None
    last, on = last_assessment(held), today(current_region(), now)
    before, charge, revision = (last.total, last.charge, last.revision + 1) if last else (0, None, 1)
    rules = read_payment(held.centre.rules)
    due_on = _due_on(rules, found, last, on)
    if found.total and due_on is None:
        raise refuse("creative.money.no_rules", where=held.centre.name, remedy="creative.money.no_rules.remedy")
    if found.total != before:
        charge = _book(held, charge, found.total - before, due_on, revision, on, now)
    open_series(*LETTERS_OF_CHARGE)
    made = Assessment.objects.create(
        booking=held, revision=revision, number=take_number(current_region(), LETTERS_OF_CHARGE[0], on),
        cause=cause.value, kind=_kind(found), answers=asdict(found.nature), policy=stored_policy(found.policy),
        before=before, total=found.total, assumed=found.assumed, law=_fingerprint(found), issued_on=on,
        due_on=due_on if found.total else None, reason=reason.strip()[:500], issued_at=now,
        issued_by_id=actor.person_id, issued_by_name=actor.name[:120], charge=charge)
    AssessmentLine.objects.bulk_create([_line(made, one, line) for one, line in found.lines])
    _keep_slots(held, made, rules, now)
    touch(held, actor, now, "assess", note=reason, data={
        "number": made.number, "cause": cause.value, "before": before, "total": made.total})
    record(actor, "creative.audit.assessed", made, now=now, reason=made.reason, before={"total": before}, after={
        "total": made.total, "booking": held.number, "cause": made.cause, "kind": made.kind})
    return made


def _kind(found: Judged) -> str:
    return "free" if found.kind == "unknown" else found.kind  # an ended use has no dates and costs nothing


def _refuse_unknown(held: Booking, found: Judged) -> None:
    if found.kind == "unknown" and found.found is not None:
        raise _open_answers(held, found)
    if found.total is None:
        raise refuse("creative.money.missing", where=held.number, remedy="creative.money.missing.remedy",
                     why=found.why or message("creative.unknown"))


def _open_answers(held: Booking, found: Judged) -> Refused:
    asked = ", ".join(message(f"creative.nature.question.{one}").text("id") for one in found.open or QUESTIONS)
    return refuse("creative.money.open_answers", where=held.number, remedy="creative.money.open_answers.remedy",
                  questions=asked)


def _due_on(rules: PaymentRules | None, found: Judged, last: Assessment | None, on: date) -> date | None:
    """A new day for a new or higher sum; a lower one keeps the day of the letter before."""
    if last is not None and last.due_on is not None and (found.total or 0) <= last.total:
        return last.due_on
    if rules is None:
        return None
    zone = zone_of(current_region())
    first = min((one.starts_at.astimezone(zone).date() for one, _ in found.lines), default=None)
    return rules.due_on(on, first if first is not None and first > on else None)


def _book(held: Booking, charge: Charge | None, change: Rupiah, due_on: date | None, revision: int, on: date,
          now: datetime) -> Charge:
    """The ledger lines of a change of what is assessed."""
    if not Account.objects.filter(purpose=f"receivable:{LEVY}").exists():
        open_chart([LEVY])
    if charge is None:
        assert due_on is not None
        return raise_charge(levy=LEVY, number=held.number, payer=held.organiser[:80], due_on=due_on, amount=change,
                            effective_on=on, now=now)
    kept = Charge.objects.select_for_update(of=("self",)).get(pk=charge.pk)
    owed, earned = account_for(f"receivable:{LEVY}").pk, account_for(f"revenue:{LEVY}").pk
    source = f"assessment:{kept.number}:{revision}"
    post_transfers([TransferDraft(
        debit=owed if change > 0 else earned, credit=earned if change > 0 else owed, amount=abs(change),
        charge=kept.pk, effective_on=on, source=source)], now=now)
    balance_charge(kept, on, source, now)
    if due_on is not None and due_on != kept.due_on:
        move_due_date(kept, due_on)
    return kept


@reckons(LEVY)
def reckon_after_return(charge: Charge, on: date, source: str, now: datetime) -> None:
    """After a payment was taken back from *charge* (locked). Raises Refused when a credit that rested on it was paid
    back: what left may not be more than what is paid beyond the assessed sum."""
    held = standing(charge)
    money = sum(one.principal + one.rest for one in held.money)
    short = held.used - max(0, money - books_of([charge.pk])[charge.pk])
    if held.used and short > 0:
        raise refuse("creative.money.credit_gone", where=str(charge), remedy="creative.money.credit_gone.remedy",
                     amount=short)
    balance_charge(charge, on, source, now)


def balance_charge(charge: Charge, on: date, source: str, now: datetime) -> None:
    """Put *charge* (locked) right after its sum or its payments changed: what was paid too much stands as a credit, and
    no credit stands beside a debt."""
    held = standing(charge)
    owed, credit = dues_account(f"receivable:{LEVY}", LEVY).pk, dues_account("overpaid", LEVY).pk
    over, offset = max(0, -held.principal), min(max(0, held.principal), max(0, held.credit))
    post_transfers([TransferDraft(debit=debit, credit=giver, amount=amount, charge=charge.pk, effective_on=on,
                                  source=f"{source}:{name}")
                    for name, debit, giver, amount in (("credit", owed, credit, over), ("offset", credit, owed, offset))
                    if amount], now=now)


@dues_of(LEVY)
def quote_use(charge: Charge, on: date) -> Quote:
    """What settles a charge of the centre: what is open, and nothing where its slot is no longer kept for a payment."""
    quoted = principal_only(charge)
    if not quoted.total:
        return quoted
    booking = booking_of_charge(charge)
    return Quote(0) if booking is not None and is_released(booking, on, charge.due_on) else quoted


def is_released(booking: Booking, on: date, due_on: date) -> bool:
    """Whether a payment on *on* comes too late for its slot: the booking ended without a date that was used, or it had
    to be paid by *due_on* to be confirmed."""
    if booking.state in ENDED:
        return not booking.dates.filter(state__in=[DateState.CONFIRMED, DateState.NO_SHOW]).exists()
    rules = read_payment(booking.centre.rules)
    return booking.state in UNDECIDED and rules is not None and rules.before_confirmation and on > due_on


def _keep_slots(held: Booking, made: Assessment, rules: PaymentRules | None, now: datetime) -> None:
    """Held slots stay at least until the payment was due and could be seen; never past their own beginning."""
    if made.due_on is None or rules is None or not rules.before_confirmation:
        return
    until = end_of(rules.kept_until(made.due_on))
    for one in held.dates.filter(state=DateState.HELD.value, held_until__lt=until):
        one.held_until = max(one.held_until or now, min(until, one.starts_at))
        one.save(update_fields=["held_until"])


def end_of(day: date) -> datetime:
    """The end of a local day of the region in scope."""
    zone: Any = zone_of(current_region())
    return datetime.combine(day + timedelta(days=1), time(), zone)


def _line(made: Assessment, one: BookingDate, line: Line) -> AssessmentLine:
    found, assumed = line.provision, is_assumed(line)
    assert line.amount is not None  # a sum that is known has no line that is not
    instrument = "" if found is None else found.source or "" if assumed or found.instrument is None \
        else found.instrument.title
    return AssessmentLine(
        assessment=made, date=one, space_id=one.space_id, starts_at=one.starts_at, ends_at=one.ends_at, on=line.on,
        tariff=line.use.tariff, per=line.per, quantity=line.quantity, rate=line.rate,
        amount=line.amount, basis="" if found is None else "assumption" if assumed else "instrument",
        instrument=instrument[:200], article="" if found is None else (found.article or "")[:80],
        confidence="" if found is None else found.confidence, since=None if found is None else found.since)


def _fingerprint(found: Judged) -> str:
    """Of the policy and the tariffs by which the dates were assessed."""
    rules = sorted({(one.name, str(one.value), str(one.since), one.article or "", one.confidence)
                    for _, line in found.lines if (one := line.provision) is not None})
    return hashlib.sha256(repr((stored_policy(found.policy), rules)).encode()).hexdigest()
