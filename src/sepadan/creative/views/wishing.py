"""Asking for a space without an account: a form, an instant hold, a number and a code; and following it by these.

Filing and following count as attempts of a network address and slow down, also when they succeed; how far ahead, how
many meetings and how many open requests of one contact there may be is bounded, so that nobody keeps a centre for
himself. A wrong number and a wrong code get the same answer. A refusal keeps what was typed, and offers the smallest
changes that would fit as buttons that fill them in.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, time
from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from sepadan.creative.access import centre_open
from sepadan.creative.engine.nature import QUESTIONS
from sepadan.creative.models import Booking, Centre
from sepadan.creative.names import Intake, OnClash
from sepadan.creative.queries.bookings import dates_of, events_of, open_of_contact
from sepadan.creative.queries.calendar import floors_of
from sepadan.creative.services.booking_codes import booking_code
from sepadan.creative.services.bookings import Wish, file_booking
from sepadan.creative.services.planned import Planned
from sepadan.creative.services.wishes import ONLINE, Reach, plan_meeting
from sepadan.creative.views.by_code import open_booking
from sepadan.creative.views.calendar import day_of, read_time
from sepadan.creative.views.fairness_fields import (
    answer_refusal,
    chosen,
    only_refusal,
    read_sharing,
    sharing_context,
    sharing_faults,
    sharing_of,
)
from sepadan.creative.views.followed import SILENT, followed
from sepadan.creative.views.followed import TOLD as TOLD_OF_WORK
from sepadan.creative.views.lines import offered_rows
from sepadan.creative.views.money_shown import told_money
from sepadan.creative.views.series import (
    SERIES_FIELDS,
    must_be_seen,
    pattern_of,
    plan_pattern,
    preview,
    read_several,
    series_context,
    series_faults,
)
from sepadan.creative.views.shown import TONES, date_row, sample_of
from sepadan.ground.messages import message
from sepadan.ground.messages import render as words
from sepadan.ground.problems import Problem, Refused, problem, refuse
from sepadan.records.public import (
    Actor,
    address_of,
    begin_attempt,
    grouped,
    language,
    now,
    region_of,
    zone_of,
)
from sepadan.records.public import today as today_in

NEEDED = ("title", "organiser", "contact", "space", "day", "since", "until")
KINDS = ("community", "government", "business", "academia", "media", "person")
PURPOSES = ("class", "meeting", "exhibition", "performance", "competition", "production", "other")
FIELDS = (*NEEDED, *QUESTIONS, "kind", "purpose", "people", "about", "on_clash", "waits", *SERIES_FIELDS)
MOST_OPEN = 6
"""Open requests that one telephone number or address may have at once."""
TOLD = ("file", "ask", "answer", "confirm", "refuse", "withdraw", "wait", "cancel", "move", "expire", "publish",
        "drop", "restore", "replan", "offer", "accept", "decline", "equipment",
        "assess", "unpaid", "appeal", "ruling", "refund")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest, kode: str, centre: str) -> HttpResponse:
    """The form, and after it number and code."""
    found, region = centre_open(centre), region_of(request)
    today = today_in(region)
    given = request.POST if request.method == "POST" else request.GET
    data = read_fields(given)
    faults, refusal, status, seen = {}, None, 200, {}
    if request.method == "POST" and "use" in request.POST:
        data, seen = chosen(data, request.POST["use"]), {"filled": True}
    elif request.method == "POST":
        faults = faults_of(data, found)
        if not faults and must_be_seen(data, request.POST.get("act", "")):
            try:
                with transaction.atomic():
                    seen = preview(found, data, today, ONLINE)
            except Refused as refused:
                refusal, status = refused.problem, 422
        else:
            attempt = begin_attempt("booking_online", f"{region.code}:{address_of(request)}", address_of(request),
                                    now=now())
            if attempt.seconds:
                refusal, faults, status = problem("creative.ask.wait", seconds=attempt.seconds), {}, 429
            elif not faults:
                try:
                    with transaction.atomic():
                        made, planned = _filed(request, found, data, today)
                except Refused as refused:
                    refusal = refused.problem
                    seen = {"proposals": proposals_of(found, data, today, ONLINE, Intake.ONLINE, refusal)}
                else:
                    return _receipt(request, found, made, planned)
            if status == 200 and (faults or refusal):
                status = 422
    return render(request, "creative/ask.html", {
        "region": region, "sample": sample_of(found), **seen,
        **form_context(found, data, faults, refusal)}, status=status)


def read_fields(given: Mapping[str, Any], *more: str) -> dict[str, str]:
    """The fields of a request as they were typed, and *more* of the desk's own."""
    return read_several(given, {name: str(given.get(name, ""))[:4000].replace("\0", "").strip()
                                for name in (*FIELDS, *more)}) | read_sharing(given)


