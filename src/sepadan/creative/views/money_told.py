"""What an applicant does about the money of his request, with its number and code: take a letter, appeal against one.

Every attempt counts and slows down as on the page on which he follows it; a wrong number and a wrong code get the same
answer.
"""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from sepadan.creative.documents.assessment_papers import keep_letter
from sepadan.creative.models import Assessment, Booking
from sepadan.creative.queries.bookings import by_number
from sepadan.creative.queries.charges import last_assessment
from sepadan.creative.services.after_checks import file_appeal
from sepadan.creative.services.booking_codes import opens_booking
from sepadan.creative.views.money_shown import follow_url
from sepadan.creative.views.wishing import told
from sepadan.ground.messages import Message, message
from sepadan.ground.messages import render as words
from sepadan.ground.problems import Problem, Refused
from sepadan.records.public import (
    Actor,
    address_of,
    begin_attempt,
    content_of,
    forgive_attempt,
    now,
    record,
    region_of,
)


@never_cache
@require_POST
def told_letter(request: HttpRequest, kode: str) -> HttpResponse:
    """A letter of the request as PDF."""
    found, wrong, status = _opened(request)
    if found is None:
        return _follow(request, wrong=wrong, status=status)
    letter = Assessment.objects.filter(booking=found, number=_given(request, "letter")).first()
    if letter is None:
        raise Http404
    actor = _actor(request)
    document = keep_letter(letter, url=follow_url(request, found), actor=actor, now=now())
    record(actor, "records.audit.document_opened", document, now=now())
    return HttpResponse(content_of(document), content_type=document.media_type, headers={
        "Content-Disposition": f'inline; filename="{document.file_name}"', "Cache-Control": "private, no-store",
        "Content-Security-Policy": "sandbox; default-src 'none'", "X-Content-Type-Options": "nosniff"})


@never_cache
@require_POST
def told_appeal(request: HttpRequest, kode: str) -> HttpResponse:
    """An appeal against the last letter."""
    found, wrong, status = _opened(request)
    if found is None:
        return _follow(request, wrong=wrong, status=status)
    last = last_assessment(found)
    if last is None:
        raise Http404
    try:
        with transaction.atomic():
            file_appeal(last, grounds=_given(request, "note", 2000), by=found.organiser, actor=_actor(request),
                        now=now())
    except Refused as refused:
        return _follow(request, found, refusal=refused.problem, status=422)
    found.refresh_from_db()
    return _follow(request, found, done=message("creative.money.done.appeal"))


def _opened(request: HttpRequest) -> tuple[Booking | None, Message | None, int]:
    """The booking that number and code open; else what is said instead."""
    region, number = region_of(request), _given(request, "number").upper()
    attempt = begin_attempt("booking", f"{region.code}:{number}", address_of(request), now=now())
    if attempt.seconds:
        return None, message("creative.ask.wait", seconds=attempt.seconds), 429
    found = by_number(number)
    if not opens_booking(found, _given(request, "code")):
        return None, message("creative.follow.no"), 422
    forgive_attempt(attempt)
    return found, None, 200


def _follow(request: HttpRequest, found: Booking | None = None, *, wrong: Message | None = None,
            refusal: Problem | None = None, done: Message | None = None, status: int = 200) -> HttpResponse:
    context: dict[str, Any] = {"region": region_of(request), "number": _given(request, "number").upper(),
                               "wrong": wrong, "refusal": refusal, "done": done}
    if found is not None:
        context |= {"code": _given(request, "code"), **told(found)}
    return render(request, "creative/follow.html", context, status=status)


def _given(request: HttpRequest, name: str, most: int = 60) -> str:
    return str(request.POST.get(name, "")).replace("\0", "").strip()[:most]


def _actor(request: HttpRequest) -> Actor:
    return Actor(name=words("creative.ask.actor", "id"), ip=address_of(request))
