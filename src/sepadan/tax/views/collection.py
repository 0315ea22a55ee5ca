"""Collection on the desk: arrears by age, kelurahan and size, what to do first, the list of debtors and its letters.

Pages show the last list of receivables, say as of when, and ask for a newer one behind them. A download holds no names;
with names it is an export of its own, with a reason, that the audit record keeps.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from sepadan.ground.charts import Bar, BarChart
from sepadan.ground.entry import as_day
from sepadan.ground.messages import Message, message
from sepadan.ground.messages import render as words
from sepadan.ground.problems import Problem, refuse
from sepadan.ground.tables import Column, Listing, ListRows, Table
from sepadan.records.public import (
    Thing,
    actor_of,
    language,
    needs,
    now,
    permitted,
    record,
    region_of,
    shown_work,
    zone_of,
)
from sepadan.records.public import today as today_in
from sepadan.tax.desk import desk_page
from sepadan.tax.models import LetterKind
from sepadan.tax.queries.collection import counts
from sepadan.tax.services.arrears import SIZES, ArrearsList, Group, Summary, age_bands, summarise
from sepadan.tax.services.arrears_refresh import ShownArrears, shown_arrears
from sepadan.tax.services.arrears_rows import LIMITS, STATES, STEPS, DebtorRows
from sepadan.tax.services.collection_forgiven import forgiven_charges, order_forgiving
from sepadan.tax.services.collection_letters import MOST
from sepadan.territory.public import Kelurahan

STEP_WORDS = {step: message(f"tax.collection.step.{step}") for step in STEPS}
LIMIT_WORDS = {limit: message(f"tax.collection.limit.{limit}") for limit in LIMITS}
STATE_WORDS = {state: message(f"tax.collection.state.{state}") for state in STATES}


def age_words(name: str, first: int, last: int | None) -> Message:
    """``doubtful, 2 to 5 years``."""
    quality = message(f"tax.collection.quality.{name}")
    if last is None:
        return message("tax.collection.age.over", quality=quality, first=first)
    return message("tax.collection.age.to", quality=quality, first=first, last=last)


def ages_on(on: date) -> dict[int, Message]:
    """The bands of age in words, by their number."""
    bands, first, found = age_bands(on), 0, {}
    for k, band in enumerate(bands):
        found[k] = age_words(band.name, first, band.to_years)
        first = band.to_years or first
    return found


def size_words() -> dict[int, Message]:
    found = {0: message("tax.collection.size.to", last=SIZES[0])}
    for k in range(1, len(SIZES)):
        found[k] = message("tax.collection.size.between", first=SIZES[k - 1], last=SIZES[k])
    return found | {len(SIZES): message("tax.collection.size.over", first=SIZES[-1])}


def day_asked(request: HttpRequest) -> date:
    """The day of ``?hari=``, today without. Raises Refused on another writing, or a day to come."""
    today, text = today_in(region_of(request)), request.GET.get("hari", "")
    if not text:
        return today
    try:
        found = as_day(text)
    except ValueError:
        found = None
    if found is None or not date(1990, 1, 1) <= found <= today:
        raise refuse("tax.collection.bad_day", where=f"?hari={text[:20]}", remedy="tax.collection.bad_day.remedy",
                     today=today)
    return found


def listed(request: HttpRequest, on: date) -> ShownArrears:
    return shown_arrears(on, now=now(), fresh="segar" in request.GET)


def as_of(request: HttpRequest, shown: ShownArrears) -> dict[str, Any]:
    """As of when a page's figures are, and what makes newer ones, for ``collection_as_of.html``."""
    region = region_of(request)
    return {"arrears": shown.found, "made": shown.found.made_at.astimezone(zone_of(region)) if shown.found else None,
            "shown": shown_work(shown.work, zone_of(region), language(), now()) if shown.work else None}


def not_made_yet(request: HttpRequest, shown: ShownArrears) -> HttpResponse:
    """The page while the first list of a day is made."""
    return desk_page(request, "tax/collection_waits.html", {"region": region_of(request), **as_of(request, shown)},
                     status=503)