def form_context(centre: Centre, data: dict[str, str], faults: dict[str, str],
                 refusal: Problem | None) -> dict[str, Any]:
    """What ``creative/fields.html`` and ``creative/wrong.html`` show: on the public page and at the desk."""
    said = {name: words(key, language()) for name, key in faults.items()}
    return {
        "centre": centre, "data": data, "faults": said, "refusal": refusal, "floors": floors_of(centre),
        "summary": [(f"f-{name}", f"creative.ask.{name}", text) for name, text in said.items()],
        "kinds": [(kind, f"creative.organiser.{kind}") for kind in KINDS],
        "purposes": [(purpose, f"creative.purpose.{purpose}") for purpose in PURPOSES],
        "questions": [(name, f"creative.nature.question.{name}", data[name]) for name in QUESTIONS],
        **sharing_context(centre, data, refusal), **series_context(data)}


def faults_of(data: dict[str, str], centre: Centre) -> dict[str, str]:
    """What is missing or cannot be read, by field."""
    faults = {name: "creative.ask.needed" for name in NEEDED if not data[name]}
    if data["day"] and day_of(data["day"]) is None:
        faults["day"] = "creative.ask.not_day"
    for name in ("since", "until"):
        if data[name] and read_time(data[name]) is None:
            faults[name] = "creative.ask.not_time"
    if data["people"] and not (data["people"].isdecimal() and 0 < int(data["people"]) < 100_000):
        faults["people"] = "creative.ask.not_number"
    codes = {space.code for _, spaces in floors_of(centre) for space in spaces}
    if data["space"] and data["space"] not in codes:
        faults["space"] = "creative.booking.no_space"
    return faults | series_faults(data) | sharing_faults(data)


def wish_of(data: dict[str, str], planned: Planned, intake: Intake) -> Wish:
    """The wish that the fields describe; the fields were checked."""
    return Wish(
        space=data["space"], title=data["title"][:160], organiser=data["organiser"][:120], meetings=planned.meetings,
        intake=intake, organiser_kind=data["kind"] if data["kind"] in KINDS else "", contact=data["contact"][:160],
        about=data["about"], purpose=data["purpose"] if data["purpose"] in PURPOSES else "",
        people=int(data["people"]) if data["people"] else None, series=planned.series,
        nature={name: data[name] == "yes" for name in QUESTIONS if data[name] in ("yes", "no")},
        on_clash=OnClash.SKIP if data["on_clash"] == "skip" else OnClash.WHOLE, waits=data["waits"] == "yes",
        **sharing_of(data))


def plan_of(centre: Centre, data: dict[str, str], today: date, reach: Reach) -> Planned:
    """The meetings that the fields describe. Raises Refused."""
    day, since, until = day_of(data["day"]), read_time(data["since"]), read_time(data["until"])
    assert day is not None
    if pattern_of(data):
        return plan_pattern(centre, data, today, reach)
    return plan_meeting(day, since or time(), until or time(), today=today, reach=reach)


def _filed(request: HttpRequest, centre: Centre, data: dict[str, str], today: date) -> tuple[Booking, Planned]:
    if open_of_contact(data["contact"]) >= MOST_OPEN:
        raise refuse("creative.ask.many_open", remedy="creative.ask.many_open.remedy", most=MOST_OPEN)
    planned = plan_of(centre, data, today, ONLINE)
    actor = Actor(name=words("creative.ask.actor", "id"), ip=address_of(request))
    return file_booking(wish_of(data, planned, Intake.ONLINE), actor=actor, now=now(), today=today), planned


def proposals_of(centre: Centre, data: dict[str, str], today: date, reach: Reach, intake: Intake,
                 refusal: Problem) -> list[dict[str, Any]]:
    """Keep that the wish in *data* was refused; what would fit instead."""
    try:
        planned = plan_of(centre, data, today, reach)
    except Refused:
        only_refusal(centre, data, intake, refusal)
        return []
    return answer_refusal(centre, wish_of(data, planned, intake), refusal, today)


def _receipt(request: HttpRequest, centre: Centre, made: Booking, planned: Planned) -> HttpResponse:
    zone = zone_of(region_of(request))
    return render(request, "creative/asked.html", {
        "region": region_of(request), "centre": centre, "found": made, "code": grouped(booking_code(made)),
        "tone": TONES[made.state], "dates": [date_row(one, zone) for one in dates_of(made)],
        "skipped": planned.skipped, "unknown_years": planned.unknown_years, "sample": sample_of(centre)})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def follow(request: HttpRequest, kode: str) -> HttpResponse:
    """Ask for number and code; show where the booking stands and why."""
    status = 200
    context: dict[str, Any] = {"region": region_of(request), "number": request.GET.get("nomor", "")[:60]}
    if request.method == "POST":
        found, context, status = open_booking(request)
        if found is not None:
            context |= told(found)
    return render(request, "creative/follow.html", context, status=status)


def told(found: Booking) -> dict[str, Any]:
    """What an applicant sees of his booking."""
    zone = zone_of(found.region)
    return {"found": found, "tone": TONES[found.state], "dates": [date_row(one, zone) for one in dates_of(found)],
            "money": told_money(found, now(), today_in(found.region)),
            "happened": [(one.at.astimezone(zone).date(), message(f"creative.event.{one.kind}"),
                          "" if one.kind in SILENT else one.note)
                         for one in reversed(events_of(found)) if one.kind in (*TOLD, *TOLD_OF_WORK)],
            "slots": offered_rows(found, now()), **followed(found, now())}


