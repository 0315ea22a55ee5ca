"""The page on which an applicant follows a request by its number and the code on the receipt. No login, no list.

A wrong number and a wrong code get the same answer and take the same time; the state shows no name. The pair is
posted, so that it stands in no address and no log, and attempts are counted and slowed down.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from sepadan.ground.messages import Message, message
from sepadan.records.public import address_of, begin_attempt, forgive_attempt, now, region_of
from sepadan.records.public import today as today_in
from sepadan.tax.engine.requests import State
from sepadan.tax.forms.requests import plain
from sepadan.tax.models import Request
from sepadan.tax.queries.requests import by_number, events_of
from sepadan.tax.services.request_codes import opens_request
from sepadan.tax.services.requests import case_of, event_words
from sepadan.tax.views.requests import TONES, stages

TOLD = ("filed", "ask", "complete", "examine", "decide", "deem", "carry_out", "close", "lapse", "withdraw")
"""What an applicant is told of; what officers do among themselves stays inside."""


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def follow(request: HttpRequest, kode: str) -> HttpResponse:
    """Ask for number and code; show where the request stands."""
    region = region_of(request)
    context: dict[str, Any] = {"region": region, "number": ""}
    status = 200
    if request.method == "POST":
        number = plain(request.POST.get("number")).upper()[:60]
        context["number"] = number
        attempt = begin_attempt("request", f"{region.code}:{number}", address_of(request), now=now())
        if attempt.seconds:
            context["wrong"] = message("tax.requests.follow.wait", seconds=attempt.seconds)
            status = 429
        else:
            found = by_number(number)
            if found is not None and opens_request(found, str(request.POST.get("code", ""))):
                forgive_attempt(attempt)
                context |= told(found, today_in(region))
            else:
                if found is None:
                    opens_request(None, str(request.POST.get("code", "")))
                context["wrong"] = message("tax.requests.follow.no")
                status = 422
    return render(request, "tax/requests_follow.html", context, status=status)


def told(found: Request, today: date) -> dict[str, Any]:
    """What an applicant sees of his request."""
    events = events_of(found)
    case = case_of(found, events)
    lacking = [paper for paper in found.type.papers if paper.code in case.lacking] if case.state in (
        State.RECEIVED, State.INCOMPLETE) else []
    decided = found.outcome_label if case.state in (State.DECIDED, State.CARRIED_OUT, State.CLOSED) else None
    return {
        "found": found, "kind": found.type, "tone": TONES[found.state], "stages": stages(case.state),
        "lacking": lacking, "outcome": decided, "outcome_tone": "bad" if found.outcome == "refused" else "ok",
        "sentence": sentence(found, case.state), "happened": [(one.on, event_words(one)) for one in reversed(events)
                                                              if one.kind in TOLD],
        "deadline": message("tax.requests.limit.unknown") if found.decide_by is None else message(
            "tax.requests.limit.day", on=found.decide_by)}


def sentence(found: Request, state: State) -> Message:
    """What comes next, in one sentence."""
    if state is State.INCOMPLETE and found.complete_by is not None:
        return message("tax.requests.told.incomplete", until=found.complete_by)
    if state is State.DECIDED and found.outcome == "refused":
        return message("tax.requests.told.refused")
    if state is State.PROPOSED:
        return message("tax.requests.told.examined")
    return message(f"tax.requests.told.{state}")
