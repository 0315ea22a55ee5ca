"""What an applicant does about the money of his request, with its number and code: take a letter, appeal against one.

Every attempt counts and slows down as on the page on which he follows it; a wrong number and a wrong code get the same
answer.
"""

from __future__ import annotations

from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from sepadan.creative.documents.assessment_papers import keep_letter
from sepadan.creative.models import Assessment
from sepadan.creative.queries.charges import last_assessment
from sepadan.creative.services.after_checks import file_appeal
from sepadan.creative.views.by_code import open_booking
from sepadan.creative.views.money_shown import follow_url
from sepadan.creative.views.reading import text_of
from sepadan.creative.views.wishing import told
from sepadan.ground.messages import message
from sepadan.ground.messages import render as words
from sepadan.ground.problems import Refused
from sepadan.records.public import (
    Actor,
    address_of,
    content_of,
    now,
    record,
)


@never_cache
@require_POST
def told_letter(request: HttpRequest, kode: str) -> HttpResponse:
    """A letter of the request as PDF."""
    found, said, status = open_booking(request)
    if found is None:
        return render(request, "creative/follow.html", said, status=status)
    letter = Assessment.objects.filter(booking=found, number=text_of(request, "letter", 60)).first()
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
    found, said, status = open_booking(request)
    if found is None:
        return render(request, "creative/follow.html", said, status=status)
    last = last_assessment(found)
    if last is None:
        raise Http404
    try:
        with transaction.atomic():
            file_appeal(last, grounds=text_of(request, "note"), by=found.organiser, actor=_actor(request),
                        now=now())
    except Refused as refused:
        return render(request, "creative/follow.html", {**said, **told(found), "refusal": refused.problem}, status=422)
    found.refresh_from_db()
    return render(request, "creative/follow.html", {
        **said, **told(found), "done": message("creative.money.done.appeal")})


def _actor(request: HttpRequest) -> Actor:
    return Actor(name=words("creative.ask.actor", "id"), ip=address_of(request))