@never_cache
@require_safe
@needs("tax.read")
def collection(request: HttpRequest, kode: str) -> HttpResponse:
    """Where the arrears stand, and what is to be done first."""
    on, region = day_asked(request), region_of(request)
    state = listed(request, on)
    arrears = state.found
    if arrears is None:
        return not_made_yet(request, state)
    found = summarise(arrears)
    places = dict(Kelurahan.objects.filter(region=region).values_list("pk", "name"))
    debtors, ages, sizes = reverse("tax:collection_debtors", args=[kode]), ages_on(on), size_words()
    place_rows = [_row(one, places.get(one.key) or words("tax.collection.no_place", language()), debtors,
                       {"kelurahan": one.key}) for one in found.kelurahan]
    listing = Listing(_groups("kelurahan"), ListRows(place_rows), request.GET, language())
    if listing.wanted:
        return sheet(listing)
    return desk_page(request, "tax/collection_home.html", {
        "region": region, "on": on, **as_of(request, state), "found": found, "places": listing,
        "todo": _todo(request, kode, on, arrears),
        "forgiven": len(forgiven_charges(arrears, on)) if on == today_in(region) else 0,
        "may_approve": permitted(request.user, region, "tax.approve"),
        "ages": [(ages[k], one, f"{debtors}?{urlencode({'age': k})}") for k, one in enumerate(found.ages)],
        "sizes": [(sizes[k], one, f"{debtors}?{urlencode({'size': k})}") for k, one in enumerate(found.sizes)],
        "allowance": sum(one.allowance for one in found.ages), "today": on == today_in(region),
        "chart": _chart(found, ages) if found.late.total else None})


def _todo(request: HttpRequest, kode: str, on: date, arrears: ArrearsList) -> list[tuple[Message, str]]:
    """What waits, as sentences with the address where it is done; the most pressing first."""
    rows, waits = DebtorRows(arrears, str), counts(on)
    fresh = rows.narrow((), "", {"step": "none", "state": "chased"}).count()
    soon = rows.narrow((), "", {"limit": "soon", "state": "chased"}).count()
    letters, debtors = reverse("tax:collection_letters", args=[kode]), reverse("tax:collection_debtors", args=[kode])
    found = [
        ("to_sign", waits["to_sign"], f"{letters}?state=draft"),
        ("batches", waits["batches"], reverse("tax:collection_batches", args=[kode])),
        ("seizures", waits["seizures"], reverse("tax:seizures", args=[kode])),
        ("revisions", waits["revisions"], f"{letters}?kind=stpd"),
        ("waiting", waits["waiting"], reverse("tax:collection_decisions", args=[kode])),
        ("soon", soon, f"{debtors}?limit=soon&state=chased"),
        ("overdue", waits["overdue"], f"{letters}?state=delivered"),
        ("under_way", waits["under_way"], f"{letters}?state=issued"),
        ("unchased", fresh, f"{debtors}?step=none&state=chased"),
        ("spared", waits["spared"], f"{debtors}?state=spared")]
    return [(message(f"tax.collection.todo.{name}", count=count), href) for name, count, href in found if count]


def _chart(found: Summary, ages: Mapping[int, Message]) -> BarChart:
    worst = max(found.ages, key=lambda one: one.group.total)
    share = worst.group.total * 100 // found.late.total
    return BarChart(
        message("tax.collection.chart.title", share=share, age=ages[worst.group.key]),
        message("tax.collection.chart.summary", total=found.late.total),
        tuple(Bar(ages[k], one.group.total, "guest") for k, one in enumerate(found.ages)), "rupiah_short")


def _groups(name: str) -> Table:
    return Table(f"tunggakan-{name}", message(f"tax.collection.by_{name}"), (
        Column("name", message(f"tax.collection.{name}"), href="href"),
        Column("objects", message("tax.collection.objects"), "integer", summable=True),
        Column("charges", message("tax.collection.charges"), "integer", summable=True),
        Column("principal", message("tax.collection.principal"), "rupiah", summable=True),
        Column("interest", message("tax.collection.interest"), "rupiah", summable=True),
        Column("total", message("tax.collection.total"), "rupiah", summable=True),
    ), order="-total", per_page=15, search=("name",))


def _row(one: Group, name: str, debtors: str, picked: dict[str, Any]) -> dict[str, Any]:
    return {"name": name, "href": f"{debtors}?{urlencode(picked)}", "objects": one.objects, "charges": one.charges,
            "principal": one.principal, "interest": one.interest, "total": one.total}


