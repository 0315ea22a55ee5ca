"""The money of one booking as pages show it: at the desk and to its applicant."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict
from datetime import date, datetime
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.http import urlencode

from sepadan.creative.documents.assessment_papers import law_of_line
from sepadan.creative.engine.nature import QUESTIONS, Nature, read_nature
from sepadan.creative.engine.payment import read_payment
from sepadan.creative.models import Assessment, Booking
from sepadan.creative.names import AppealStep, DateState
from sepadan.creative.queries.charges import appeals_of, assessments_of, stand_of
from sepadan.creative.queries.money_desk import checks_of, refunds_of, state_of
from sepadan.creative.services.charges import ENDED, is_released, same_as
from sepadan.creative.services.judging import judge_use
from sepadan.creative.services.tariffs import LEVY, tariff_or_why
from sepadan.ground.messages import Message, message
from sepadan.ground.statutes import Law
from sepadan.records.public import account_numbers, language, paying_partners, zone_of

TONES = {"due": "wait", "overdue": "bad", "paid": "ok", "credit": "care", "annulled": "", "free": "ok"}


def money_of(found: Booking, at: datetime, today: date) -> dict[str, Any]:
    """Everything of the money of a booking."""
    judged, letters = judge_use(found), assessments_of(found)
    last = letters[0] if letters else None
    stand, zone = stand_of(last), zone_of(found.region)
    state = "" if last is None else state_of(last, stand, today)
    over = found.dates.filter(state__in=[DateState.CONFIRMED, DateState.NO_SHOW], ends_at__lte=at).exists()
    appeals, refunds = appeals_of(found), refunds_of(found)
    return {
        "judged": judged, "kind": message(f"creative.nature.kind.{judged.kind}"), "last": last, "stand": stand,
        "money_state": state, "money_tone": TONES.get(state, ""), "state_label": message(
            f"creative.money.state.{state}") if state else "", "assumed": judged.assumed,
        "open_questions": [message(f"creative.nature.question.{one}") for one in judged.open],
        "questions": questions_of(read_nature(found.nature)), "letters": [letter_shown(one, zone) for one in letters],
        "may_issue": found.state not in ENDED and judged.total is not None and (last is None or not same_as(
            last, judged)), "over": over, "checks": [_check(one, zone) for one in checks_of(found)],
        "stale": last is not None and judged.total is not None and not same_as(last, judged),
        "appeals": [_appeal(one, zone) for one in appeals], "refunds": refunds, "today": today,
        "appeal_open": any(one.step == AppealStep.FILED for one in appeals),
        "can_appeal": last is not None and last.total > 0 and not any(
            one.assessment_id == last.pk and one.step != AppealStep.WITHDRAWN for one in appeals),
        "rules": read_payment(found.centre.rules), **ways(found, last, stand.open, today)}


def ways(found: Booking, last: Assessment | None, left: int, today: date) -> dict[str, Any]:
    """How what is open can be paid; nothing where its slot is no longer kept for it."""
    if last is None or last.charge is None or left <= 0:
        return {"payable": False}
    if last.due_on is not None and is_released(found, today, last.due_on):
        return {"payable": False, "released": True}
    numbers = account_numbers(LEVY)
    return {"payable": True, "banks": paying_partners(LEVY), "account": numbers(last.charge.pk) if numbers else "",
            "charge_number": last.charge.number}


def told_money(found: Booking, at: datetime, today: date) -> dict[str, Any]:
    """What its applicant sees: what is assessed, to be paid and how, letters, appeals. Without officers' notes."""
    shown = money_of(found, at, today)
    kept = ("last", "stand", "money_state", "money_tone", "state_label", "letters", "appeals", "can_appeal", "payable",
            "banks", "account", "charge_number", "released", "kind", "judged")
    return {name: shown[name] for name in kept if name in shown}


def questions_of(nature: Nature) -> list[tuple[str, str, str]]:
    """Each question, its words and the answer as a form holds it: yes, no or empty."""
    return [(one, f"creative.nature.question.{one}", "" if answer is None else "yes" if answer else "no")
            for one, answer in asdict(nature).items()]


def nature_given(given: Mapping[str, Any]) -> Nature:
    """The answers that a form sends; what is neither yes nor no is not answered."""
    return Nature(**{one: {"yes": True, "no": False}.get(str(given.get(one, ""))) for one in QUESTIONS})


def letter_shown(one: Assessment, zone: Any) -> dict[str, Any]:
    """A letter with its lines in words."""
    rows = []
    for line in one.lines.all():
        start, end = line.starts_at.astimezone(zone), line.ends_at.astimezone(zone)
        rows.append({"line": line, "hours": f"{start:%H.%M}–{end:%H.%M}", "law": law_of_line(line),
                     "rate": message("creative.paper.rate", quantity=line.quantity, rate=line.rate,
                                     per=message(f"creative.tariff.per.{line.per}")) if line.rate is not None else ""})
    return {"letter": one, "rows": rows}


def tariff_on(law_on: Callable[[date], Law], name: str, on: date) -> dict[str, Any]:
    """Amounts of a tariff on a day and on what they rest, or why they are not known."""
    provision = tariff_or_why(law_on, name, on)
    if isinstance(provision, Message):
        return {"amounts": [], "assumed": False, "law": "", "why": provision}
    amounts = provision.value if isinstance(provision.value, Mapping) else {"event": provision.value}
    return {"amounts": [(f"creative.tariff.each.{per}", int(amount)) for per, amount in amounts.items()],
            "assumed": provision.confidence == "draft", "law": provision.citation(language()), "why": None}


def follow_url(request: HttpRequest, found: Booking) -> str:
    """The page on which the applicant follows *found*, with its number."""
    place = reverse("creative:follow", args=[found.region.code])
    return request.build_absolute_uri(f"{place}?{urlencode({'nomor': found.number})}")


def _check(one: Any, zone: Any) -> dict[str, Any]:
    return {"check": one, "day": one.noted_at.astimezone(zone).date(), "changed": [
        (message(f"creative.nature.question.{name}"),
         message(f"creative.nature.answer.{'yes' if one.answers.get(name) else 'no'}")) for name in one.changed]}


def _appeal(one: Any, zone: Any) -> dict[str, Any]:
    return {"appeal": one, "day": one.filed_at.astimezone(zone).date(), "waits": one.step == AppealStep.FILED,
            "ruled": one.ruled_at.astimezone(zone).date() if one.ruled_at else None,
            "outcome": message(f"creative.money.outcome.{one.outcome}") if one.outcome else ""}
