"""The first page of the tax desk: what waits to be done, where the tax year stands, and the way to each part."""

from __future__ import annotations

from datetime import date

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from sepadan.records.public import desk_links, needs, region_of
from sepadan.records.public import today as today_in
from sepadan.tax.desk import LINKS, desk_page
from sepadan.tax.models import RunState
from sepadan.tax.queries import collection, requests
from sepadan.tax.queries.imports import open_imports
from sepadan.tax.queries.opening import proposals_waiting
from sepadan.tax.queries.rolls import current_roll
from sepadan.tax.queries.runs import runs

RUN_STEPS = {RunState.DRAFT: "draft", RunState.COMPUTED: "computed", RunState.APPROVED: "approved"}


@never_cache
@require_safe
@needs("tax.read")
def desk(request: HttpRequest, kode: str) -> HttpResponse:
    region = region_of(request)
    return desk_page(request, "tax/desk.html", {
        "region": region, "roll": current_roll(), "run": runs().first(), "todo": waiting(kode, today_in(region)),
        "parts": [(link.text, link.href, f"{link.text}.what") for link in desk_links(request, LINKS[1:])]})


def waiting(kode: str, today: date) -> list[tuple[str, int, str]]:
    """What waits on the whole desk, the most pressing first: message key, how many, where."""
    asked, chased = requests.counts(today), collection.counts(today)
    states = list(runs().filter(state__in=[state.value for state in RUN_STEPS]).values_list("state", flat=True))
    found = [("requests.overdue", asked.overdue, "requests"), ("requests.waiting", asked.waiting, "requests"),
             ("requests.to_carry_out", asked.to_carry_out, "requests"), ("requests.open", asked.open, "requests"),
             *((f"runs.{step}", states.count(state.value), "runs") for state, step in RUN_STEPS.items()),
             ("decisions", chased["waiting"], "collection_decisions"),
             ("letters.to_sign", chased["to_sign"], "collection_letters"),
             ("letters.batches", chased["batches"], "collection_batches"),
             ("seizures", chased["seizures"], "seizures"),
             ("letters.overdue", chased["overdue"], "collection_letters"), ("imports", open_imports(), "imports"),
             ("openings", proposals_waiting(), "openings")]
    return [(f"tax.desk.todo.{key}", count, reverse(f"tax:{name}", kwargs={"kode": kode}))
            for key, count, name in found if count]
