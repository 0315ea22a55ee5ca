"""The creative desk: one booking with what can be done, entry of a wish that came by letter, call or chat."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from datetime import date
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from sepadan.creative.access import booking_for
from sepadan.creative.desk import desk_page
from sepadan.creative.documents.letters import issue_confirmation
from sepadan.creative.engine.nature import read_nature
from sepadan.creative.models import Booking, Centre, Space
from sepadan.creative.names import BookingState, Intake
from sepadan.creative.queries.bookings import dates_of, events_of
from sepadan.creative.services.booking_codes import booking_code
from sepadan.creative.services.bookings import file_booking
from sepadan.creative.services.decisions import (
    STILL_OPEN,
    ask_applicant,
    cancel_dates,
    confirm_booking,
    line_up,
    move_date,
    note_answer,
    publish_booking,
    refuse_booking,
    withdraw_booking,
)
from sepadan.creative.services.papers import note_letter
from sepadan.creative.services.wishes import DESK, plan_meeting
from sepadan.creative.views.booking_work import work_of
from sepadan.creative.views.calendar import day_of, read_time
from sepadan.creative.views.fairness_fields import chosen
from sepadan.creative.views.lines import sharing_shown
from sepadan.creative.views.money_shown import money_of
from sepadan.creative.views.reading import address_of_letter, letter_of
from sepadan.creative.views.series import must_be_seen, preview
from sepadan.creative.views.shown import TONES, date_row
from sepadan.creative.views.wishing import (
    faults_of,
    form_context,
    plan_of,
    proposals_of,
    read_fields,
    wish_of,
)
from sepadan.ground.messages import message
from sepadan.ground.messages import render as words
from sepadan.ground.problems import Problem, Refused, refuse
from sepadan.records.public import actor_of, grouped, language, needs, now, permitted, person_of, region_of, zone_of
from sepadan.records.public import today as today_in

APPROVES = ("confirm", "refuse")


@never_cache
@require_safe
@needs("creative.read")
def booking(request: HttpRequest, kode: str, booking_id: int) -> HttpResponse:
    """One booking: what it is, its dates, what can be done, everything that happened."""
    return page_of(request, booking_for(request.user, region_of(request), booking_id))


def page_of(request: HttpRequest, found: Booking, *, refusal: Problem | None = None, status: int = 200) -> HttpResponse:
    region, person = region_of(request), person_of(request)
    zone = zone_of(region)
    dates = [date_row(one, zone) for one in dates_of(found)]
    return desk_page(request, "creative/booking.html", {
        "found": found, "tone": TONES[found.state], "refusal": refusal, "dates": dates,
        "open": found.state in STILL_OPEN, "confirmed": found.state == BookingState.CONFIRMED,
        "may_write": permitted(person, region, "creative.write"), "code": grouped(booking_code(found)),
        "may_approve": permitted(person, region, "creative.approve"),
        "movable": [one for one in dates if one["blocks"] and one["date"].starts_at > now()],
        "spaces": Space.objects.filter(floor__centre=found.centre, bookable=True), "facts": facts(found),
        "money": money_of(found, now(), today_in(region)),
        "events": [{"at": one.at.astimezone(zone), "text": message(f"creative.event.{one.kind}"), "note": one.note,
                    "who": one.by_name} for one in events_of(found)], **work_of(request, found),
        **sharing_shown(request, found)}, status=status)


def facts(found: Booking) -> list[tuple[str, Any]]:
    """The facts of a booking, what was not told left out."""
    zone = zone_of(found.region)
    rows: list[tuple[str, Any]] = [
        ("creative.ask.organiser", found.organiser), ("creative.ask.contact", found.contact),
        ("creative.ask.kind", message(f"creative.organiser.{found.organiser_kind}") if found.organiser_kind else ""),
        ("creative.ask.purpose", message(f"creative.purpose.{found.purpose}") if found.purpose else ""),
        ("creative.ask.people", found.people), ("creative.intake", message(f"creative.intake.{found.intake}")),
        ("creative.received", found.received_at.astimezone(zone).date()), ("creative.letter", found.letter_number),
        ("creative.ask.about", found.about), ("creative.reason", found.reason)]
    rows += [(f"creative.nature.question.{name}", message(f"creative.nature.answer.{'yes' if answer else 'no'}"))
             for name, answer in asdict(read_nature(found.nature)).items() if answer is not None]
    return [(key, value) for key, value in rows if value not in ("", None)]


@never_cache
@require_POST
@needs("creative.write")
def act(request: HttpRequest, kode: str, booking_id: int) -> HttpResponseBase:
    """Do what the button says on the version that was seen."""
    region, name = region_of(request), request.POST.get("act", "")
    found = booking_for(request.user, region, booking_id,
                        action="creative.approve" if name in APPROVES else "creative.write")
    version = request.POST.get("version", "")
    acts = _acts(request, found, int(version) if version.isdecimal() and len(version) < 9 else 0, today_in(region))
    if name not in acts:
        raise Http404
    try:
        with transaction.atomic():
            acts[name]()
    except Refused as refused:
        found.refresh_from_db()
        return page_of(request, found, refusal=refused.problem, status=409)
    messages.success(request, words(f"creative.event.{name}", language()))
    return redirect("creative:booking", kode=kode, booking_id=found.pk)


def _acts(request: HttpRequest, found: Booking, version: int, today: date) -> dict[str, Callable[[], object]]:
    how: dict[str, Any] = {"version": version, "actor": actor_of(request), "now": now()}
    note = request.POST.get("note", "").replace("\0", "")[:2000]
    ordinals = [int(one) for one in request.POST.getlist("ordinal") if one.isdecimal() and len(one) < 6]

    def move() -> object:
        day, since, until = (request.POST.get(name, "") for name in ("day", "since", "until"))
        start, end = read_time(since), read_time(until)
        space = Space.objects.filter(floor__centre=found.centre, code=request.POST.get("space", "")).first()
        wanted = day_of(day)
        if start is None or end is None or wanted is None or space is None or not ordinals:
            raise refuse("creative.booking.times", remedy="creative.booking.times.remedy")
        (meeting,) = plan_meeting(wanted, start, end, today=today, reach=DESK).meetings
        return move_date(found, ordinals[0], meeting, space=space, reason=note,
                         override=request.POST.get("override", "").replace("\0", "")[:500], **how)

    def confirm() -> object:
        made = confirm_booking(found, today=today, jump=note, **how)
        return issue_confirmation(made, address=address_of_letter(request, made), actor=how["actor"], now=how["now"])

    return {
        "confirm": confirm,
        "refuse": lambda: refuse_booking(found, reason=note, **how),
        "ask": lambda: ask_applicant(found, question=note, **how),
        "answer": lambda: note_answer(found, answer=note, **how),
        "wait": lambda: line_up(found, reason=note or words("creative.event.wait", "id"), **how),
        "withdraw": lambda: withdraw_booking(found, reason=note, **how),
        "cancel": lambda: cancel_dates(found, reason=note, ordinals=ordinals or None, **how),
        "publish": lambda: publish_booking(found, **how),
        "move": move,
    }


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@needs("creative.write")
def enter(request: HttpRequest, kode: str) -> HttpResponseBase:
    """The desk enters a wish that came by letter, call, chat or at the counter."""
    region = region_of(request)
    centre = Centre.objects.first()
    if centre is None:
        return desk_page(request, "creative/enter.html", {"centre": None, "region": region})
    data = read_fields(request.POST, "intake", "override")
    data["contact"] = data["contact"] or ("-" if request.method == "POST" else "")
    faults, refusal, seen = {}, None, {}
    if request.method == "POST" and "use" in request.POST:
        data, seen = chosen(data, request.POST["use"]), {"filled": True}
    elif request.method == "POST":
        faults = faults_of(data, centre)
        if not faults and must_be_seen(data, request.POST.get("act", "")):
            try:
                with transaction.atomic():
                    seen = preview(centre, data, today_in(region), DESK)
            except Refused as refused:
                refusal = refused.problem
        elif not faults:
            intake = Intake(data["intake"]) if data["intake"] in list(Intake) else Intake.LETTER
            try:
                with transaction.atomic():
                    planned = plan_of(centre, data, today_in(region), DESK)
                    made = file_booking(wish_of(data, planned, intake), actor=actor_of(request), now=now(),
                                        today=today_in(region))
                    _note(request, made, today_in(region))
            except Refused as refused:
                refusal = refused.problem
                seen = {"proposals": proposals_of(centre, data, today_in(region), DESK, intake, refusal)}
            else:
                messages.success(request, words("creative.event.file", language()))
                return redirect("creative:booking", kode=kode, booking_id=made.pk)
    return desk_page(request, "creative/enter.html", {
        "region": region, **seen, **form_context(centre, data, faults, refusal),
        "today": today_in(region), "letter": {name: request.POST.get(name, "")[:120] for name in (
            "sender", "letter_number", "letter_date", "dated")},
        "intakes": [(one.value, f"creative.intake.{one.value}") for one in Intake if one is not Intake.ONLINE]},
        status=422 if faults or refusal else 200)


def _note(request: HttpRequest, made: Booking, today: date) -> None:
    """What came in gets its agenda number, with the paper where there is one."""
    letter, content, name = letter_of(request, today, sender=made.organiser, subject=made.title)
    note_letter(made, letter, actor=actor_of(request), now=now(), today=today, content=content, name=name)
