"""The auditor's way: from a total to the accounts, their entries, the charge behind an entry, and what proves it.

Every page compares what it lists with the ledger and says what differs; nothing is corrected here.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from datetime import date
from typing import Any

from django.db import models
from django.http import HttpRequest, HttpResponse
from django.urls import NoReverseMatch, reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from sepadan.ground.messages import message
from sepadan.ground.problems import refuse
from sepadan.ground.tables import Column, Listing, ListRows, QueryRows, Row, Table
from sepadan.records.public import AccountKind, AuditEntry, language, needs, now, region_of, today, zone_of
from sepadan.tax.access_reports import account_for_reader
from sepadan.tax.desk import desk_page
from sepadan.tax.engine.assessment import LEVY
from sepadan.tax.queries.audit_trail import (
    AccountLine,
    Check,
    account_lines,
    checks_from,
    checks_of,
    entries_of,
    lines_from,
    open_charges,
)
from sepadan.tax.services.trail_sums import TrailSums, trail_sums
from sepadan.tax.views.runs import sheet
from sepadan.territory.public import Region, dotted, village_names

_KINDS = {one.value: message(f"tax.trail.kind.{one.value}") for one in AccountKind}
ACCOUNTS = Table("neraca-saldo", message("tax.trail.accounts"), (
    Column("code", message("tax.trail.code"), href="url"), Column("name", message("tax.trail.account"), href="url"),
    Column("kind", message("tax.trail.kind"), choice=True, words=_KINDS),
    Column("sipd", message("tax.trail.sipd"), missing=message("tax.trail.sipd.none")),
    Column("entries", message("tax.trail.entries"), "integer"),
    Column("debit", message("tax.trail.debit"), "rupiah", summable=True),
    Column("credit", message("tax.trail.credit"), "rupiah", summable=True),
    Column("balance", message("tax.trail.balance"), "rupiah", summable=True)), order="code", per_page=50)
ENTRIES = Table("buku-besar", message("tax.trail.entries"), (
    Column("effective_on", message("tax.trail.day"), "date"),
    Column("source", message("tax.trail.source"), href="url"),
    Column("debit__code", message("tax.trail.debit"), choice=True),
    Column("credit__code", message("tax.trail.credit"), choice=True),
    Column("charge__number", message("tax.trail.charge"), href="url"),
    Column("amount", message("tax.trail.amount"), "rupiah", summable=True)), order="", per_page=25,
    search=("source", "charge__number"))
OPEN = Table("daftar-piutang", message("tax.trail.receivables"), (
    Column("nop", message("tax.realisation.nop"), href="url"),
    Column("tax_year", message("tax.realisation.tax_year"), choice=True),
    Column("place", message("tax.realisation.kelurahan"), choice=True),
    Column("due_on", message("tax.trail.due"), "date"),
    Column("amount", message("tax.trail.charged"), "rupiah", summable=True),
    Column("still", message("tax.trail.open"), "rupiah", summable=True)), order="nop", per_page=25,
    search=("nop", "number"))


@never_cache
@require_safe
@needs("tax.read")
def trail(request: HttpRequest, kode: str) -> HttpResponse:
    """All accounts with their balances, and the checks: by everything that is booked, or on a day."""
    region, on = region_of(request), _day(request)
    if on is None:
        sums = trail_sums(LEVY, now=now(), anew="ulang" in request.GET)
        lines = lines_from(sums.accounts)
        checks = [shown_check(one) for one in checks_from(LEVY, lines, sums.checked)]
    else:
        sums, lines = None, account_lines(on=on)
        checks = _checks(lines, on)
    listing = Listing(ACCOUNTS, ListRows([_account_row(one, kode) for one in lines]), request.GET.dict(), language())
    if listing.wanted:
        return sheet(listing)
    return desk_page(request, "tax/reports_trail.html", {
        "region": region, "listing": listing, "on": on, "checks": checks, "today": today(region),
        "sums": sums, **_whole(sums, region)})


@never_cache
@require_safe
@needs("tax.read")
def trail_account(request: HttpRequest, kode: str, code: str) -> HttpResponse:
    """What moved on one account, newest first; within some days when the address says so."""
    region = region_of(request)
    account = account_for_reader(request.user, region, code)
    first, last = _date(request, "dari"), _date(request, "hingga")
    found = entries_of(account)
    if first is not None:
        found = found.filter(effective_on__gte=first)
    if last is not None:
        found = found.filter(effective_on__lte=last)
    keys = ("effective_on", "source", "debit__code", "credit__code", "charge__number", "charge_id", "amount")

    def shaped(row: Row) -> Row:
        charge = row["charge_id"]
        return {**row, "url": reverse("tax:trail_charge", args=[kode, charge]) if charge else ""}

    listing = Listing(ENTRIES, QueryRows(found.order_by("-id"), models, keys, shaped), request.GET.dict(), language())
    if listing.wanted:
        return sheet(listing)
    line = next(one for one in lines_from(trail_sums(LEVY, now=now()).accounts) if one.account.pk == account.pk)
    return desk_page(request, "tax/reports_account.html", {
        "region": region, "account": account, "line": line, "kind": _KINDS[account.kind], "listing": listing,
        "first": first, "last": last})


@never_cache
@require_safe
@needs("tax.read")
def receivables(request: HttpRequest, kode: str) -> HttpResponse:
    """Every charge that is not at zero on a day; their sum against the ledger, to the rupiah."""
    region, on = region_of(request), _day(request)
    sums = trail_sums(LEVY, now=now()) if on is None else None
    lines = account_lines(on=on) if sums is None else lines_from(sums.accounts)
    held = {one.account.purpose: one for one in lines}.get(f"receivable:{LEVY}")
    still = [] if held is None else open_charges(LEVY, held.account.pk, on=on)
    names = village_names(region)
    rows = [{"nop": one.nop or one.number, "number": one.number, "tax_year": str(one.tax_year or ""),
             "place": names.get(dotted(str(one.kelurahan)), "") if one.kelurahan else "", "due_on": one.due_on,
             "amount": one.amount, "still": one.still, "url": reverse("tax:trail_charge", args=[kode, one.charge])}
            for one in still]
    listing = Listing(OPEN, ListRows(rows), request.GET.dict(), language())
    if listing.wanted:
        return sheet(listing)
    found = checks_of(LEVY, lines, still) if sums is None else checks_from(
        LEVY, lines, replace(sums.checked, still=sum(one.still for one in still)))
    check = next((one for one in found if one.key == "receivable"), None)
    return desk_page(request, "tax/reports_receivables.html", {
        "region": region, "listing": listing, "on": on, "check": check, "count": len(rows), "today": today(region),
        "below": sum(1 for one in still if one.still < 0)})


def _whole(sums: TrailSums | None, region: Region) -> dict[str, Any]:
    """Day and hour in the region at which everything was last added up."""
    if sums is None:
        return {}
    at = sums.whole_at.astimezone(zone_of(region))
    return {"whole_at": at.date(), "hour": at.strftime("%H.%M")}


def _checks(lines: list[AccountLine], on: date | None) -> list[dict[str, Any]]:
    held = {one.account.purpose: one for one in lines}.get(f"receivable:{LEVY}")
    still = [] if held is None else open_charges(LEVY, held.account.pk, on=on)
    return [shown_check(one) for one in checks_of(LEVY, lines, still)]


def shown_check(check: Check) -> dict[str, Any]:
    """A check with its sentence: both sums and, when they differ, by how much and where that is known to lie."""
    parts = [message(f"tax.trail.part.{name}", amount=amount) for name, amount in check.parts.items() if amount]
    return {"tone": "ok" if check.agrees else "bad", "agrees": check.agrees, "parts": parts,
            "text": message(f"tax.trail.check.{check.key}", left=check.left, right=check.right),
            "off": message("tax.trail.off", off=check.off)}


def _account_row(line: AccountLine, kode: str) -> Row:
    return {"code": line.account.code, "name": line.account.name, "kind": line.account.kind,
            "sipd": line.account.sipd_code or None, "entries": line.entries, "debit": line.debit,
            "credit": line.credit, "balance": line.balance,
            "url": reverse("tax:trail_account", args=[kode, line.account.code])}


def _day(request: HttpRequest) -> date | None:
    """The day that the address asks for; None for everything that is booked."""
    return _date(request, "pada")


def _date(request: HttpRequest, name: str) -> date | None:
    text = request.GET.get(name, "")
    if not text:
        return None
    with suppress(ValueError):
        day = date.fromisoformat(text)
        if date(2000, 1, 1) <= day <= date(2100, 12, 31):
            return day
    raise refuse("tax.trail.day.bad", where=f"?{name}={text[:20]}", remedy="tax.trail.day.bad.remedy")


def link_to(name: str, *args: Any) -> str:
    """The address of a page of another part of the desk; empty where there is none."""
    with suppress(NoReverseMatch):
        return reverse(name, args=args)
    return ""


def audit_rows(pairs: list[tuple[str, str]]) -> list[AuditEntry]:
    """The audit records about these objects, oldest first."""
    where = models.Q()
    for object_type, object_id in pairs:
        where |= models.Q(object_type=object_type, object_id=object_id)
    return list(AuditEntry.objects.filter(where).order_by("at", "id")) if pairs else []
