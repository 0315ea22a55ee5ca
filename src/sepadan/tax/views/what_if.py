"""What if: a draft law typed into a form and tried on the region's own roll. The address is the draft.

Without a query the form holds the law in force. Buttons solve the assessment ratio; the answer offers the draft with
the ratios found as a link. The result is downloaded as a table by kelurahan (CSV, XLSX) and whole (JSON).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.utils.datastructures import MultiValueDict
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from sepadan.ground.entry import read_day
from sepadan.ground.messages import message
from sepadan.ground.problems import Problem, Refused
from sepadan.ground.tables import Column, Listing, ListRows, Table
from sepadan.records.public import language, needs, region_of
from sepadan.records.public import today as today_in
from sepadan.tax.desk import desk_page
from sepadan.tax.engine import what_if_draft as forms
from sepadan.tax.engine.what_if_solving import Goal
from sepadan.tax.names import Tiering
from sepadan.tax.queries.rolls import current_roll
from sepadan.tax.services.class_tables import other_classes
from sepadan.tax.services.what_if import Against, Tried, billed_years, law_in_force, try_on_roll
from sepadan.tax.views.what_if_shown import plain, shown
from sepadan.territory.public import village_names

SOLVES: dict[str, tuple[Goal, bool]] = {
    "nobody": ("nobody", False), "nobody_band": ("nobody", True), "revenue": ("revenue", False),
    "revenue_band": ("revenue", True)}
OTHERS = ("njoptkp", "food_land_rate", "stimulus", "minimum", "waiver_up_to")
VILLAGES = Table("andai-kelurahan", message("tax.what_if.villages"), (
    Column("name", message("tax.runs.village")),
    Column("objects", message("tax.runs.objects"), "integer", summable=True),
    Column("before", message("tax.what_if.before"), "rupiah", summable=True),
    Column("after", message("tax.what_if.after"), "rupiah", summable=True),
    Column("change", message("tax.runs.change"), "percent", places=1),
    Column("up", message("tax.runs.up"), "integer", summable=True),
    Column("down", message("tax.runs.down"), "integer", summable=True),
), order="name", per_page=25)


@dataclass(frozen=True, slots=True)
class Asked:
    """Days and baseline of the address; ``problems`` by field."""

    on: date
    against: Against
    problems: Mapping[str, Problem]

    def query(self) -> dict[str, str]:
        found = {"pada": self.on.isoformat(), "lawan": self.against.kind}
        if self.against.on is not None:
            found["dulu"] = self.against.on.isoformat()
        if self.against.year is not None:
            found["tahun"] = str(self.against.year)
        return found


@never_cache
@require_safe
@needs("tax.read")
def what_if(request: HttpRequest, kode: str) -> HttpResponse:
    """The form, and with a draft in the address what it does."""
    region, lang, roll = region_of(request), language(), current_roll()
    years = billed_years()
    asked = _asked(request.GET, today_in(region), years)
    refusal: Problem | None = None
    tried: Tried | None = None
    form = forms.with_rows_changed(request.GET)
    if form is None and "rate1" in request.GET:
        form = forms.read(request.GET, rows=0)
        if form.valid and not asked.problems and roll is not None:
            goal, by_band = SOLVES.get(request.GET.get("solve", ""), (None, False))
            try:
                tried = try_on_roll(asked.on, form.values, asked.against, goal=goal, by_band=by_band)
            except Refused as refused:
                refusal = refused.problem
    elif form is None:
        try:
            form = forms.blank(law_in_force(asked.on).rule, comma=lang == "id", rows=0)
        except Refused as refused:
            form, refusal = forms.DraftForm((forms.TierRow(1, "", ""),), {}), refused.problem
    names = village_names(region)
    context: dict[str, Any] = {}
    if tried is not None:
        if request.GET.get("format") == "json":
            return _json(tried, asked, form)
        rows = [{"name": names.get(code, code), "objects": one.objects, "before": one.before, "after": one.after,
                 "change": one.change, "up": one.up, "down": one.down}
                for code, one in zip(tried.villages, tried.trial.villages, strict=True)]
        listing = Listing(VILLAGES, ListRows(rows), request.GET, lang)
        if listing.wanted:
            name, content_type, data = listing.file(listing.wanted)
            return HttpResponse(data, content_type=content_type,
                                headers={"Content-Disposition": f'attachment; filename="{name}"'})
        context = {**shown(tried, region, lang), "listing": listing, "address": request.get_full_path(),
                   "json": f"?{_with(request.GET, format='json')}", "use": _use(tried, form, asked, lang == "id")}
    problems = {**asked.problems, **form.problems}
    return desk_page(request, "tax/what_if_page.html", {
        **context, **_form(form, problems), "asked": asked, "years": years, "roll": roll, "refusal": refusal,
        "tried": tried, "other_classes": None if roll is None else other_classes(roll),
        "errors": _errors(refusal, problems)}, status=422 if refusal or problems else 200)


def _form(form: forms.DraftForm, problems: Mapping[str, Problem]) -> dict[str, Any]:
    def rows(found: tuple[forms.TierRow, ...], to: str, share: str) -> list[tuple[Any, ...]]:
        return [(row, f"{to}{row.number}", f"{share}{row.number}", forms.name_of(f"{to}{row.number}"),
                 forms.name_of(f"{share}{row.number}"), problems.get(f"{to}{row.number}"),
                 problems.get(f"{share}{row.number}")) for row in found]

    bands = form.bands or (forms.TierRow(1, "", form.fields.get("ratio", "")),)
    return {"form": form, "tiers": rows(form.rows, "to", "rate"), "bands": rows(bands, "ratio_to", "ratio_at"),
            "others": [(name, forms.name_of(name), form.fields.get(name, ""), problems.get(name)) for name in OTHERS],
            "tiering": tuple(Tiering), "problems": problems}


def _errors(refusal: Problem | None, problems: Mapping[str, Problem]) -> list[tuple[str, Any, Any]]:
    lang = language()
    top = [] if refusal is None else [
        ("", "", " ".join(part.text(lang) for part in (refusal.what, refusal.remedy) if part))]
    return [*top, *((name, forms.name_of(name), fault.what) for name, fault in problems.items())]


def _asked(data: Mapping[str, str], today: date, years: list[int]) -> Asked:
    problems: dict[str, Problem] = {}

    def day(name: str, default: date) -> date:
        try:
            return read_day(data[name], "") if data.get(name) else default
        except Refused as refused:
            problems[name] = refused.problem
            return default

    on = day("pada", date(today.year, 1, 1))
    before = day("dulu", date(on.year - 1, 1, 1))
    if data.get("lawan") == "bills" and years:
        text = data.get("tahun", "")
        year = int(text) if text.isdecimal() and len(text) == 4 and int(text) in years else years[0]
        return Asked(on, Against("bills", year=year), problems)
    return Asked(on, Against("law", on=before), problems)


def _with(data: Any, **changes: str) -> str:
    query: Any = data.copy() if isinstance(data, MultiValueDict) else dict(data)
    for name, value in changes.items():
        query[name] = value
    return str(query.urlencode())


def _use(tried: Tried, form: forms.DraftForm, asked: Asked, comma: bool) -> str:
    """The address of the draft with the ratios that were found."""
    if tried.solution is None:
        return ""
    bands = forms.band_rows([(band.to, band.ratio) for band in tried.solution.bands], comma=comma)
    return "?" + urlencode({**asked.query(), **form.query(bands)})


def _json(tried: Tried, asked: Asked, form: forms.DraftForm) -> HttpResponse:
    found = {**plain(tried), "address": {**asked.query(), **form.query()}}
    text = json.dumps(found, ensure_ascii=False, indent=1, default=str)
    return HttpResponse(text, content_type="application/json",
                        headers={"Content-Disposition": 'attachment; filename="andai.json"'})
