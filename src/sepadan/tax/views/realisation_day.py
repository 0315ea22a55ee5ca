"""One day of receipts: what it brought, on which tax years and by which channel, and every payment of it."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from sepadan.ground.cells import Cell
from sepadan.ground.messages import message
from sepadan.ground.tables import Column, Listing, ListRows, Row, Table
from sepadan.records.public import Channel, language, needs, open_amounts, region_of, zone_of
from sepadan.tax.desk import desk_page
from sepadan.tax.engine.assessment import LEVY
from sepadan.tax.queries.audit_trail import bills_of_charges, payments_on
from sepadan.tax.queries.realisation import receipts
from sepadan.tax.views.runs import sheet

PAYMENTS = Table("pembayaran", message("tax.realisation.payments_of_day"), (
    Column("time", message("tax.realisation.time")), Column("nop", message("tax.realisation.nop"), href="url"),
    Column("amount", message("tax.realisation.paid_amount"), "rupiah", summable=True),
    Column("tax_year", message("tax.realisation.tax_year"), choice=True),
    Column("place", message("tax.realisation.kelurahan"), choice=True),
    Column("channel", message("tax.realisation.channel"), choice=True,
           words={one.value: message(f"records.channel.{one.value}") for one in Channel}),
    Column("over", message("tax.realisation.over"), "rupiah", summable=True),
    Column("reference", message("tax.realisation.reference"), sortable=False)), order="-amount", per_page=20,
    search=("nop", "reference"))
BY_YEAR = Table("tahun", message("tax.realisation.day.by_year"), (
    Column("tax_year", message("tax.realisation.tax_year")),
    Column("payments", message("tax.realisation.payments"), "integer", summable=True),
    Column("amount", message("tax.realisation.amount"), "rupiah", summable=True),
    Column("interest", message("tax.realisation.interest"), "rupiah", summable=True)), order="-tax_year", prefix="t_")
BY_CHANNEL = Table("kanal", message("tax.realisation.by_channel"), (
    Column("channel", message("tax.realisation.channel")), *BY_YEAR.columns[1:]), order="-amount", prefix="k_")


@never_cache
@require_safe
@needs("tax.read")
def realisation_day(request: HttpRequest, kode: str, day: str) -> HttpResponse:
    region, lang = region_of(request), language()
    try:
        on = date.fromisoformat(day)
    except ValueError:
        raise Http404 from None
    if not date(2000, 1, 1) <= on <= date(2100, 12, 31) or on.isoformat() != day:
        raise Http404
    got, rows = receipts(LEVY, on, on), _payments(kode, on)
    lists = {
        "payments": Listing(PAYMENTS, ListRows(rows), request.GET.dict(), lang),
        "by_year": Listing(BY_YEAR, ListRows([{"tax_year": str(key or ""), "payments": one.payments,
                                               "amount": one.amount, "interest": one.interest}
                                              for key, one in got.tax_year.items()]), request.GET.dict(), lang),
        "by_channel": Listing(BY_CHANNEL, ListRows([{
            "channel": message(f"records.channel.{name}").text(lang), "payments": one.payments, "amount": one.amount,
            "interest": one.interest} for name, one in got.channel.items()]), request.GET.dict(), lang)}
    for listing in lists.values():
        if listing.wanted:
            return sheet(listing)
    return desk_page(request, "tax/reports_day.html", {
        "region": region, "day": on, "before": on - timedelta(days=1), "after": on + timedelta(days=1),
        "year_href": f"{reverse('tax:realisation', args=[kode])}?tahun={on.year}",
        "cells": _cells(on, got.total.amount, got.total.interest, rows), "there": bool(rows or got.total.amount),
        **lists})


def _payments(kode: str, on: date) -> list[Row]:
    payments = list(payments_on(on).filter(charge__levy=LEVY).select_related("charge").order_by("-amount", "id"))
    if not payments:
        return []
    bills, zone = bills_of_charges([one.charge_id for one in payments]), zone_of(payments[0].region)
    rows: list[Row] = []
    for one in payments:
        bill = bills.get(one.charge_id)
        rows.append({"time": f"{one.paid_at.astimezone(zone):%H.%M}", "nop": bill.nop if bill else one.charge.number,
                     "tax_year": str(bill.tax_year) if bill else "", "place": bill.kelurahan.name if bill else "",
                     "channel": one.channel, "amount": one.amount, "over": one.overpaid, "reference": one.reference,
                     "charge": one.charge_id, "url": reverse("tax:trail_charge", args=[kode, one.charge_id])})
    return rows


def _cells(on: date, amount: int, interest: int, rows: list[Row]) -> list[Cell]:
    """What arrived, how many bills it paid off, how much of it was owed for earlier years."""
    charges = {row["charge"] for row in rows}
    settled = sum(1 for still in open_amounts(charges, on=on).values() if still <= 0)
    earlier = sum(row["amount"] - row["over"] for row in rows if row["tax_year"] and int(row["tax_year"]) < on.year)
    common: dict[str, Any] = {"period": message("tax.realisation.day.on", on=on), "confidence": "high"}
    return [Cell(message("tax.realisation.received"), amount, form="rupiah", **common,
                 method=message("tax.realisation.method")),
            Cell(message("tax.realisation.payments"), len(rows), **common),
            Cell(message("tax.realisation.settled"), settled, **common,
                 meaning=message("tax.realisation.settled.meaning")),
            Cell(message("tax.realisation.earlier"), earlier, form="rupiah", **common,
                 meaning=message("tax.realisation.earlier.meaning")),
            Cell(message("tax.realisation.interest"), interest, form="rupiah", **common)]
