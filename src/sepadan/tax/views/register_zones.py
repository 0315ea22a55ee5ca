"""Zones of land value on the desk: NIR by year, comparables, how values stand against sales, the map."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from sepadan.ground.messages import message
from sepadan.ground.problems import Refused, refuse
from sepadan.ground.tables import Column, Listing, ListRows, Table
from sepadan.records.public import actor_of, history_shown, language, needs, now, permitted, region_of
from sepadan.records.public import today as today_in
from sepadan.records.public import zone_of as clock_zone
from sepadan.tax.access_register import sale_for, zone_for
from sepadan.tax.desk import desk_page
from sepadan.tax.forms import register as forms
from sepadan.tax.forms.typed import TypedForm, blank, read
from sepadan.tax.models import LandZone, NopPlace
from sepadan.tax.models.register_values import SaleKind
from sepadan.tax.queries.register_zones import (
    by_kelurahan,
    counting,
    land_class_value,
    live_nir,
    nir_history,
    quality_or_none,
    ratios_of,
    sales_of,
    zone_rows,
)
from sepadan.tax.services.freezing import classes_of
from sepadan.tax.services.register_values import (
    YEARS,
    NewSale,
    carry_nir,
    nir_of_sales,
    open_place,
    open_zone,
    record_sale,
    set_nir,
    withdraw_sale,
)
from sepadan.territory.public import Shading, region_map, villages_in

METHODS = ("GET", "HEAD", "POST")
VERDICTS = ("under_assessment", "proportional", "over_assessment")
ZONES = Table("zona-nilai-tanah", message("tax.zones.title"), (
    Column("kelurahan", message("tax.field.kelurahan"), choice=True),
    Column("code", message("tax.field.zone"), href="url"), Column("nir", message("tax.field.nir"), "rupiah"),
    Column("class_value", message("tax.zones.class_value"), "rupiah"),
    Column("objects", message("tax.zones.objects"), "integer", summable=True),
    Column("sales", message("tax.zones.sales"), "integer", summable=True),
    Column("median", message("tax.zones.median"), "decimal", places=2),
    Column("spread", message("tax.zones.spread"), "decimal", places=2),
    Column("verdict", message("tax.zones.verdict"), choice=True,
           words={name: message(f"tax.zones.{name}") for name in VERDICTS},
           tones={"under_assessment": "care", "proportional": "ok", "over_assessment": "care"}),
), order="kelurahan", search=("code", "kelurahan"))


def year_of(request: HttpRequest) -> int:
    """The tax year of the address, or this one. Raises Refused on anything else."""
    text = request.GET.get("tahun", "")
    if not text:
        return today_in(region_of(request)).year
    if not (text.isascii() and text.isdecimal() and len(text) == 4 and int(text) in YEARS):
        raise refuse("tax.register.year", where=f"?tahun={text[:20]}", remedy="tax.register.year.remedy")
    return int(text)


@never_cache
@require_http_methods(METHODS)
@needs("tax.read")
def zones(request: HttpRequest, kode: str) -> HttpResponseBase:
    """All zones of a tax year with their NIR and quality; a new zone is opened here."""
    region, year = region_of(request), year_of(request)
    may = permitted(request.user, region, "tax.write")
    form, carry = blank(forms.ZONE), blank(forms.CARRY)
    if request.method == "POST" and may and request.POST.get("act") == "carry":
        carry = read(forms.CARRY, request.POST)
        if _try(request, carry, lambda: carry_nir(year - 1, year, document=carry.values["document"],
                                                  actor=actor_of(request), now=now()), "tax.zones.carried"):
            return redirect(f"{reverse('tax:register_zones', args=[kode])}?tahun={year}")
    elif request.method == "POST" and may:
        form = read(forms.ZONE, request.POST)
        if form.sound:
            try:
                with transaction.atomic():
                    made = _open(request, form)
            except Refused as refused:
                form.refuse(refused.problem)
            else:
                return redirect("tax:register_zone", kode=kode, zone_id=made.pk)
    rows = zone_rows(year, classes_of(year).table)
    shown = [{
        "kelurahan": row.zone.place.kelurahan.name, "code": row.zone.code, "nir": row.value.nir if row.value else None,
        "class_value": row.class_value, "objects": row.objects, "sales": row.quality.sales if row.quality else 0,
        "median": _two(row.quality.median) if row.quality else None,
        "spread": _two(row.quality.spread) if row.quality else None,
        "verdict": row.quality.verdict if row.quality else None,
        "url": f"{reverse('tax:register_zone', args=[kode, row.zone.pk])}?tahun={year}"} for row in rows]
    listing = Listing(ZONES, ListRows(shown), request.GET, language())
    if listing.wanted:
        name, content_type, data = listing.file(listing.wanted)
        return HttpResponse(data, content_type=content_type,
                            headers={"Content-Disposition": f'attachment; filename="{name}"'})
    places = by_kelurahan(rows)
    drawn = region_map(region, Shading(message("tax.zones.map.label", year=str(year)), {
        one.code: None if one.mean_nir is None else round(one.mean_nir) for one in places}, form="rupiah_short"),
        lang=language(), title=message("tax.zones.map.title", region=region.name, year=str(year)), name="znt")
    return desk_page(request, "tax/register_zones.html", {
        "listing": listing, "year": str(year), "years": [str(one) for one in range(year + 1, year - 5, -1)],
        "any": bool(rows), "carry": carry, "before": str(year - 1),
        "lacking": sum(row.value is None and row.objects > 0 for row in rows), "form": form, "may": may,
        "map": drawn, "villages": villages_in(region) if may else [],
        "synthetic": any(row.zone.synthetic for row in rows),
        "quality": quality_or_none([ratio for one in rows for ratio in one.ratios])},
        status=422 if form.problems or carry.problems else 200)


def _two(value: Fraction) -> Decimal:
    """Two decimals, half up."""
    return Decimal(int(value * 100 + Fraction(1, 2))) / 100


def _open(request: HttpRequest, form: TypedForm) -> LandZone:
    """A zone of a known place, or of a kelurahan by its name where the place is new."""
    code, actor, at = form.values["place"], actor_of(request), now()
    place = NopPlace.objects.filter(code=code).first()
    if place is None:
        wanted = str(request.POST.get("kelurahan", ""))
        match = next((one for one in villages_in(region_of(request)) if one.code == wanted), None)
        if match is None:
            raise refuse("tax.typed.no_kelurahan", where=code[:20], remedy="tax.typed.no_kelurahan.remedy")
        place = open_place(code, int(match.code.replace(".", "")), actor=actor, now=at)
    return open_zone(place, form.values["code"], form.values["description"], actor=actor, now=at)


@never_cache
@require_http_methods(METHODS)
@needs("tax.read")
def zone(request: HttpRequest, kode: str, zone_id: int) -> HttpResponseBase:
    """One zone: NIR year by year, comparables, the NIR they give, and the quality of the year's value."""
    region, year = region_of(request), year_of(request)
    one = zone_for(request.user, region, zone_id)
    may = permitted(request.user, region, "tax.write")
    live = live_nir(one, year)
    nir_form = blank(forms.NIR, {"tax_year": year, "nir": live.nir if live else None})
    sale_form = blank(forms.SALE, {"kind": SaleKind.SALE.value})
    if request.method == "POST" and may:
        if request.POST.get("act") == "sale":
            sale_form = read(forms.SALE, request.POST)
            done = _try(request, sale_form, lambda: _sale(request, one, sale_form), "tax.zones.sale.done")
        else:
            nir_form = read(forms.NIR, request.POST)
            done = _try(request, nir_form, lambda: _nir(request, one, nir_form), "tax.zones.nir.done")
        if done:
            return redirect(f"{reverse('tax:register_zone', args=[kode, one.pk])}?tahun={year}")
        live = live_nir(one, year)
    sales = sales_of(one)
    counted = counting(sales, year)
    per_m2 = None if live is None else land_class_value(classes_of(year).table, live.nir)
    ratios = ratios_of(counted, per_m2)
    return desk_page(request, "tax/register_zone.html", {
        "zone": one, "year": str(year), "live": live, "class_value": per_m2, "history": nir_history(one),
        "sales": sales,
        "counted": {sale.pk for sale in counted}, "suggested": nir_of_sales(counted) if counted else None,
        "quality": quality_or_none(ratios), "nir_form": nir_form, "sale_form": sale_form, "may": may,
        "years": [str(number) for number in range(year + 1, year - 5, -1)],
        "entries": history_shown(one, clock_zone(region), language())},
        status=409 if nir_form.problems or sale_form.problems else 200)


