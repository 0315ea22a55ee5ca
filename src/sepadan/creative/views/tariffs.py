"""The centre's own tariffs: what is in force on a day and on what it rests, what was entered, by whom and approved by
whom. A tariff that neither the statutes nor the centre know is shown as missing, with the reason."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import date
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from sepadan.creative.access_money import tariff_for
from sepadan.creative.desk import desk_page
from sepadan.creative.models import Centre, Space, Tariff
from sepadan.creative.models.charges import PERS
from sepadan.creative.services.tariffs import (
    TariffDraft,
    approve_tariff,
    law_of,
    propose_tariff,
    reject_tariff,
    tariff_names,
)
from sepadan.creative.views.money_shown import tariff_on
from sepadan.ground.entry import read_day, read_rupiah
from sepadan.ground.messages import render as words
from sepadan.ground.problems import Problem, Refused
from sepadan.records.public import actor_of, language, needs, now, permitted, person_of, region_of
from sepadan.records.public import today as today_in

TONES = {"proposed": "wait", "approved": "ok", "rejected": "bad", "replaced": ""}
FIELDS = ("name", "per", "amount", "since", "basis", "instrument", "article", "why")


@never_cache
@require_safe
@needs("creative.read")
def tariffs(request: HttpRequest, kode: str) -> HttpResponseBase:
    """The tariffs in force, those that were entered, and the form to propose one."""
    return page_of(request, Centre.objects.first(), {})


@never_cache
@require_POST
@needs("creative.write")
def tariff_propose(request: HttpRequest, kode: str) -> HttpResponseBase:
    """Propose a tariff; somebody else approves it."""
    centre = Centre.objects.first()
    if centre is None:
        raise Http404
    given = {name: request.POST.get(name, "").replace("\0", "").strip()[:500] for name in FIELDS}
    try:
        with transaction.atomic():
            propose_tariff(centre, draft_of(given), actor=actor_of(request), now=now())
    except Refused as refused:
        return page_of(request, centre, given, refusal=refused.problem, status=422)
    messages.success(request, words("creative.tariff.done.propose", language()))
    return redirect("creative:tariffs", kode=kode)


def draft_of(given: Mapping[str, str]) -> TariffDraft:
    """What was typed in. Raises Refused on a day or an amount that cannot be read."""
    amount = read_rupiah(given["amount"], "amount") if given["amount"] else None
    return TariffDraft(given["name"], given["per"], amount, read_day(given["since"], "since"), given["basis"],
                       given["why"], given["instrument"], given["article"])


def page_of(request: HttpRequest, centre: Centre | None, given: Mapping[str, str], *, refusal: Problem | None = None,
            status: int = 200) -> HttpResponse:
    region, person = region_of(request), person_of(request)
    today = today_in(region)
    rows = [] if centre is None else list(Tariff.objects.filter(centre=centre).select_related(
        "proposed_by", "decided_by").order_by("-proposed_at", "-id"))
    return desk_page(request, "creative/tariffs.html", {
        "centre": centre, "today": today, "given": given, "refusal": refusal,
        "in_force": [] if centre is None else in_force(centre, today),
        "names": [] if centre is None else tariff_names(centre),
        "pers": [(one, f"creative.tariff.each.{one}") for one in PERS],
        "rows": [{"row": one, "per": f"creative.tariff.each.{one.per}", "tone": TONES[one.state],
                  "state": f"creative.tariff.state.{one.state}"} for one in rows],
        "may_write": permitted(person, region, "creative.write"),
        "may_approve": permitted(person, region, "creative.approve")}, status=status)


def in_force(centre: Centre, on: date) -> list[dict[str, Any]]:
    """Of each tariff that spaces are hired by: amounts and ground on *on*, or why it is not known."""
    spaces: dict[str, list[str]] = defaultdict(list)
    for name, space in Space.objects.filter(floor__centre=centre).exclude(tariff="").order_by("id").values_list(
            "tariff", "name"):
        spaces[name].append(space)
    law_on = law_of(centre)
    return [{"name": name, "spaces": spaces[name], **tariff_on(law_on, name, on)} for name in sorted(spaces)]


@never_cache
@require_POST
@needs("creative.approve")
def tariff_act(request: HttpRequest, kode: str, tariff_id: int) -> HttpResponseBase:
    """Approve or reject a proposed tariff."""
    found = tariff_for(request.user, region_of(request), tariff_id, action="creative.approve")
    name, note = request.POST.get("act", ""), request.POST.get("note", "").replace("\0", "")[:500]
    if name not in ("approve", "reject"):
        raise Http404
    try:
        with transaction.atomic():
            if name == "approve":
                approve_tariff(found, actor=actor_of(request), now=now())
            else:
                reject_tariff(found, reason=note, actor=actor_of(request), now=now())
    except Refused as refused:
        return page_of(request, found.centre, {}, refusal=refused.problem, status=409)
    messages.success(request, words(f"creative.tariff.done.{name}", language()))
    return redirect("creative:tariffs", kode=kode)
