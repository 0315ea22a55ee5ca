"""Lessons and follow-up of a recorded visit, and its publication: forms for officers, each on a page of its own."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from sepadan.ground.messages import render as words
from sepadan.ground.problems import Refused, refuse
from sepadan.records.public import actor_of, history_shown, needs, now, zone_of
from sepadan.records.public import today as today_in
from sepadan.study.access import lesson_for, visit_for
from sepadan.study.forms.visits import FollowUpForm, LessonForm
from sepadan.study.models import VisitLesson, VisitRecord
from sepadan.study.queries.visits import lesson_versions, whole_visit
from sepadan.study.services.visit_release import publish_visit, withdraw_visit
from sepadan.study.services.visits import (
    ChangedMeanwhile,
    FollowUpDraft,
    LessonDraft,
    add_follow_up,
    add_lesson,
    change_lesson,
)
from sepadan.study.views.document import lang as language_of

_SHOWN = ("direction", "service", "decision", "text", "because", "owner", "due", "indicator")


@needs("study.write")
@require_http_methods(["GET", "HEAD", "POST"])
def lesson(request: HttpRequest, kode: str, visit_id: int) -> HttpResponseBase:
    """A further lesson."""
    found = visit_for(request.user, request.region, visit_id)  # type: ignore[attr-defined]
    form = LessonForm(request.POST or None, lang=language_of())
    if request.method == "POST" and form.is_valid():
        try:
            with transaction.atomic():
                add_lesson(found, LessonDraft(**form.cleaned_data), actor=actor_of(request), now=now())
        except Refused as refused:
            form.add_problem(refused.problem)
        else:
            return _saved(request, found, "study.visit.lesson.saved")
    return _page(request, found, form, "study.visit.lesson.add", "study.visit.lesson.save")


@needs("study.write")
@require_http_methods(["GET", "HEAD", "POST"])
def lesson_edit(request: HttpRequest, kode: str, visit_id: int, lesson_id: int) -> HttpResponseBase:
    """A lesson is changed. When somebody else changed it first, the saved one is shown beside what was typed."""
    found = visit_for(request.user, request.region, visit_id)  # type: ignore[attr-defined]
    saved = lesson_for(request.user, request.region, visit_id, lesson_id)  # type: ignore[attr-defined]
    form = LessonForm(request.POST or None, lang=language_of(), initial={one: getattr(saved, one) for one in _SHOWN})
    context: dict[str, Any] = {"version": saved.version,
                               "entries": history_shown(saved, zone_of(found.region), language_of())}
    status = 0
    if request.method == "POST":
        context["version"] = _number(request, "version")
        if form.is_valid():
            over = _number(request, "over") or context["version"]
            try:
                with transaction.atomic():
                    change_lesson(saved, LessonDraft(**form.cleaned_data), version=over, actor=actor_of(request),
                                  now=now())
            except ChangedMeanwhile as refused:
                form.add_problem(refused.problem)
                context |= {"conflict": _differing(saved, form), "over": refused.version}
                status = 409
            except Refused as refused:
                form.add_problem(refused.problem)
            else:
                return _saved(request, found, "study.visit.lesson.saved")
    return _page(request, found, form, "study.visit.lesson.edit", "study.visit.lesson.save", context, status)


@needs("study.write")
@require_http_methods(["GET", "HEAD", "POST"])
def follow_up(request: HttpRequest, kode: str, visit_id: int) -> HttpResponseBase:
    """What happened since; with a lesson, the state into which it moved."""
    region = request.region  # type: ignore[attr-defined]
    found = visit_for(request.user, region, visit_id)
    lessons = whole_visit(found).lessons
    form = FollowUpForm(request.POST or None, lang=language_of(), lessons=lessons)
    if request.method == "POST" and form.is_valid():
        chosen = form.cleaned_data["lesson"]
        draft = FollowUpDraft(
            on=form.cleaned_data["on"], text=form.cleaned_data["text"], lesson=int(chosen or 0),
            state=form.cleaned_data["state"], version=_number(request, f"seen-{chosen}"))  # fmt: skip
        try:
            with transaction.atomic():
                add_follow_up(found, draft, actor=actor_of(request), now=now(), today=today_in(region))
        except Refused as refused:
            form.add_problem(refused.problem)
        else:
            return _saved(request, found, "study.visit.follow_up.saved")
    return _page(request, found, form, "study.visit.follow_up.add", "study.visit.follow_up.save",
                 {"seen": lesson_versions(found)})


@needs("study.write")
@require_POST
def publish(request: HttpRequest, kode: str, visit_id: int) -> HttpResponseBase:
    """Release the visit to both regions, exactly as the officer saw it."""
    found = visit_for(request.user, request.region, visit_id)  # type: ignore[attr-defined]
    try:
        seen = datetime.fromisoformat(request.POST.get("seen", ""))
    except ValueError as error:
        raise refuse("study.visit.form.incomplete", where="seen", remedy="study.visit.form.incomplete.remedy") \
            from error
    publish_visit(found, seen=seen, actor=actor_of(request), now=now())
    return _saved(request, found, "study.visit.release.done")


@needs("study.write")
@require_POST
def withdraw(request: HttpRequest, kode: str, visit_id: int) -> HttpResponseBase:
    """Take it back from both regions' pages."""
    found = visit_for(request.user, request.region, visit_id)  # type: ignore[attr-defined]
    withdraw_visit(found, actor=actor_of(request), now=now(), reason=request.POST.get("reason", "")[:400].strip())
    return _saved(request, found, "study.visit.release.taken")


def _page(request: HttpRequest, visit: VisitRecord, form: LessonForm | FollowUpForm, title: str, save: str,
          context: dict[str, Any] | None = None, status: int = 0) -> HttpResponse:
    errors = form.is_bound and bool(form.errors)
    return render(request, "study/visit/part.html", {
        "place": visit.region, "visit": visit, "form": form, "title": title, "save": save, **(context or {})},
        status=status or (422 if errors else 200))


def _saved(request: HttpRequest, visit: VisitRecord, key: str) -> HttpResponseBase:
    messages.success(request, words(key, language_of()))
    return redirect("study_visits:shown", kode=visit.region.code, visit_id=visit.pk)


def _differing(saved: VisitLesson, form: LessonForm) -> list[tuple[Any, list[str], list[str]]]:
    pairs = ((form.fields[name].label, str(getattr(saved, name)), str(form.cleaned_data.get(name, "")))
             for name in _SHOWN)
    return [(label, [one], [other]) for label, one, other in pairs if one != other]


def _number(request: HttpRequest, name: str) -> int:
    text = str(request.POST.get(name, ""))
    return int(text) if text.isdecimal() and len(text) < 10 else 0
