"""The service desk: the inbox, a new request at the counter, one request with what is next, its receipt."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import NoReverseMatch, reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from sepadan.ground.messages import Message, message
from sepadan.ground.messages import render as words
from sepadan.ground.problems import Problem, Refused, refuse
from sepadan.ground.tables import Column, Listing, ListRows, Table
from sepadan.records.public import (
    Person,
    actor_of,
    grouped,
    language,
    needs,
    now,
    permitted,
    person_of,
    region_of,
)
from sepadan.records.public import today as today_in
from sepadan.tax.access_requests import request_for
from sepadan.tax.desk import desk_page, take_names
from sepadan.tax.engine.nop import read_nop
from sepadan.tax.engine.request_types import Effect, RequestType, request_types
from sepadan.tax.engine.requests import UNDECIDED, Act, Filing, Outcome, State, acts_of, filing, standing, state_words
from sepadan.tax.forms.requests import TERMS, claim_fields, head_fields, lacking, new_request, shown, typed_terms
from sepadan.tax.models import Request, RequestEvent
from sepadan.tax.queries.requests import changes_by, counts, events_of, inbox, papers_of
from sepadan.tax.services.request_codes import request_code
from sepadan.tax.services.request_effects import Preview, preview
from sepadan.tax.services.requests import case_of, event_words, file_request, limits_on
from sepadan.tax.views.requests_fines import fines_shown

MOST = 2_000
TONES = {"received": "", "incomplete": "care", "complete": "wait", "examined": "wait", "proposed": "care",
         "decided": "wait", "carried_out": "ok", "closed": "ok", "withdrawn": ""}
STATES = {state.value: state_words(state) for state in State}


def table() -> Table:
    """The inbox. Its order is that of urgency until a reader sorts it."""
    kinds = {kind.code: kind.title for kind in request_types().values()}
    return Table("pelayanan", message("tax.requests.open"), (
        Column("number", message("tax.requests.number"), href="url"),
        Column("kind", message("tax.requests.kind"), choice=True, words=kinds),
        Column("applicant", message("tax.requests.applicant")),
        Column("nop", message("tax.requests.nop"), missing=message("tax.requests.dash")),
        Column("state", message("tax.requests.state"), choice=True, words=STATES, tones=TONES),  # type: ignore[arg-type]
        Column("decide_by", message("tax.requests.decide_by"), "date", missing=message("tax.requests.no_limit")),
        Column("left", message("tax.requests.left"), "integer", missing=message("tax.requests.dash")),
        Column("officer", message("tax.requests.officer"), missing=message("tax.requests.nobody")),
    ), search=("number", "applicant", "nop"))


@never_cache
@require_safe
@needs("tax.read")
def inbox_page(request: HttpRequest, kode: str) -> HttpResponseBase:
    """Open requests, overdue ones first; mine, those that wait for a decision, and those that have ended."""
    region, person = region_of(request), person_of(request)
    today, view = today_in(region), request.GET.get("lihat", "")
    rows = inbox(today, officer_id=person.pk if view == "saya" else None, ended=view == "selesai")
    if view == "putusan":
        rows = rows.filter(state=State.PROPOSED.value)
    found = list(rows[:MOST])
    names = dict(Person.objects.filter(pk__in={one.officer_id for one in found if one.officer_id})
                 .values_list("pk", "name"))
    may = permitted(person, region, "tax.write")
    listing = Listing(table(), ListRows([row_of(one, kode, today, names) for one in found]), request.GET, language(),
                      files=may)
    if listing.wanted:
        return take_names(request, listing)
    tabs = [(f"tax.requests.view.{key}", "?" + (f"lihat={value}" if value else ""), view == value)
            for key, value in (("open", ""), ("mine", "saya"), ("waiting", "putusan"), ("ended", "selesai"))]
    return desk_page(request, "tax/requests_inbox.html", {
        "listing": listing, "counts": counts(today), "tabs": tabs, "any": bool(found),
        "may": may})


def row_of(one: Request, kode: str, today: date, names: dict[int, str]) -> dict[str, Any]:
    left = (one.decide_by - today).days if one.decide_by and State(one.state) in UNDECIDED else None
    return {"number": one.number, "url": reverse("tax:request", args=[kode, one.pk]), "kind": one.kind,
            "applicant": one.applicant_name, "nop": str(read_nop(one.nop)) if one.nop else None, "state": one.state,
            "decide_by": one.decide_by, "left": left, "officer": names.get(one.officer_id or 0)}


@never_cache
@require_safe
@needs("tax.write")
def choose(request: HttpRequest, kode: str) -> HttpResponse:
    """Which of the thirteen it is."""
    kinds = [(kind, reverse("tax:request_new", args=[kode, kind.code])) for kind in request_types().values()]
    return desk_page(request, "tax/requests_choose.html", {"kinds": kinds})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@needs("tax.write")
def new(request: HttpRequest, kode: str, kind: str) -> HttpResponseBase:
    """A request is filed at the counter."""
    found = request_types().get(kind)
    if found is None:
        raise Http404
    region = region_of(request)
    today = today_in(region)
    specs, claims = head_fields(found), claim_fields(found)
    data: dict[str, Any] = {"received_on": today.isoformat(), "channel": "counter", "nop": request.GET.get("nop", ""),
                            "tax_year": request.GET.get("tahun", "")}
    faults, refusal = {}, None
    if request.method == "POST":
        data = request.POST.dict()
        empty = lacking(specs, data)
        faults = {name: words("tax.request.needed", language()) for name in empty}
        if not empty:
            try:
                with transaction.atomic():
                    made = file_request(new_request(found, data, today=today), actor=actor_of(request), now=now(),
                                        today=today)
            except Refused as refused:
                refusal = refused.problem
            else:
                messages.success(request, words("tax.requests.filed", language(), {"number": made.number}))
                return redirect("tax:request", kode=kode, request_id=made.pk)
    limits = limits_on(found, today)
    return desk_page(request, "tax/requests_new.html", {
        "kind": found, "fields": shown(specs, data, faults), "claims": shown(claims, data), "refusal": refusal,
        "faults": [(f"f-{name}", f"tax.request.term.{name}", text) for name, text in faults.items()],
        "limits": limits, "no_limit": found.decision is None,
    }, status=422 if faults or refusal else 200)


@never_cache
@require_safe
@needs("tax.read")
def one(request: HttpRequest, kode: str, request_id: int) -> HttpResponse:
    """One request: what it is, what is missing, what is next, and everything that happened."""
    return page_of(request, request_for(request.user, region_of(request), request_id))


def page_of(request: HttpRequest, found: Request, *, refusal: Problem | None = None, status: int = 200) -> HttpResponse:
    """The page of a request as it stands now, with a refusal above it where an act was refused."""
    region, lang, person = region_of(request), language(), person_of(request)
    today, events = today_in(region), events_of(found)
    case, kind = case_of(found, events), found.type
    limits = limits_on(kind, found.received_on)
    acts = acts_of(case, today)
    return desk_page(request, "tax/requests_one.html", {
        "found": found, "kind": kind, "tone": TONES[found.state], "refusal": refusal, "stages": stages(case.state),
        "papers": papers(kind, papers_of(events)), "lacking": len(case.lacking), "acts": acts, "next": acts[0].value
        if acts else "", "others": [act.value for act in acts[1:]], "standing": standing(case, today),
        "deadline": deadline_words(found, limits), "filing": filing_words(found, limits),
        "silence": limits.silence if limits.silence is not None and not limits.silence.known else None,
        "may_write": permitted(person, region, "tax.write"), "may_approve": permitted(person, region, "tax.approve"),
        "own_proposal": found.proposed_by_id == person.pk, "events": timeline(events, lang, kode=region.code),
        "seen": seen_of(found, today), "terms": terms_shown(kind, found.terms),
        "claim": terms_shown(kind, found.claim), "changes": changes_by(found),
        "officer": name_of(found.officer_id), "mine": found.officer_id == person.pk, "links": links(found, region.code),
        "deem_fields": [] if found.claim else shown(TERMS.get(kind.effect, ()), {}),
        "subject": str(read_nop(found.nop)) if found.nop else "", "carried": carried_words(events),
        "fined": fines_shown(found, person.pk),
    }, status=status)


def name_of(person_id: int | None) -> str:
    return "" if person_id is None else Person.objects.filter(pk=person_id).values_list("name", flat=True).first() or ""


def stages(state: State) -> list[dict[str, Any]]:
    """The way of a request in five stations."""
    order = (("received", (State.RECEIVED, State.INCOMPLETE)), ("examined", (State.COMPLETE, State.EXAMINED)),
             ("decided", (State.PROPOSED,)), ("carried_out", (State.DECIDED,)), ("closed", (State.CARRIED_OUT,)))
    at = next((k for k, (_, states) in enumerate(order) if state in states), len(order))
    return [{"name": message(f"tax.requests.stage.{name}"), "text": message(f"tax.requests.stage.{name}.text"),
             "state": "done" if k < at else "now" if k == at else ""} for k, (name, _) in enumerate(order)]


def papers(kind: RequestType, known: dict[str, RequestEvent]) -> list[dict[str, Any]]:
    return [{"code": paper.code, "name": paper.name, "needed": paper.needed, "event": known.get(paper.code)}
            for paper in kind.papers]


def deadline_words(found: Request, limits: Any) -> tuple[Message, Any]:
    """By when it must be decided, with the provision that says so; or that no limit is known."""
    provision = limits.decision.provision
    if found.decide_by is None:
        return message("tax.requests.limit.unknown"), provision
    return message("tax.requests.limit.until", on=found.decide_by, months=limits.decision.months or 0), provision


def filing_words(found: Request, limits: Any) -> tuple[str, Message, Message] | None:
    """Whether an objection came in time."""
    state, last = filing(found.type, found.received_on, found.sent_on, limits.filing.months)
    if state is Filing.FREE:
        return None
    tone = {Filing.IN_TIME: "ok", Filing.LATE: "bad"}.get(state, "care")
    said = message(f"tax.requests.filing.{state}", last=last or found.received_on,
                   sent=found.sent_on or found.received_on)
    return tone, said, message(f"tax.requests.filed.{state}")


def seen_of(found: Request, today: date) -> Preview | Problem | None:
    """What the prepared decision does, or why that cannot be said now."""
    if State(found.state) not in (State.PROPOSED, State.DECIDED) or not found.outcome:
        return None
    try:
        return preview(found, found.terms, Outcome(found.outcome), today)
    except Refused as refused:
        return refused.problem


def terms_shown(kind: RequestType, terms: dict[str, Any]) -> list[tuple[Message, str]]:
    return [(message(f"tax.request.term.{name}"), text) for name, text in typed_terms(kind, terms).items()]


def timeline(events: list[RequestEvent], lang: Any, *, kode: str) -> list[dict[str, Any]]:
    """What happened, newest first."""
    found = []
    for event in reversed(events):
        parts = [event_words(event).text(lang)]
        if event.data.get("until"):
            until = date.fromisoformat(event.data["until"])
            parts.append(words("tax.requests.until", lang, {"on": until}))
        if event.kind == "paper":
            parts.append(paper_name(event, lang))
        if event.data.get("outcome"):
            parts.append(words(f"tax.request.outcome.{event.data['outcome']}", lang))
        found.append({"on": event.on, "text": parts[0], "more": ", ".join(parts[1:]), "note": event.note,
                      "who": event.by_name, "document": event.document})
    return found


def paper_name(event: RequestEvent, lang: Any) -> str:
    paper = event.request.type.paper(event.data.get("code", ""))
    return "" if paper is None else paper.name.text(lang)


def carried_words(events: list[RequestEvent]) -> list[Message]:
    """What carrying out did to the register, and what it left to be done by hand."""
    done = next((event for event in events if event.kind == "carry_out"), None)
    if done is None:
        return []
    return [message(f"tax.requests.carried.{name}.{value}") for name, value in done.data.items()
            if name in ("register", "building", "fine")]


def links(found: Request, kode: str) -> list[tuple[str, str]]:
    """Where the object and the bill are looked at, as far as these pages exist."""
    wanted: list[tuple[str, str, dict[str, Any]]] = []
    if found.nop:
        wanted.append(("tax.requests.link.object", "tax:register_object", {"kode": kode, "nop": found.nop}))
        wanted.append(("tax.requests.link.account", "tax:collection_object", {"kode": kode, "nop": found.nop}))
    if found.bill_id:
        wanted.append(("tax.requests.link.bill", "tax:bill", {"kode": kode, "bill_id": found.bill_id}))
    if found.bill_id and found.type.effect is Effect.COPY and found.outcome in ("granted", "partly"):
        wanted.append(("tax.requests.link.copy", "tax:bill_file", {"kode": kode, "bill_id": found.bill_id}))
    shown_links = []
    for text, name, arguments in wanted:
        try:
            shown_links.append((text, reverse(name, kwargs=arguments)))
        except NoReverseMatch:
            continue
    return shown_links


@never_cache
@require_safe
@needs("tax.read")
def receipt(request: HttpRequest, kode: str, request_id: int) -> HttpResponse:
    """What the applicant takes home: number, code, papers still to bring, and where to follow it."""
    region = region_of(request)
    found = request_for(request.user, region, request_id)
    events = events_of(found)
    case = case_of(found, events)
    return desk_page(request, "tax/requests_receipt.html", {
        "found": found, "kind": found.type, "code": grouped(request_code(found)), "region": region,
        "papers": papers(found.type, papers_of(events)), "lacking": len(case.lacking),
        "subject": str(read_nop(found.nop)) if found.nop else "",
        "address": request.build_absolute_uri(reverse("tax:follow_request", args=[kode]))})


def could_not(request: HttpRequest, found: Request, refused: Refused) -> HttpResponse:
    """The page of the request as it is now, with the refusal above it."""
    fresh = request_for(request.user, region_of(request), found.pk)
    return page_of(request, fresh, refusal=refused.problem, status=409)


def version_of(request: HttpRequest) -> int:
    text = str(request.POST.get("version", ""))
    return int(text) if text.isdecimal() and len(text) < 10 else 0


def act_named(request: HttpRequest) -> Act:
    """The act that was posted. Raises Refused on another word."""
    try:
        return Act(request.POST.get("act", ""))
    except ValueError as error:
        raise refuse("tax.requests.no_act") from error
