"""The desk of money: what is assessed, due, paid, to be checked; the money of one booking with everything done to it.

Whoever may read sees it, ``creative.write`` assesses, corrects answers, notes checks and appeals and proposes refunds,
``creative.approve`` rules on appeals and pays refunds out; that a second person does so the services see to.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from sepadan.creative.access import booking_for
from sepadan.creative.desk import desk_page
from sepadan.creative.documents.assessment_papers import keep_letter
from sepadan.creative.models import Assessment, AssessmentAppeal, Booking, ChargeRefund
from sepadan.creative.queries.charges import last_assessment
from sepadan.creative.queries.money_desk import (
    events_to_check,
    letter_rows,
    sums,
    uses_to_assess,
    waiting_appeals,
    waiting_refunds,
    waiting_tariffs,
)
from sepadan.creative.services.after_checks import file_appeal, note_check, rule_appeal
from sepadan.creative.services.charges import correct_answers, issue_assessment
from sepadan.creative.services.refunds import pay_refund, propose_refund, reject_refund
from sepadan.creative.views.money_shown import follow_url, money_of, nature_given, questions_of
from sepadan.ground.entry import read_day, read_rupiah
from sepadan.ground.messages import message
from sepadan.ground.messages import render as words
from sepadan.ground.problems import Problem, Refused
from sepadan.ground.tables import Column, Listing, ListRows, Table
from sepadan.records.public import actor_of, language, needs, now, permitted, person_of, region_of, zone_of
from sepadan.records.public import today as today_in

STATES = ("due", "overdue", "paid", "credit", "annulled", "free")
TONES = {"due": "wait", "overdue": "bad", "paid": "ok", "credit": "care", "annulled": "", "free": ""}
APPROVES = ("rule", "pay_refund", "reject_refund")
MOST, SHORT = 2_000, 20


def table() -> Table:
    return Table("retribusi-ruang", message("creative.money.letters"), (
        Column("number", message("creative.booking.number"), href="url"),
        Column("letter", message("creative.money.letter")), Column("organiser", message("creative.ask.organiser")),
        Column("space", message("creative.ask.space"), choice=True),
        Column("due", message("creative.money.due_on"), "date"),
        Column("assessed", message("creative.money.assessed"), "rupiah", summable=True),
        Column("paid", message("creative.money.paid"), "rupiah", summable=True),
        Column("open", message("creative.money.open"), "rupiah", summable=True),
        Column("state", message("creative.desk.state"), choice=True, words={
            one: message(f"creative.money.state.{one}") for one in STATES}, tones=TONES),  # type: ignore[arg-type]
    ), search=("number", "letter", "organiser"))


@never_cache
@require_safe
@needs("creative.read")
def money(request: HttpRequest, kode: str) -> HttpResponseBase:
    """What stands where, and what waits for somebody."""
    region = region_of(request)
    zone, today, at = zone_of(region), today_in(region), now()
    view = request.GET.get("lihat", "")
    found = letter_rows(today, most=MOST)
    rows = [{"number": one.last.booking.number, "letter": one.last.number, "organiser": one.last.booking.organiser,
             "url": reverse("creative:booking_money", args=[kode, one.last.booking_id]), "due": one.last.due_on,
             "space": one.last.booking.space.name, "assessed": one.stand.assessed, "paid": one.stand.paid,
             "open": one.stand.open, "state": one.state} for one in found if view in ("", one.state)]
    listing = Listing(table(), ListRows(rows), request.GET, language())
    if listing.wanted:
        name, kind, content = listing.file(listing.wanted)
        return HttpResponse(content, content_type=kind, headers={
            "Content-Disposition": f'attachment; filename="{name}"'})
    check, count = events_to_check(at, most=SHORT)
    return desk_page(request, "creative/money.html", {
        "listing": listing, "any": bool(rows), "sums": sums(found), "assumed": any(one.last.assumed for one in found),
        "tabs": [("creative.money.view.all", "?", view not in STATES)] + [
            (f"creative.money.state.{one}", f"?lihat={one}", view == one) for one in STATES],
        "to_assess": [_use(one, zone) for one in uses_to_assess(at, most=SHORT)], "to_check_count": count,
        "to_check": [_use(one, zone) for one in check], "appeals": waiting_appeals(), "refunds": waiting_refunds(),
        "tariffs": waiting_tariffs()})


def _use(row: Any, zone: Any) -> dict[str, Any]:
    return {"booking": row.booking, "day": row.at.astimezone(zone).date(),
            "kind": message(f"creative.nature.kind.{row.kind}")}


@never_cache
@require_safe
@needs("creative.read")
def booking_money(request: HttpRequest, kode: str, booking_id: int) -> HttpResponse:
    """How a use is judged, its letters, what stands in the ledger, checks, appeals, refunds."""
    return page_of(request, booking_for(request.user, region_of(request), booking_id))


def page_of(request: HttpRequest, found: Booking, *, refusal: Problem | None = None, status: int = 200) -> HttpResponse:
    region, person = region_of(request), person_of(request)
    shown = money_of(found, now(), today_in(region))
    given = request.POST if refusal else {}
    typed = questions_of(nature_given(given))
    if given.get("act") in ("answers", "rule"):
        shown["questions"] = typed
    return desk_page(request, "creative/booking_money.html", {
        "found": found, "refusal": refusal, **shown, "given": given, "looked": typed,
        "may_write": permitted(person, region, "creative.write"),
        "may_approve": permitted(person, region, "creative.approve")}, status=status)


@never_cache
@require_POST
@needs("creative.write")
def money_act(request: HttpRequest, kode: str, booking_id: int) -> HttpResponseBase:
    """Do what the button says on the version that was seen."""
    region, name = region_of(request), request.POST.get("act", "")
    found = booking_for(request.user, region, booking_id,
                        action="creative.approve" if name in APPROVES else "creative.write")
    acts = _acts(request, found)
    if name not in acts:
        raise Http404
    try:
        with transaction.atomic():
            acts[name]()
            _keep_letters(request, found)
    except Refused as refused:
        found.refresh_from_db()
        return page_of(request, found, refusal=refused.problem, status=409)
    messages.success(request, words(f"creative.money.done.{name}", language()))
    return redirect("creative:booking_money", kode=kode, booking_id=found.pk)


def _acts(request: HttpRequest, found: Booking) -> dict[str, Callable[[], object]]:
    version = request.POST.get("version", "")
    actor, at = actor_of(request), now()
    how: dict[str, Any] = {"version": int(version) if version.isdecimal() and len(version) < 9 else 0, "actor": actor,
                           "now": at}
    note = request.POST.get("note", "").replace("\0", "")[:2000]
    nature = nature_given(request.POST)

    def appeal() -> object:
        last = last_assessment(found)
        if last is None:
            raise Http404
        return file_appeal(last, grounds=note, by=found.organiser, actor=actor, now=at)

    def pay() -> object:
        paid_on = read_day(request.POST.get("paid_on", ""), "paid_on")
        return pay_refund(_refund(request, found), document_number=request.POST.get("document", "").replace("\0", ""),
                          paid_on=paid_on, actor=actor, now=at, today=today_in(found.region))

    return {
        "issue": lambda: issue_assessment(found, reason=note, **how),
        "answers": lambda: correct_answers(found, nature, reason=note[:500], **how),
        "check": lambda: note_check(found, nature, what=note, **how),
        "appeal": appeal,
        "rule": lambda: rule_appeal(_appeal(request, found), nature, ruling=note, **how),
        "refund": lambda: propose_refund(found, read_rupiah(request.POST.get("amount", ""), "amount"),
                                         reason=note[:500], actor=actor, now=at),
        "pay_refund": pay,
        "reject_refund": lambda: reject_refund(_refund(request, found), reason=note[:500], actor=actor, now=at),
        "print": lambda: None,
    }


def _keep_letters(request: HttpRequest, found: Booking) -> None:
    """Letters that have no paper yet get it in the transaction that issued them."""
    for one in Assessment.objects.filter(booking=found, document__isnull=True).order_by("revision"):
        keep_letter(one, url=follow_url(request, found), actor=actor_of(request), now=now())


def _appeal(request: HttpRequest, found: Booking) -> AssessmentAppeal:
    row = AssessmentAppeal.objects.filter(assessment__booking=found, pk=_key(request, "appeal")).first()
    if row is None:
        raise Http404
    return row


def _refund(request: HttpRequest, found: Booking) -> ChargeRefund:
    row = ChargeRefund.objects.filter(booking=found, pk=_key(request, "refund")).first()
    if row is None:
        raise Http404
    return row


def _key(request: HttpRequest, name: str) -> int:
    given = request.POST.get(name, "")
    return int(given) if given.isdecimal() and given.isascii() and len(given) < 19 else 0
