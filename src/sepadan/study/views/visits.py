"""Recorded visits on the site: the page of one, and the form on which an officer records or changes it.

The page shows the record to those who may read the region's studies, with what is not yet published; everybody else,
in both regions of the visit, sees the release.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from sepadan.ground.figures import Language
from sepadan.ground.messages import render as words
from sepadan.ground.problems import Refused, problem
from sepadan.records.public import actor_of, history_shown, needs, now, permitted, zone_of
from sepadan.records.public import today as today_in
from sepadan.study.access import release_for, state_of, visit_for
from sepadan.study.engine.practice import notices
from sepadan.study.engine.recorded import FollowUp, RecordedLesson, Statement, WholeVisit, parts_of_json, whole_of_json
from sepadan.study.engine.recorded_claims import checked_statements
from sepadan.study.facts import load_indicators, load_practices, load_waste_assumptions
from sepadan.study.forms.visit_rows import VisitEntry
from sepadan.study.forms.visits import head_of
from sepadan.study.models import VisitRecord
from sepadan.study.queries.visits import release_of, whole_visit
from sepadan.study.services.visits import (
    ChangedMeanwhile,
    VisitDraft,
    VisitRefused,
    change_visit,
    differing,
    record_visit,
)
from sepadan.study.views.document import lang as language_of
from sepadan.territory.public import Region, find_region

VERDICT_TONES = {"supported": "ok", "not_supported": "bad", "cannot_be_checked": "wait"}
DECISION_TONES = {"adopt": "ok", "adapt": "ok", "reject": "bad", "watch": "wait"}
STATE_TONES = {"proposed": "", "agreed": "wait", "under_way": "wait", "done": "ok", "dropped": ""}


@require_safe
def shown(request: HttpRequest, kode: str, visit_id: int) -> HttpResponse:
    """One recorded visit, as far as this person may read it."""
    region: Region = request.region  # type: ignore[attr-defined]
    context: dict[str, Any] = {"kode": kode, "visit_id": visit_id}
    if permitted(request.user, region, "study.read"):
        try:
            found = visit_for(request.user, region, visit_id)
        except Http404:  # a record of the other region: its release is for everybody
            pass
        else:
            return _record_page(request, region, found, context)
    release = release_for(request.user, region, visit_id)
    whole = whole_of_json(release.content)
    return render(request, "study/visit/shown.html", context | visit_context(whole, language_of()) | {
        "released": release.released_at.astimezone(zone_of(region)), "by": release.region})


def _record_page(request: HttpRequest, region: Region, found: VisitRecord, context: dict[str, Any]) -> HttpResponse:
    """The record with what its officers may do with it."""
    release = release_of(found)
    return render(request, "study/visit/shown.html", context | visit_context(whole_visit(found), language_of()) | {
        "record": found, "state": state_of(found, release), "by": found.region,
        "released": None if release is None else release.released_at.astimezone(zone_of(region)),
        "seen": found.changed_at.isoformat(), "may": permitted(request.user, region, "study.write"),
        "entries": history_shown(found, zone_of(region), language_of()),
    })  # fmt: skip


def visit_context(visit: WholeVisit, lang: Language) -> dict[str, Any]:
    """What the page of a visit says, from the visit alone and the figures of the day."""
    book, today = load_indicators(), timezone.localdate()
    regions = {side: find_region(visit.code_of(side)) for side in ("host", "guest")}
    claims = zip(visit.parts.statements, checked_statements(book, visit, load_waste_assumptions()), strict=True)
    sources = dict(enumerate(visit.parts.references, 1))
    return {
        "visit": visit, "host": regions["host"], "guest": regions["guest"],
        "sides": [(side, regions[side], visit.attendees_of(side)) for side in ("host", "guest")],
        "subjects": [(words(f"study.visit.service.{one.service}", lang), one.title) for one in visit.parts.subjects],
        "claims": [(said, _unit(said, lang), words(f"study.visit.service.{said.topic}", lang), one,
                    VERDICT_TONES[one.verdict], words(f"study.claim.verdict.{one.verdict}", lang),
                    sources.get(said.source))
                   for said, one in claims],
        "told": notices(load_practices(), visit.host, seen_on=visit.first_day, today=today),
        "lessons": [(side, regions[side], [_lesson(one, lang, today) for one in visit.lessons_for(side)])
                    for side in ("guest", "host")],
        "measured": {code for code in (visit.host, visit.guest) if code in book.regions},
        "follow_ups": [_follow_up(one, visit, lang) for one in visit.follow_ups],
    }  # fmt: skip


def _unit(said: Statement, lang: Language) -> str:
    """The unit of a stated figure: as it was written, else that of its indicator."""
    known = load_indicators().indicators.get(said.indicator)
    return said.unit or (words(f"study.unit.{known.unit}", lang) if known is not None else "")


def _lesson(one: RecordedLesson, lang: Language, today: Any) -> dict[str, Any]:
    known = load_indicators().indicators.get(one.indicator)
    return {
        "lesson": one, "tone": DECISION_TONES[one.decision], "state_tone": STATE_TONES[one.state],
        "decision": words(f"study.visit.decision.{one.decision}", lang),
        "state": words(f"study.visit.state.{one.state}", lang), "overdue": one.overdue(today),
        "indicator": known.name if known is not None else one.indicator,
        "known": known is not None,
    }  # fmt: skip


def _follow_up(one: FollowUp, visit: WholeVisit, lang: Language) -> dict[str, Any]:
    of = next((lesson.text for lesson in visit.lessons if lesson.id == one.lesson), "")
    state = words(f"study.visit.state.{one.state}", lang) if one.state else ""
    return {"on": one.on, "text": one.text, "lesson": of, "state": state, "tone": STATE_TONES.get(one.state, "")}


# --- recording and changing ------------------------------------------------------------------------------------------


@needs("study.write")
@require_http_methods(["GET", "HEAD", "POST"])
def record(request: HttpRequest, kode: str) -> HttpResponse:
    """An officer records a visit; what was typed stays when it is refused."""
    region: Region = request.region  # type: ignore[attr-defined]
    lang = language_of()
    entry = VisitEntry(request.POST if request.method == "POST" else None, lang=lang)
    if request.method == "POST" and entry.is_valid():
        draft = _draft(entry)
        if draft is not None:
            try:
                with transaction.atomic():
                    saved = record_visit(draft, actor=actor_of(request), now=now(), today=today_in(region))
            except VisitRefused as refused:
                _add(entry, refused)
            else:
                messages.success(request, words("study.visit.saved", lang))
                return redirect("study_visits:shown", kode=kode, visit_id=saved.pk)
    return _form_page(request, entry, {})


@needs("study.write")
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, kode: str, visit_id: int) -> HttpResponse:
    """An officer changes a visit. What somebody else saved meanwhile is shown beside what was typed, never lost."""
    region: Region = request.region  # type: ignore[attr-defined]
    found, lang = visit_for(request.user, region, visit_id), language_of()
    entry = VisitEntry(request.POST if request.method == "POST" else None, lang=lang, head=head_of(found),
                       parts=parts_of_json(found.content))
    context: dict[str, Any] = {"record": found, "version": found.version}
    if request.method != "POST":
        return _form_page(request, entry, context)
    context["version"] = _number(request.POST, "version")
    if entry.is_valid() and (draft := _draft(entry)) is not None:
        over = _number(request.POST, "over") or context["version"]
        try:
            with transaction.atomic():
                change_visit(found, draft, version=over, actor=actor_of(request), now=now(), today=today_in(region))
        except ChangedMeanwhile as refused:
            entry.add_problem(refused.problem)
            context |= {"conflict": differing(found, draft), "over": refused.version}
            return _form_page(request, entry, context, status=409)
        except VisitRefused as refused:
            _add(entry, refused)
        else:
            messages.success(request, words("study.visit.saved", lang))
            return redirect("study_visits:shown", kode=kode, visit_id=visit_id)
    return _form_page(request, entry, context)


def _form_page(request: HttpRequest, entry: VisitEntry, context: Mapping[str, Any], status: int = 0) -> HttpResponse:
    faults = [] if entry.command else entry.faults()
    return render(request, "study/visit/entry.html", {
        **context, "place": request.region, "entry": entry, "faults": faults},  # type: ignore[attr-defined]
        status=status or (422 if faults else 200))


def _draft(entry: VisitEntry) -> VisitDraft | None:
    """What was typed as a draft; None with a fault on the form when the other region is none."""
    values = entry.head_values()
    other = find_region(values["other"])
    if other is None:
        entry.add_problem(problem("study.visit.other_not_found", where="other",
                                  remedy="study.visit.other_not_found.remedy", code=values["other"]))
        return None
    return VisitDraft(**(values | {"other": other, "parts": entry.parts()}))


def _add(entry: VisitEntry, refused: Refused) -> None:
    for one in getattr(refused, "problems", (refused.problem,)):
        entry.add_problem(one)


def _number(data: Mapping[str, Any], name: str) -> int:
    text = str(data.get(name, ""))
    return int(text) if text.isdecimal() and len(text) < 10 else 0
