"""Visits: the lists, one visit with everything known and not known about it, and the record of a further one."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from sepadan.ground.messages import render as words
from sepadan.ground.problems import Refused, refuse
from sepadan.portal.context import address, language
from sepadan.portal.pages import visiting
from sepadan.portal.pages.places import region_of
from sepadan.records.public import actor_of, needs, now, permitted, person_of
from sepadan.records.public import today as today_in
from sepadan.study.public import (
    LessonDraft,
    LessonForm,
    Visit,
    VisitDraft,
    VisitForm,
    add_lesson,
    lessons_of,
    load_indicators,
    load_visits,
    record_visit,
    recorded_visit,
    recorded_visits,
)
from sepadan.territory.public import find_region


def all_visits(request: HttpRequest) -> HttpResponse:
    return render(request, "portal/visits.html", {"visits": [_row(one) for one in reversed(load_visits())]})


def visits(request: HttpRequest, kode: str) -> HttpResponse:
    place = region_of(request, kode)
    found = [_row(one) | {"role": "host" if one.host == kode else "guest"} for one in visiting.visits_of(kode)]
    return render(request, "portal/visits.html", {
        "place": place, "visits": found, "recorded": recorded_visits(), "record": _may_write(request)})


@needs("study.write")
@require_http_methods(["GET", "HEAD", "POST"])
def record(request: HttpRequest, kode: str) -> HttpResponse:
    """An officer records a visit; what was typed stays when it is refused."""
    place, lang = region_of(request, kode), language(request)
    form = VisitForm(request.POST or None, lang=lang)
    if request.method == "POST" and form.is_valid():
        try:
            saved = record_visit(_draft(form.cleaned_data), actor=actor_of(request), now=now(), today=today_in(place))
        except Refused as refused:
            form.add_problem(refused.problem)
        else:
            messages.success(request, words("portal.visit.saved", lang))
            return redirect("portal:recorded_visit", kode=kode, visit_id=saved.pk)
    return render(request, "portal/visit_record.html", {"place": place, "form": form},
                  status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def recorded(request: HttpRequest, kode: str, visit_id: int) -> HttpResponse:
    """A recorded visit, public; who may write in the region adds a lesson here."""
    place, lang = region_of(request, kode), language(request)
    found, may = recorded_visit(visit_id), _may_write(request)
    if found is None:
        raise refuse("portal.pages.unknown_visit", where=str(visit_id), remedy="portal.pages.unknown_visit.remedy",
                     id=str(visit_id), known=", ".join(str(one.pk) for one in recorded_visits()) or "–")
    if request.method == "POST" and not may:
        raise PermissionDenied
    form = LessonForm(request.POST or None, lang=lang) if may else None
    if form is not None and request.method == "POST" and form.is_valid():
        try:
            add_lesson(found, LessonDraft(**form.cleaned_data), actor=actor_of(request), now=now())
        except Refused as refused:
            form.add_problem(refused.problem)
        else:
            messages.success(request, words("portal.visit.lesson_saved", lang))
            return redirect("portal:recorded_visit", kode=kode, visit_id=visit_id)
    book, host = load_indicators(), found.role == "host"
    lessons = [(one, visiting.DECISION_TONES[one.decision], words(f"portal.decision.{one.decision}", lang),
                book.indicator(one.indicator).name) for one in lessons_of(found)]
    seen = place if host else found.other
    return render(request, "portal/visit_recorded.html", {
        "place": place, "visit": found, "form": form, "lessons": lessons, "may": may,
        "host": place if host else found.other, "guest": found.other if host else place,
        "topics": [words(f"study.visit.service.{one}", lang) for one in found.topics],
        "purpose": found.lines("purpose"), "offices": found.lines("offices"), "agenda": found.lines("agenda"),
        "unknown": found.lines("unknown"),
        "told": visiting.told_of(seen.code, found.first_day, timezone.localdate()),
    }, status=422 if form is not None and form.errors else 200)


def visit(request: HttpRequest, visit_id: str) -> HttpResponse:
    """One visit that comes with the product."""
    found, book, today = visiting.visit_by_id(visit_id), load_indicators(), timezone.localdate()
    if found is None:
        raise refuse("portal.pages.unknown_visit", where=visit_id, remedy="portal.pages.unknown_visit.remedy",
                     id=visit_id, known=", ".join(one.id for one in load_visits()))

    def page(region: str, indicator: str) -> str:
        return reverse("portal:indicator", args=[region, indicator])

    sides = [(side, book.region(code).name, reverse("portal:region", args=[code]),
              [one for one in found.delegations if one.side == side])
             for side, code in (("host", found.host), ("guest", found.guest))]
    return render(request, "portal/visit.html", {
        "visit": found, "sides": sides, "events": visiting.timeline(book, found, today),
        "told": visiting.told(found, today), "changed": visiting.changed_count(found, today),
        "claims": visiting.checked_claims(book, found),
        "lessons": [(side, book.region(code).name, visiting.lessons(book, found, side, page))
                    for side, code in (("guest", found.guest), ("host", found.host))],
        "sources": visiting.sources(book, found), "replay": address(("study:replay",), found.guest, found.host),
        "back": address(("study:replay",), found.host, found.guest),
        "host": book.region(found.host).name, "guest": book.region(found.guest).name,
    })


def _may_write(request: HttpRequest) -> bool:
    return permitted(person_of(request), request.region, "study.write") if request.user.is_authenticated else False  # type: ignore[attr-defined]


def _draft(data: dict[str, Any]) -> VisitDraft:
    other = find_region(data["other"])
    if other is None:
        raise refuse("study.visit.other_not_found", where="other", remedy="study.visit.other_not_found.remedy",
                     code=data["other"])
    return VisitDraft(**{**data, "other": other})


def _row(one: Visit) -> dict[str, Any]:
    book, today = load_indicators(), timezone.localdate()
    return {"visit": one, "href": reverse("portal:visit", args=[one.id]), "host": book.region(one.host).name,
            "guest": book.region(one.guest).name, "changed": visiting.changed_count(one, today)}