def _try(request: HttpRequest, form: TypedForm, act: Any, done: str) -> bool:
    if not form.sound:
        return False
    try:
        with transaction.atomic():
            act()
    except Refused as refused:
        form.refuse(refused.problem)
        return False
    messages.success(request, message(done).text(language()))
    return True


def _nir(request: HttpRequest, one: LandZone, form: TypedForm) -> None:
    text = str(request.POST.get("seen", ""))
    seen = int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else None
    values = form.values
    live = live_nir(one, values["tax_year"]) if values["tax_year"] in YEARS else None
    if str(values["tax_year"]) != str(request.POST.get("shown_year", "")):
        seen = None if live is None else live.pk  # another year than the page showed: its value stands beside the field
        if live is not None:
            raise refuse("tax.zones.other_year", where=str(values["tax_year"]), remedy="tax.zones.other_year.remedy",
                         nir=live.nir)
    set_nir(one, values["tax_year"], values["nir"], seen=seen, document=values["document"], actor=actor_of(request),
            now=now())


def _sale(request: HttpRequest, one: LandZone, form: TypedForm) -> None:
    values = form.values
    record_sale(one, NewSale(
        SaleKind(values["kind"]), values["sold_on"], values["price"], values["land_m2"], values["source"],
        values["building_value"] or 0, values["time_adjustment"] or Decimal(0),
        values["data_adjustment"] or Decimal(0)),
        actor=actor_of(request), now=now())


@never_cache
@require_http_methods(METHODS)
@needs("tax.write")
def sale_withdraw(request: HttpRequest, kode: str, sale_id: int) -> HttpResponseBase:
    """A comparable does not count any more, with the reason."""
    sale = sale_for(request.user, region_of(request), sale_id)
    form = blank(forms.WITHDRAW)
    if request.method == "POST":
        form = read(forms.WITHDRAW, request.POST)
        if _try(request, form, lambda: withdraw_sale(sale, form.values["reason"], actor=actor_of(request), now=now()),
                "tax.zones.withdrawn"):
            return redirect("tax:register_zone", kode=kode, zone_id=sale.zone_id)
    return desk_page(request, "tax/register_form.html", {
        "form": form, "one": None, "back": reverse("tax:register_zone", args=[kode, sale.zone_id]), "found": None,
        "title": message("tax.act.withdraw"), "lead": message("tax.act.withdraw.lead"),
        "save": message("tax.act.withdraw.save"), "land": [], "buildings": []}, status=422 if form.problems else 200)
