"""What the desk's page of one booking shows beside its facts: steps, papers, agenda, room, keys, displacement.

Plain values for ``creative/booking_work.html``; the acts behind it are in ``steps.py``, ``handover.py`` and
``displacing.py``. What a person may not do is not offered.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpRequest

from sepadan.creative.engine.desk_rules import Item
from sepadan.creative.models import Booking
from sepadan.creative.names import BookingState, DateState, Intake, OfferState
from sepadan.creative.queries.deskwork import (
    agenda_of,
    arrangement_of,
    displacements_of,
    dispositions_of,
    handovers_of,
    papers_of,
    record_of,
    step_events,
)
from sepadan.creative.services.displacing import standing
from sepadan.creative.services.papers import KINDS
from sepadan.creative.services.step_rules import current_step, rules_of, step_name, steps_for
from sepadan.creative.services.steps import FINISHABLE
from sepadan.creative.views.shown import date_row
from sepadan.ground.figures import Language
from sepadan.ground.messages import message
from sepadan.records.public import language, now, permitted, person_of, region_of, zone_of
from sepadan.records.public import today as today_in

OFFER_TONES = {OfferState.OFFERED: "care", OfferState.ACCEPTED: "ok", OfferState.DECLINED: "", OfferState.LAPSED: "",
               OfferState.NONE: "bad"}


def work_of(request: HttpRequest, found: Booking) -> dict[str, Any]:
    """The context of everything around *found*."""
    region, at = region_of(request), now()
    today, person = today_in(region), person_of(request)
    at_step = current_step(found)
    steps = steps_for(found)
    deciding = at_step is None or at_step == steps[-1]
    open_ = found.state in (BookingState.REVIEW, BookingState.ASKED, BookingState.WAITING)
    mine = at_step is not None and permitted(person, region, at_step.by)
    finishing = open_ and not deciding and found.state in FINISHABLE
    return {
        "stages": stages_of(found) if steps else [], "ready": deciding, "step": at_step,
        "step_words": step_name(at_step.code) if at_step else "", "can_finish": finishing and mine,
        "waits_for_other": finishing and not mine,
        "checks": [(code, text, request.POST.get(f"check-{code}", "")) for code, text in shown_items(
            at_step.checks, "creative.check", language())] if at_step else [],
        "typed": request.POST.get("note", "") if request.POST.get("act") == "finish" else "",
        "earlier": [(one.code, step_name(one.code)) for one in steps[:_place(steps, at_step)]]
        if open_ and found.state in FINISHABLE and mine else [],
        "due": found.step_due, "overdue": open_ and found.step_due is not None and found.step_due < today
        and found.state != BookingState.WAITING, "findings": findings_of(found), "papers": papers_of(found),
        "paper_kinds": [(kind, f"creative.paper.{kind}") for kind in KINDS], "agenda": agenda_of(found),
        "dispositions": dispositions_of(found), "arrangement": arrangement_of(found), "today": today,
        "layouts": list(found.space.layouts), "record": record_of(found.organiser, at),
        "displacements": [shown_displacement(one, at) for one in displacements_of(found)],
        "keys": keys_of(found, at), "may_displace": open_ and deciding and found.intake == Intake.OFFICIAL
        and permitted(person, region, "creative.approve"),
        "needs_letter": found.state == BookingState.CONFIRMED and found.letter_id is None}


def _place(steps: Any, at_step: Any) -> int:
    return list(steps).index(at_step) if at_step in steps else 0


def stages_of(found: Booking, *, own: bool = False) -> list[dict[str, Any]]:
    """The way of a booking for the component of stages: what is done, where it stands, what comes. *own*: in words to
    its applicant."""
    steps, at_step = steps_for(found), current_step(found)
    place = _place(steps, at_step)
    ended = found.state not in (BookingState.REVIEW, BookingState.ASKED, BookingState.WAITING)
    confirmed = found.state == BookingState.CONFIRMED
    rows = [{"name": message("creative.stage.filed"), "state": "done",
             "text": message("creative.stage.on", day=found.received_at.astimezone(zone_of(found.region)).date())}]
    for number, one in enumerate(steps):
        state = "done" if confirmed or (number < place and not ended) else ""
        if number == place and not ended:
            state = "now"
        text: Any = message("creative.stage.done") if state == "done" else message("creative.stage.ahead")
        if state == "now" and found.state == BookingState.ASKED:
            key = "creative.stage.asked" if own else "creative.stage.asked_of"
            text = message(key, day=found.step_due) if found.step_due else found.state_label
        elif state == "now":
            text = message("creative.stage.until", day=found.step_due) if found.step_due else ""
        elif ended and not confirmed:
            text = found.state_label if number == len(steps) - 1 else message("creative.stage.ended")
        rows.append({"name": step_name(one.code), "state": state, "text": text})
    return rows


def shown_items(items: tuple[Item, ...], prefix: str, lang: Language) -> list[tuple[str, Any]]:
    """A checklist in words: the centre's own, else the product's."""
    return [(item.code, item.words.get(lang) or message(f"{prefix}.{item.code}")) for item in items]


def findings_of(found: Booking) -> list[dict[str, Any]]:
    """What each step said, for whoever decides."""
    lang, names = language(), {}
    for step in rules_of(found.centre).steps:
        names |= dict(shown_items(step.checks, "creative.check", lang))
    zone = zone_of(found.region)
    return [{"step": step_name(event.data.get("step", "")), "note": event.note, "who": event.by_name,
             "on": event.at.astimezone(zone).date(), "back": event.kind == "back", "late": event.data.get("late", 0),
             "next": step_name(event.data.get("next", "")),
             "lines": [(names.get(code, code), ok) for code, ok in event.data.get("findings", {}).items()]}
            for event in step_events(found)]


def shown_displacement(one: Any, at: datetime) -> dict[str, Any]:
    """A displacement with what was offered and what has come of it."""
    zone, state = zone_of(one.region), standing(one, at)
    live = state is OfferState.OFFERED
    offers = [date_row(offer.date, zone) for offer in one.offers.all()]
    return {"one": one, "lost": date_row(one.date, zone), "offers": offers, "live": live,
            "takeable": [row for row in offers if live and row["date"].state == DateState.HELD
                         and row["date"].held_until > at],
            "state": message(f"creative.offer.{state.value}"), "tone": OFFER_TONES[state],
            "until": one.offer_until.astimezone(zone),
            "taken": date_row(one.taken, zone) if one.taken else None}


def keys_of(found: Booking, at: datetime) -> list[dict[str, Any]]:
    """The confirmed dates of a booking with their keys, those that can be acted on marked."""
    zone, known, grace = zone_of(found.region), handovers_of(found), rules_of(found.centre).no_show_minutes
    today = at.astimezone(zone).date()
    rows = []
    for date_ in found.dates.filter(state__in=[DateState.CONFIRMED.value, DateState.NO_SHOW.value]).select_related(
            "space").order_by("starts_at"):
        handover = known.get(date_.pk)
        confirmed = date_.state == DateState.CONFIRMED
        begun = date_.starts_at <= at
        can_out = confirmed and handover is None and date_.starts_at.astimezone(zone).date() <= today and (
            at < date_.ends_at)
        rows.append({**date_row(date_, zone), "handover": handover, "can_out": can_out,
                     "can_in": handover is not None and handover.returned_at is None,
                     "can_no_show": confirmed and handover is None and begun
                     and (at - date_.starts_at).total_seconds() >= 60 * grace,
                     "can_release": confirmed and begun and at < date_.ends_at})
    return [row for row in rows if row["handover"] or row["can_out"] or row["can_no_show"] or row["can_release"]][:60]
