"""What a figure of the realisation is made of: the entries of receipts, the bills of a group. Each row leads on.

The address is the figure: ``isi/penerimaan/?dari=&hingga=&kanal=&jenis=bunga&tahun_pajak=`` and
``isi/sppt/?tahun_pajak=&hingga=&kelurahan=&golongan=``.
"""

from __future__ import annotations

from contextlib import suppress
from datetime import date

from django.db import models
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from sepadan.ground.messages import Message, message
from sepadan.ground.tables import Column, Listing, ListRows, QueryRows, Row, Table
from sepadan.records.public import language, needs, region_of, today
from sepadan.tax.desk import desk_page
from sepadan.tax.engine.assessment import LEVY
from sepadan.tax.engine.realisation import BANDS
from sepadan.tax.queries.realisation import LevyAccounts, levy_accounts
from sepadan.tax.queries.realisation_rows import bill_rows, receipt_entries
from sepadan.tax.views.realisation_shown import band_name
from sepadan.tax.views.runs import sheet
from sepadan.territory.public import dotted, village_names

ENTRIES = Table("penerimaan", message("tax.realisation.rows.entries"), (
    Column("effective_on", message("tax.trail.day"), "date", href="day_url"),
    Column("source", message("tax.trail.source"), href="url"),
    Column("charge__number", message("tax.trail.charge"), href="url"),
    Column("debit__code", message("tax.trail.debit")), Column("credit__code", message("tax.trail.credit")),
    Column("signed", message("tax.realisation.amount"), "rupiah", summable=True)), order="", per_page=25,
    search=("source", "charge__number"))
BILLS = Table("sppt", message("tax.realisation.rows.bills"), (
    Column("nop", message("tax.realisation.nop"), href="url"),
    Column("place", message("tax.realisation.kelurahan"), choice=True),
    Column("billed", message("tax.realisation.billed"), "rupiah", summable=True),
    Column("paid", message("tax.realisation.paid"), "rupiah", summable=True),
    Column("still", message("tax.realisation.still"), "rupiah", summable=True)), order="-still", per_page=25,
    search=("nop",))


@never_cache
@require_safe
@needs("tax.read")
def receipt_rows(request: HttpRequest, kode: str) -> HttpResponse:
    """The entries that a sum of receipts is made of."""
    region, accounts = region_of(request), _accounts()
    last = _day(request, "hingga") or today(region)
    first = _day(request, "dari") or date(last.year, 1, 1)
    channel, interest = request.GET.get("kanal", ""), request.GET.get("jenis") == "bunga"
    year = _whole(request, "tahun_pajak")
    if channel and channel not in accounts.channels.values():
        raise Http404
    found = receipt_entries(accounts, first, last, channel=channel, interest=interest, tax_year=year)
    keys = ("effective_on", "source", "charge__number", "charge_id", "debit__code", "credit__code", "signed")

    def shaped(row: Row) -> Row:
        return {**row, "url": reverse("tax:trail_charge", args=[kode, row["charge_id"]]) if row["charge_id"] else "",
                "day_url": reverse("tax:realisation_day", args=[kode, row["effective_on"].isoformat()])}

    rows = QueryRows(found.order_by("-effective_on", "-id"), models, keys, shaped)
    listing = Listing(ENTRIES, rows, request.GET.dict(), language())
    if listing.wanted:
        return sheet(listing)
    narrowed = [message("tax.realisation.period", first=first, last=last)]
    narrowed += [message(f"records.channel.{channel}")] if channel else []
    narrowed += [message("tax.realisation.interest")] if interest else []
    narrowed += [message("tax.realisation.rows.tax_year", year=str(year))] if year is not None else []
    return _page(request, kode, last.year, message("tax.realisation.rows.entries"), narrowed, listing)


@never_cache
@require_safe
@needs("tax.read")
def group_rows(request: HttpRequest, kode: str) -> HttpResponse:
    """The bills that a sum of a tax year, a kelurahan or a band is made of."""
    region, accounts = region_of(request), _accounts()
    until = _day(request, "hingga") or today(region)
    year = _whole(request, "tahun_pajak") or until.year
    kelurahan, band = _whole(request, "kelurahan"), _whole(request, "golongan")
    names = village_names(region)
    if (kelurahan is not None and dotted(str(kelurahan)) not in names) or (band or 0) > len(BANDS):
        raise Http404
    rows = [{"nop": one.nop, "place": names.get(dotted(str(one.kelurahan)), ""), "billed": one.billed,
             "paid": one.paid, "still": one.still, "url": reverse("tax:trail_charge", args=[kode, one.charge])}
            for one in bill_rows(accounts, year, until, kelurahan=kelurahan, band=band)]
    listing = Listing(BILLS, ListRows(rows), request.GET.dict(), language())
    if listing.wanted:
        return sheet(listing)
    narrowed = [message("tax.realisation.rows.tax_year", year=str(year)), message("tax.realisation.state", until=until)]
    narrowed += [message("tax.realisation.rows.place", name=names[dotted(str(kelurahan))])] if kelurahan else []
    narrowed += [band_name(band)] if band is not None else []
    return _page(request, kode, until.year, message("tax.realisation.rows.bills"), narrowed, listing)


def _page(request: HttpRequest, kode: str, year: int, title: Message, narrowed: list[Message],
          listing: Listing) -> HttpResponse:
    return desk_page(request, "tax/reports_rows.html", {
        "title": title, "narrowed": narrowed, "listing": listing, "year": str(year),
        "back": f"{reverse('tax:realisation', args=[kode])}?tahun={year}"})


def _accounts() -> LevyAccounts:
    found = levy_accounts(LEVY)
    if found is None:
        raise Http404
    return found


def _day(request: HttpRequest, name: str) -> date | None:
    text = request.GET.get(name, "")
    if not text:
        return None
    with suppress(ValueError):
        day = date.fromisoformat(text)
        if date(2000, 1, 1) <= day <= date(2100, 12, 31):
            return day
    raise Http404


def _whole(request: HttpRequest, name: str) -> int | None:
    text = request.GET.get(name, "")
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) <= 10):
        raise Http404
    return int(text)
