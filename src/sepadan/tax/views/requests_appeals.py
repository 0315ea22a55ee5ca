"""Acts on the appeal about a refused objection: record, withdraw, confirm or reject it, its ruling.

Recording, withdrawing and entering a ruling need ``tax.write``, confirming and rejecting ``tax.approve`` and another
person. Each act carries the version
that the person saw.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from sepadan.ground.messages import render as words
from sepadan.ground.problems import Refused, refuse
from sepadan.records.public import Ruling, actor_of, language, needs, now, region_of
from sepadan.records.public import today as today_in
from sepadan.tax.access_requests import request_for
from sepadan.tax.forms.requests import plain
from sepadan.tax.models import Request
from sepadan.tax.services.appeals import (
    Ruled,
    accept_appeal,
    appeal_of,
    confirm_ruling,
    enter_ruling,
    record_appeal,
    reject_appeal,
    withdraw_appeal,
)
from sepadan.tax.services.request_terms import day_of, whole
from sepadan.tax.views.requests import could_not


@never_cache
@require_POST
@needs("tax.write")
def file(request: HttpRequest, kode: str, request_id: int) -> HttpResponseBase:
    """An appeal was filed."""
    found = request_for(request.user, region_of(request), request_id, action="tax.write")
    return _try(request, found, "tax.appeal.done.recorded", lambda today: record_appeal(
        found, reference=plain(request.POST.get("reference")), filed_on=_day(request, "filed_on"),
        actor=actor_of(request), now=now(), today=today))


@never_cache
@require_POST
@needs("tax.approve")
def accept(request: HttpRequest, kode: str, request_id: int) -> HttpResponseBase:
    """Another person confirms that the appeal was filed."""
    found = request_for(request.user, region_of(request), request_id, action="tax.approve")
    return _try(request, found, "tax.appeal.done.accepted", lambda today: accept_appeal(
        _appeal(found), version=_version(request), actor=actor_of(request), now=now(), today=today))


@never_cache
@require_POST
@needs("tax.approve")
def reject(request: HttpRequest, kode: str, request_id: int) -> HttpResponseBase:
    """Another person rejects what was recorded."""
    found = request_for(request.user, region_of(request), request_id, action="tax.approve")
    return _try(request, found, "tax.appeal.done.rejected", lambda today: reject_appeal(
        _appeal(found), version=_version(request), reason=plain(request.POST.get("reason")), actor=actor_of(request),
        now=now()))


@never_cache
@require_POST
@needs("tax.write")
def withdraw(request: HttpRequest, kode: str, request_id: int) -> HttpResponseBase:
    """Who recorded it takes it back."""
    found = request_for(request.user, region_of(request), request_id, action="tax.write")
    return _try(request, found, "tax.appeal.done.withdrawn", lambda today: withdraw_appeal(
        _appeal(found), version=_version(request), actor=actor_of(request), now=now()))


@never_cache
@require_POST
@needs("tax.write")
def rule(request: HttpRequest, kode: str, request_id: int) -> HttpResponseBase:
    """The ruling is entered."""
    found = request_for(request.user, region_of(request), request_id, action="tax.write")

    def act(today: date) -> None:
        outcome = str(request.POST.get("outcome", ""))
        if outcome not in [one.value for one in Ruling]:
            raise refuse("tax.appeal.no_ruling", remedy="tax.appeal.no_ruling.remedy")
        payable = whole(request.POST.dict(), "payable") if plain(request.POST.get("payable")) else None
        enter_ruling(_appeal(found), Ruled(Ruling(outcome), plain(request.POST.get("ruling")),
                                           _day(request, "ruled_on"), payable),
                     version=_version(request), actor=actor_of(request), now=now(), today=today)

    return _try(request, found, "tax.appeal.done.entered", act)


@never_cache
@require_POST
@needs("tax.approve")
def confirm(request: HttpRequest, kode: str, request_id: int) -> HttpResponseBase:
    """The ruling is confirmed and booked."""
    found = request_for(request.user, region_of(request), request_id, action="tax.approve")
    return _try(request, found, "tax.appeal.done.confirmed", lambda today: confirm_ruling(
        _appeal(found), version=_version(request), actor=actor_of(request), now=now(), today=today))


def _appeal(found: Request) -> Any:
    appeal = appeal_of(found)
    if appeal is None:
        raise refuse("tax.appeal.gone", where=found.number, remedy="tax.appeal.gone.remedy")
    return appeal


def _try(request: HttpRequest, found: Request, done: str, act: Callable[[date], object]) -> HttpResponseBase:
    """Do it within a savepoint; a refusal leaves nothing and is shown on the page as it is now."""
    try:
        with transaction.atomic():
            act(today_in(region_of(request)))
    except Refused as refused:
        return could_not(request, found, refused)
    messages.success(request, words(done, language()))
    return redirect("tax:request", kode=region_of(request).code, request_id=found.pk)


def _day(request: HttpRequest, name: str) -> date:
    return day_of(request.POST.dict(), name)


def _version(request: HttpRequest) -> int:
    text = str(request.POST.get("appeal_version", ""))
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 9 else 0