def debtor_table(on: date, places: Mapping[int, str], *, names: bool = True) -> Table:
    return Table("penunggak", message("tax.collection.debtors"), (
        Column("nop", message("tax.collection.nop"), href="href"),
        *((Column("name", message("tax.collection.payer"), sortable=False),) if names else ()),
        Column("kelurahan", message("tax.collection.kelurahan"), choice=True, words=places),
        Column("since", message("tax.collection.years")),
        Column("age", message("tax.collection.oldest"), choice=True, words=ages_on(on)),
        Column("size", message("tax.collection.size"), choice=True, sortable=False, words=size_words()),
        Column("step", message("tax.collection.last_step"), choice=True, words=STEP_WORDS),
        Column("state", message("tax.collection.chasing"), choice=True, words=STATE_WORDS,
               tones={"spared": "wait"}),
        Column("limit", message("tax.collection.limit"), choice=True, words=LIMIT_WORDS,
               tones={"soon": "care", "barred": "bad"}),
        Column("principal", message("tax.collection.principal"), "rupiah", summable=True),
        Column("interest", message("tax.collection.interest"), "rupiah", summable=True),
        Column("total", message("tax.collection.total"), "rupiah", summable=True),
    ), order="-total", search=("nop", "name"))


@never_cache
@require_POST
@needs("tax.approve")
def forgive(request: HttpRequest, kode: str) -> HttpResponse:
    """Have every bill settled that the programme of today forgives whole."""
    order_forgiving(actor=actor_of(request), now=now(), today=today_in(region_of(request)))
    messages.success(request, message("tax.collection.forgiving").text(language()))
    return redirect("tax:collection", kode=kode)


def debtor_listing(request: HttpRequest, kode: str, arrears: ArrearsList, params: Mapping[str, str], *,
                   names: bool = True) -> tuple[Listing, DebtorRows]:
    """The debtors on the list that *params* select: the table, and the rows that its filter leaves."""
    on = arrears.on
    places = {0: words("tax.collection.no_place", language()),
              **dict(Kelurahan.objects.filter(region=region_of(request)).values_list("pk", "name"))}
    rows = DebtorRows(arrears, lambda nop: reverse("tax:collection_object", args=[kode, nop]),
                      with_names=names)
    listing = Listing(debtor_table(on, places, names=names), rows, params, language())
    return listing, rows.narrow(listing.table.search, listing.q, listing.picked)


@never_cache
@require_safe
@needs("tax.read")
def debtors(request: HttpRequest, kode: str) -> HttpResponse:
    """The objects with arrears, filtered; letters are written for what the filter leaves."""
    wanted, state = bool(request.GET.get("format")), listed(request, day_asked(request))
    if state.found is None:
        return not_made_yet(request, state)
    listing, _ = debtor_listing(request, kode, state.found, request.GET, names=not wanted)
    if listing.wanted:
        return sheet(listing)
    return debtor_page(request, listing, state)


def debtor_page(request: HttpRequest, listing: Listing, state: ShownArrears, *, refusal: Problem | None = None,
                 problems: list[Problem] | None = None, status: int = 200) -> HttpResponse:
    region = region_of(request)
    return desk_page(request, "tax/collection_debtors.html", {
        "region": region, **as_of(request, state), "listing": listing, "most": MOST, "refusal": refusal,
        "problems": [(one.where, one.what) for one in (problems or [])[:50]], "left_out": len(problems or []),
        "query": request.GET.urlencode(), "kinds": [(kind.value, STEP_WORDS[kind.value]) for kind in LetterKind],
        "may_write": permitted(request.user, region, "tax.write")}, status=status)


@never_cache
@require_POST
@needs("tax.write")
def debtors_export(request: HttpRequest, kode: str) -> HttpResponse:
    """The selection with names: for a reason, which the audit record keeps."""
    reason = request.POST.get("reason", "").strip()
    state = listed(request, day_asked(request))
    if state.found is None:
        return not_made_yet(request, state)
    listing, _ = debtor_listing(request, kode, state.found, {**request.GET.dict(), "format": "csv"})
    if not reason:
        problem = Problem(message("tax.collection.no_reason"), "", message("tax.collection.no_reason.remedy"))
        return debtor_page(request, listing, state, refusal=problem, status=422)
    record(actor_of(request), "tax.audit.debtors_exported", Thing("tax.debtors", kode, "penunggak.csv"), now=now(),
           reason=reason[:500], after={"rows": listing.count, "filter": request.GET.urlencode()[:300]})
    return sheet(listing)


def sheet(listing: Listing) -> HttpResponse:
    """The rows of a listing as the file that the address asks for."""
    name, content_type, data = listing.file(listing.wanted)
    return HttpResponse(data, content_type=content_type,
                        headers={"Content-Disposition": f'attachment; filename="{name}"'})
