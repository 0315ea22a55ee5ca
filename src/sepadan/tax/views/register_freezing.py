"""Freezing the register on the desk: ask for it, and see what a frozen roll left out."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from sepadan.ground.messages import Message, message
from sepadan.ground.problems import problem
from sepadan.ground.tables import Column, Listing, ListRows, Table
from sepadan.records.public import actor_of, language, needs, now, region_of, start_work
from sepadan.records.public import today as today_in
from sepadan.tax.access_register import frozen_for
from sepadan.tax.desk import desk_page
from sepadan.tax.forms.typed import Field, blank, read
from sepadan.tax.models import RollOmission
from sepadan.tax.models.register_values import Omission
from sepadan.tax.queries.register_lists import kecamatan_held
from sepadan.tax.queries.rolls import ready_rolls
from sepadan.tax.services.freezing import FREEZE_WORK
from sepadan.tax.services.register_values import YEARS
from sepadan.territory.public import kecamatan_in

MOST = 50_000
WHOLE = "all"

@never_cache
@require_http_methods(("GET", "HEAD", "POST"))
@needs("tax.write")
def freeze(request: HttpRequest, kode: str) -> HttpResponseBase:
    """Ask for the register to be frozen into a roll; what earlier rolls left out."""
    parts = kecamatan_held()
    fields = (Field("year", "number", needed=True, label="tax_year"), Field(
        "part", "choice", needed=True, label="frozen_part", hint="tax.typed.part.hint",
        choices=[(WHOLE, message("tax.frozen.whole")), *parts]))
    only = parts[0][0] if len(parts) == 1 and len(kecamatan_in(region_of(request))) > 1 else WHOLE
    form = blank(fields, {"year": today_in(region_of(request)).year + 1, "part": only})
    if request.method == "POST":
        form = read(fields, request.POST)
        if form.values.get("year") is not None and form.values["year"] not in YEARS:
            form.refuse(problem("tax.register.year", remedy="tax.register.year.remedy"), "year")
        if form.sound:
            part = "" if form.values["part"] == WHOLE else form.values["part"]
            work = start_work(FREEZE_WORK, action="tax.read", actor=actor_of(request), now=now(),
                              params={"year": form.values["year"], "part": part}, once=f"{form.values['year']} {part}")
            return redirect("records:work", kode=kode, work_id=work.pk)
    rolls = [{"roll": roll, "left_out": _left_out(roll.figures)} for roll in reversed(ready_rolls())
             if "left_out" in roll.figures]
    return desk_page(request, "tax/register_freeze.html", {"form": form, "rolls": rolls},
                     status=422 if form.problems else 200)


def _left_out(figures: Any) -> list[tuple[Message, int]]:
    return [(message(f"tax.omission.{one.value}"), figures["left_out"].get(one.value, 0)) for one in Omission
            if figures["left_out"].get(one.value)]


OMITTED = Table("objek-tertinggal", message("tax.omitted.title"), (
    Column("nop", message("tax.register.nop"), href="url"),
    Column("reason", message("tax.omitted.reason"), choice=True,
           words={one.value: message(f"tax.omission.{one.value}") for one in Omission})), order="nop", search=("nop",))


@never_cache
@require_safe
@needs("tax.read")
def omitted(request: HttpRequest, kode: str, roll_id: int) -> HttpResponse:
    """What one frozen roll left out, and why: each is a piece of work before the next freezing."""
    roll = frozen_for(request.user, region_of(request), roll_id)
    rows = RollOmission.objects.select_related("register_object").filter(roll=roll).order_by("register_object__nop")
    shown = [{"nop": str(row.register_object), "reason": row.reason,
              "url": reverse("tax:register_object", args=[kode, row.register_object.nop])} for row in rows[:MOST]]
    listing = Listing(OMITTED, ListRows(shown), request.GET, language())
    if listing.wanted:
        name, content_type, data = listing.file(listing.wanted)
        return HttpResponse(data, content_type=content_type,
                            headers={"Content-Disposition": f'attachment; filename="{name}"'})
    return desk_page(request, "tax/register_omitted.html", {"listing": listing, "roll": roll})
