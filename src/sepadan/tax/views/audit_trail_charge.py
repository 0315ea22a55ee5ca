"""One charge with everything that proves it: bill, run and law, entries, payments, settlements, audit records."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from sepadan.ground.cells import Words
from sepadan.ground.messages import message
from sepadan.ground.tables import Column, Listing, ListRows, Row, Table
from sepadan.records.public import Channel, Charge, Payment, language, needs, region_of, shown_entries, zone_of
from sepadan.tax.access_reports import charge_for
from sepadan.tax.desk import desk_page
from sepadan.tax.models import Bill
from sepadan.tax.queries.audit_trail import bills_of_charges, charge_entries
from sepadan.tax.queries.requests import changes_of
from sepadan.tax.views.audit_trail import audit_rows, link_to
from sepadan.tax.views.runs import sheet

ENTRIES = Table("mutasi", message("tax.trail.charge.entries"), (
    Column("effective_on", message("tax.trail.day"), "date", sortable=False),
    Column("source", message("tax.trail.source"), sortable=False),
    Column("debit", message("tax.trail.debit"), href="debit_url", sortable=False),
    Column("credit", message("tax.trail.credit"), href="credit_url", sortable=False),
    Column("amount", message("tax.trail.amount"), "rupiah", sortable=False),
    Column("still", message("tax.trail.open_after"), "rupiah", sortable=False),
    Column("reverses", message("tax.trail.reverses"), sortable=False, missing=message("tax.trail.reverses.none"))),
    per_page=100)
PAYMENTS = Table("pembayaran", message("tax.trail.charge.payments"), (
    Column("day", message("tax.trail.day"), "date", href="day_url"), Column("time", message("tax.realisation.time")),
    Column("channel", message("tax.realisation.channel"),
           words={one.value: message(f"records.channel.{one.value}") for one in Channel}),
    Column("reference", message("tax.realisation.reference")),
    Column("amount", message("tax.realisation.paid_amount"), "rupiah", summable=True),
    Column("over", message("tax.realisation.over"), "rupiah", summable=True),
    Column("settled", message("tax.trail.settled"), missing=message("tax.trail.settled.not")),
    Column("state", message("tax.trail.state"), words={
        True: message("tax.trail.taken_back"), False: message("tax.trail.stands")},
        tones={True: "bad", False: "ok"})), order="day", per_page=100, prefix="p_")


@never_cache
@require_safe
@needs("tax.read")
def trail_charge(request: HttpRequest, kode: str, charge_id: int) -> HttpResponse:
    region, lang = region_of(request), language()
    charge = charge_for(request.user, region, charge_id)
    bill = bills_of_charges([charge.pk]).get(charge.pk)
    entries, payments = charge_entries(charge), _payments(charge, kode)
    lists = {"entries": Listing(ENTRIES, ListRows([{
        "effective_on": row.effective_on, "source": row.source, "debit": f"{row.debit.code} {row.debit.name}",
        "credit": f"{row.credit.code} {row.credit.name}", "amount": row.amount, "still": still,
        "debit_url": reverse("tax:trail_account", args=[kode, row.debit.code]),
        "credit_url": reverse("tax:trail_account", args=[kode, row.credit.code]),
        "reverses": f"#{row.reverses_id}" if row.reverses_id else None} for row, still in entries]),
        request.GET.dict(), lang),
        "payments": Listing(PAYMENTS, ListRows(payments), request.GET.dict(), lang)}
    for listing in lists.values():
        if listing.wanted:
            return sheet(listing)
    things = [("records.charge", str(charge.pk))]
    if bill is not None:
        things += [("tax.bill", str(bill.pk)), ("tax.assessmentrun", str(bill.run_id)),
                   *(("tax.request", str(one.request_id)) for one in changes_of(bill))]
    return desk_page(request, "tax/reports_charge.html", {
        "region": region, "charge": charge, "bill": bill, "facts": _facts(charge, bill),
        "links": [] if bill is None else _links(bill, kode),
        "still": entries[-1][1] if entries else 0,
        "records": shown_entries(audit_rows(things), zone_of(region), lang), **lists})


def _payments(charge: Charge, kode: str) -> list[Row]:
    rows = list(Payment.objects.filter(charge=charge).order_by("paid_at", "id"))
    settled = dict(Payment.objects.filter(charge=charge, settlement_lines__isnull=False).values_list(
        "pk", "settlement_lines__settlement__reference"))
    back = set(Payment.objects.filter(charge=charge, reversals__isnull=False).values_list("pk", flat=True))
    found: list[Row] = []
    for one in rows:
        at = one.paid_at.astimezone(zone_of(charge.region))
        found.append({"day": at.date(), "time": f"{at:%H.%M}", "channel": one.channel, "reference": one.reference,
                      "amount": one.amount, "over": one.overpaid, "settled": settled.get(one.pk),
                      "state": one.pk in back,
                      "day_url": reverse("tax:realisation_day", args=[kode, at.date().isoformat()])})
    return found


def _facts(charge: Charge, bill: Bill | None) -> list[tuple[Words, Words]]:
    """What the charge is and what made it."""
    found: list[tuple[Words, Words]] = [
        (message("tax.trail.charge"), charge.number),
        (message("tax.trail.charged"), message("tax.trail.rupiah", amount=charge.amount)),
        (message("tax.trail.due"), message("tax.trail.on", on=charge.due_on))]
    if bill is not None:
        found += [(message("tax.realisation.nop"), bill.nop), (message("tax.realisation.tax_year"), str(bill.tax_year)),
                  (message("tax.realisation.kelurahan"), bill.kelurahan.name),
                  (message("tax.trail.law"), message("tax.trail.on", on=bill.run.law_on)),
                  (message("tax.trail.fingerprint"), bill.run.law_fingerprint[:16])]
    return found


def _links(bill: Bill, kode: str) -> list[tuple[Words, str]]:
    """Where the bill, its run and its sheet are looked at, as far as the desk has a page for it."""
    wanted = ((message("tax.trail.to_bill"), link_to("tax:bill", kode, bill.pk)),
              (message("tax.trail.to_run"), link_to("tax:run", kode, bill.run_id)),
              (message("tax.trail.to_object"), link_to("tax:register_object", kode, bill.nop)))
    requests = ((message("tax.trail.to_request", number=one.request.number),
                 link_to("tax:request", kode, one.request_id)) for one in changes_of(bill))
    return [(text, href) for text, href in (*wanted, *requests) if href]
