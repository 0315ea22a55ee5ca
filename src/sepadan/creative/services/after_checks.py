"""After an event: what was found, the difference it makes, the applicant's appeal, the ruling of a second person.

    check     an officer notes what was found (tickets were sold); answers that turned out otherwise are judged anew by
              the law of each day, and the difference becomes the next letter: a notice with a day to pay by
    appeal    the applicant, with number and code, or the desk for a letter of his; once for a letter
    ruling    by a person who neither issued the letter nor noted the check: with the answers that the ruling finds
              right. It may lower the sum below what stood before the check, never raise it beyond the letter

Where a tariff is not known the check is kept and nothing is charged. Filing an appeal does not move the day to pay: no
law that is loaded says so. What was paid too much after a ruling is a credit (``refunds.py``).
"""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime, timedelta

from sepadan.creative.engine.nature import QUESTIONS, Nature, read_nature
from sepadan.creative.engine.payment import read_appeal_days
from sepadan.creative.models import AfterCheck, Assessment, AssessmentAppeal, Booking
from sepadan.creative.names import AppealOutcome, AppealStep, AssessmentCause, DateState
from sepadan.creative.queries.charges import last_assessment
from sepadan.creative.services.charges import issue, keep_answers
from sepadan.creative.services.holding import lock_booking, touch
from sepadan.creative.services.judging import judge_use
from sepadan.ground.problems import refuse
from sepadan.records.public import Actor, current_region, record, today

USED = (DateState.CONFIRMED, DateState.NO_SHOW)


def found_nature(given: Nature, found: Nature) -> Nature:
    """*given* with what was found; an answer that was not looked into (None) stays."""
    return Nature(**{one: getattr(given if getattr(found, one) is None else found, one) for one in QUESTIONS})


def note_check(booking: Booking, found: Nature, *, what: str, version: int, actor: Actor, now: datetime) -> AfterCheck:
    """Note what was found after *booking*'s event. Raises Refused before any date of it is over, and without words."""
    if actor.person_id is None:
        raise ValueError("a check is noted by a person")
    if not what.strip():
        raise refuse("creative.money.no_finding", where=booking.number, remedy="creative.money.no_finding.remedy")
    held = lock_booking(booking, version)
    if not held.dates.filter(state__in=USED, ends_at__lte=now).exists():
        raise refuse("creative.money.not_over", where=held.number, remedy="creative.money.not_over.remedy")
    last, given = last_assessment(held), read_nature(held.nature)
    nature = found_nature(given, found)
    changed = [one for one in QUESTIONS if getattr(nature, one) != getattr(given, one)]
    after = judge_use(held, nature)
    before = last.total if last is not None else judge_use(held).total
    made = None
    if changed:
        keep_answers(held, nature, "found", what, actor, now)
    else:
        touch(held, actor, now, "check", note=what)
    if changed and after.total is not None and after.total != (last.total if last else 0):
        made = issue(held, after, AssessmentCause.CHECK, reason=what, actor=actor, now=now)
    check = AfterCheck.objects.create(
        booking=held, what=what.strip()[:2000], answers=asdict(nature), changed=changed, before=before,
        after=after.total, assessment=made, noted_at=now, noted_by_id=actor.person_id)
    record(actor, "creative.audit.checked", check, now=now, reason=what.strip()[:500], before={"total": before}, after={
        "total": after.total, "booking": held.number, "changed": changed, "letter": made.number if made else ""})
    return check


def file_appeal(assessment: Assessment, *, grounds: str, by: str, actor: Actor, now: datetime) -> AssessmentAppeal:
    """An appeal against the last letter of a booking. Raises Refused without grounds, on an older letter, a second time
    and after the days that the centre sets."""
    if not grounds.strip():
        raise refuse("creative.money.no_grounds", where=assessment.number, remedy="creative.money.no_grounds.remedy")
    held = Booking.objects.select_for_update(of=("self",)).select_related("centre", "region").get(
        pk=assessment.booking_id)
    last = last_assessment(held)
    if last is None or last.pk != assessment.pk:
        raise refuse("creative.money.older_letter", where=assessment.number,
                     remedy="creative.money.older_letter.remedy")
    if AssessmentAppeal.objects.filter(assessment=last).exclude(step=AppealStep.WITHDRAWN.value).exists():
        raise refuse("creative.money.appeal_twice", where=assessment.number)
    if last.total == 0:
        raise refuse("creative.money.nothing_to_appeal", where=assessment.number)
    days = read_appeal_days(held.centre.rules)
    end = None if days is None else last.issued_on + timedelta(days=days)
    if end is not None and today(current_region(), now) > end:
        raise refuse("creative.money.appeal_late", where=assessment.number, last=end)
    made = AssessmentAppeal.objects.create(assessment=last, grounds=grounds.strip()[:2000], filed_at=now,
                                           filed_by=by.strip()[:120] or actor.name[:120])
    touch(held, actor, now, "appeal", note=grounds, data={"letter": last.number})
    record(actor, "creative.audit.appeal_filed", made, now=now, after={"letter": last.number, "booking": held.number})
    return made


def rule_appeal(appeal: AssessmentAppeal, ruled: Nature, *, ruling: str, version: int, actor: Actor,
                now: datetime) -> AssessmentAppeal:
    """Rule on an appeal with the answers that are found right. Raises Refused to whoever issued the letter or noted the
    check, without words, and on answers that would cost more than the letter."""
    about = Assessment.objects.select_related("booking").get(pk=appeal.assessment_id)
    held = lock_booking(about.booking, version)
    row = AssessmentAppeal.objects.select_for_update(of=("self",)).get(pk=appeal.pk)
    last = last_assessment(held)
    if row.step != AppealStep.FILED or last is None:
        raise refuse("creative.money.appeal_ruled", where=about.number)
    noted = set(about.checks.values_list("noted_by", flat=True))
    if actor.person_id is None or actor.person_id in {about.issued_by_id, *noted}:
        raise refuse("creative.money.own_ruling", where=about.number, remedy="creative.money.own_ruling.remedy")
    if not ruling.strip():
        raise refuse("creative.money.no_ruling", where=about.number, remedy="creative.money.no_ruling.remedy")
    found = judge_use(held, ruled)
    total = found.total
    if total is None or total > last.total:
        raise refuse("creative.money.ruled_up", where=about.number, total=last.total,
                     remedy="creative.money.ruled_up.remedy")
    row.step, row.answers, row.ruling = AppealStep.RULED.value, asdict(ruled), ruling.strip()[:2000]
    row.outcome = _outcome(total, last.total, about.before).value
    row.ruled_at, row.ruled_by_id = now, actor.person_id
    if asdict(ruled) != asdict(read_nature(held.nature)):
        keep_answers(held, ruled, "ruling", ruling, actor, now)
    else:
        touch(held, actor, now, "ruling", note=ruling)
    if total != last.total:
        row.result = issue(held, found, AssessmentCause.RULING, reason=ruling, actor=actor, now=now)
    row.save(update_fields=["step", "answers", "ruling", "outcome", "ruled_at", "ruled_by", "result"])
    record(actor, "creative.audit.appeal_ruled", row, now=now, reason=row.ruling[:500], before={"total": last.total},
           after={"total": total, "outcome": row.outcome, "letter": about.number, "booking": held.number})
    return row


def _outcome(total: int, stood: int, before: int) -> AppealOutcome:
    """*before*: what stood before the letter that was appealed against."""
    if total == stood:
        return AppealOutcome.REFUSED
    return AppealOutcome.GRANTED if total <= before else AppealOutcome.PARTLY
