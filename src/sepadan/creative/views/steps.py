"""Acts on a booking's way: finish or send back a step, put papers, note an agenda entry, instruct, arrange, print.

Each is a form of the booking's page, on the version that was seen; a refusal shows that page again with the reason. A
step is finished only by somebody who has the action that the centre's data names for it; for everybody else the booking
is not there.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from sepadan.creative.access import booking_for, disposition_for
from sepadan.creative.documents.letters import issue_confirmation
from sepadan.creative.models import Booking
from sepadan.creative.services.no_shows import mark_no_show, release_date
from sepadan.creative.services.papers import add_paper, finish_disposition, give_disposition, note_letter
from sepadan.creative.services.step_rules import current_step
from sepadan.creative.services.steps import arrange, finish_step, send_back
from sepadan.creative.views.calendar import day_of
from sepadan.creative.views.desk import page_of
from sepadan.creative.views.reading import (
    address_of_letter,
    checked,
    file_of,
    letter_of,
    ordinal_of,
    text_of,
    version_of,
)
from sepadan.ground.messages import render as words
from sepadan.ground.problems import Refused
from sepadan.records.public import actor_of, language, needs, now, permitted, region_of
from sepadan.records.public import today as today_in


@never_cache
@require_POST
@needs("creative.write")
def work(request: HttpRequest, kode: str, booking_id: int) -> HttpResponseBase:
    """Do what the button says."""
    region, name = region_of(request), text_of(request, "act", 20)
    found = booking_for(request.user, region, booking_id, action="creative.write")
    if name not in ACTS:
        raise Http404
    try:
        with transaction.atomic():
            ACTS[name](request, found)
    except Refused as refused:
        found.refresh_from_db()
        return page_of(request, found, refusal=refused.problem, status=409)
    messages.success(request, words(f"creative.done.{name}", language()))
    return redirect(reverse("creative:booking", args=[kode, found.pk]) + f"#{PLACES[name]}")


def _how(request: HttpRequest) -> dict[str, Any]:
    return {"version": version_of(request), "actor": actor_of(request), "now": now()}


def _finish(request: HttpRequest, found: Booking) -> object:
    step = current_step(found)
    if step is None or not permitted(request.user, region_of(request), step.by):  # type: ignore[arg-type]
        raise Http404
    return finish_step(found, text_of(request, "step", 30), note=text_of(request, "note"),
                       findings=checked(request, [item.code for item in step.checks]), **_how(request))


def _back(request: HttpRequest, found: Booking) -> object:
    step = current_step(found)
    if step is None or not permitted(request.user, region_of(request), step.by):  # type: ignore[arg-type]
        raise Http404
    return send_back(found, text_of(request, "step", 30), reason=text_of(request, "note"), **_how(request))


def _paper(request: HttpRequest, found: Booking) -> object:
    content, name = file_of(request)
    return add_paper(found, text_of(request, "kind", 20), content, name, **_how(request))


def _agenda(request: HttpRequest, found: Booking) -> object:
    letter, content, name = letter_of(request, today_in(region_of(request)))
    return note_letter(found, letter, actor=actor_of(request), now=now(), today=today_in(region_of(request)),
                       content=content, name=name)


def _dispose(request: HttpRequest, found: Booking) -> object:
    if not permitted(request.user, region_of(request), "creative.approve"):  # type: ignore[arg-type]
        raise Http404
    return give_disposition(
        found, to_name=text_of(request, "to", 120), instruction=text_of(request, "note", 500),
        due=day_of(text_of(request, "due", 10)), actor=actor_of(request), now=now(),
        today=today_in(region_of(request)))


def _arrange(request: HttpRequest, found: Booking) -> object:
    return arrange(found, layout=text_of(request, "layout", 30), notes=text_of(request, "note", 500),
                   equipment=text_of(request, "equipment").splitlines(), **_how(request))


def _letter(request: HttpRequest, found: Booking) -> object:
    return issue_confirmation(found, address=address_of_letter(request, found), actor=actor_of(request), now=now())


def _no_show(request: HttpRequest, found: Booking) -> object:
    return mark_no_show(found, ordinal_of(request), note=text_of(request, "note", 300), **_how(request))


def _release(request: HttpRequest, found: Booking) -> object:
    return release_date(found, ordinal_of(request), note=text_of(request, "note", 300), **_how(request))


ACTS: dict[str, Callable[[HttpRequest, Booking], object]] = {
    "finish": _finish, "back": _back, "paper": _paper, "agenda": _agenda, "dispose": _dispose, "arrange": _arrange,
    "letter": _letter, "no_show": _no_show, "release": _release}
PLACES = {"finish": "langkah", "back": "langkah", "paper": "berkas", "agenda": "berkas", "dispose": "berkas",
          "arrange": "kebutuhan", "letter": "langkah", "no_show": "kunci", "release": "kunci"}


@never_cache
@require_POST
@needs("creative.write")
def disposition_done(request: HttpRequest, kode: str, disposition_id: int) -> HttpResponseBase:
    """Note that an instruction was carried out."""
    found = disposition_for(request.user, region_of(request), disposition_id, action="creative.write")
    try:
        with transaction.atomic():
            finish_disposition(found, note=text_of(request, "note", 500), actor=actor_of(request), now=now())
    except Refused as refused:
        messages.error(request, refused.problem.text(language()))
    else:
        messages.success(request, words("creative.done.disposition", language()))
    return redirect(reverse("creative:booking", args=[kode, found.booking_id]) + "#berkas")
