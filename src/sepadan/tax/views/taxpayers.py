"""Taxpayers on the desk: the list, one person or body with everything that is his, and two entries that are one.

Reading is for whoever reads at the desk; a merge is proposed with ``tax.write`` and decided with ``tax.approve`` by
another person. A NIK is shown as its last four digits, for more is not known.
"""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from sepadan.ground.messages import Message, message
from sepadan.ground.problems import Problem, Refused, problem, refuse
from sepadan.ground.tables import Column, Listing, Table
from sepadan.records.public import (
    Thing,
    actor_of,
    begin_attempt,
    forgive_attempt,
    history_shown,
    identify_nik,
    keep_written,
    language,
    needs,
    now,
    permitted,
    person_of,
    record,
    region_of,
    zone_of,
)
from sepadan.records.public import today as today_in
from sepadan.tax.access_register import merge_for, taxpayer_for
from sepadan.tax.desk import desk_page, take_names
from sepadan.tax.models import RegisterObject, Taxpayer
from sepadan.tax.models.register_people import TaxpayerMerge
from sepadan.tax.queries import taxpayers as queries
from sepadan.tax.queries.taxpayer_rows import entry_of_nik, taxpayer_rows
from sepadan.tax.services.taxpayer_merges import approve_merge, propose_merge, refuse_merge

TAXPAYERS = Table("wajib-pajak", message("tax.taxpayers.title"), (
    Column("npwpd", message("tax.taxpayer.npwpd"), href="url"),
    Column("name", message("tax.taxpayer.name"), href="url", sortable=False),
    Column("nik", message("tax.taxpayer.nik"), sortable=False)), order="npwpd", search=("name", "npwpd"))


@never_cache
@require_http_methods(("GET", "HEAD", "POST"))
@needs("tax.read")
def taxpayers(request: HttpRequest, kode: str) -> HttpResponseBase:
    """All entries, searched by name and NPWPD; by NIK with a form, so that no address ever holds one."""
    refusal: Problem | None = None
    if request.method == "POST":
        try:
            found = _searched(request, kode, identify_nik(str(request.POST.get("nik", ""))).digest)
            if isinstance(found, Taxpayer):
                return redirect("tax:taxpayer", kode=kode, taxpayer_id=queries.survivor(found).pk)
            refusal = found
        except Refused as refused:
            refusal = refused.problem

    def shape(row: dict[str, Any]) -> dict[str, Any]:
        return row | {"nik": _masked(row["nik_last4"]), "url": reverse("tax:taxpayer", args=[kode, row["id"]])}

    rows, writes = taxpayer_rows(shape), permitted(request.user, region_of(request), "tax.write")
    listing = Listing(TAXPAYERS, rows, request.GET, language(), files=writes)
    if listing.wanted:
        return take_names(request, listing)
    count = listing.count
    return desk_page(request, "tax/taxpayers_list.html", {
        "listing": listing, "any": count > 0 or listing.filtered, "more": rows.more[0] if rows.more else 0,
        "waiting": queries.waiting_merges().count() + queries.waiting_partings().count(), "refusal": refusal},
        status=422 if refusal else 200)


def _searched(request: HttpRequest, kode: str, digest: str) -> Taxpayer | Problem:
    """The entry of a NIK, or why there is none to show. Numbers without a match are counted against the person who
    tries them, and every search is on record, never with the number."""
    person = person_of(request)
    attempt = begin_attempt("nik", f"{kode}:{person.pk}", None, now=now())
    if attempt.seconds:
        return problem("tax.taxpayer.nik_wait", seconds=attempt.seconds)
    found = entry_of_nik(digest)
    record(actor_of(request), "tax.audit.nik_searched", found or Thing("tax.taxpayers", kode, "NIK"), now=now())
    keep_written()
    if found is None:
        return problem("tax.taxpayer.nik_unknown", remedy="tax.taxpayer.nik_unknown.remedy")
    forgive_attempt(attempt)
    return found


def _masked(last4: str) -> str | None:
    """All that is kept of a NIK; None where none is recorded."""
    return f"•••• •••• •••• {last4}" if last4 else None


@never_cache
@require_safe
@needs("tax.read")
def taxpayer(request: HttpRequest, kode: str, taxpayer_id: int) -> HttpResponse:
    """One taxpayer: who he is, what he owns and owned, his bills, requests, letters, and entries that may be his."""
    return taxpayer_page(request, taxpayer_for(request.user, region_of(request), taxpayer_id))


def taxpayer_page(request: HttpRequest, one: Taxpayer, refusal: Problem | None = None, typed: str = "",
          reason: str = "") -> HttpResponse:
    region, today = region_of(request), today_in(region_of(request))
    entries = queries.entries_of(one)
    holdings, more_objects = queries.holdings_of(entries, today)
    bills, more_bills = queries.bills_of(entries, today)
    parts = [part for row in holdings for part in row.shares]
    nops = [row.register_object.nop for row in holdings]
    return desk_page(request, "tax/taxpayers_one.html", {
        "one": one, "facts": _facts(one, entries), "merge": queries.merge_of(one),
        "entries_merged": entries[1:], "today": today,
        "now": [row for row in holdings if row.today(today)],
        "before": [row for row in holdings if not row.today(today)],
        "shares": _shares(holdings, queries.co_owners(parts, today)), "more_objects": more_objects,
        "years": queries.by_year(bills), "bills": [_bill(row, one) for row in bills], "more_bills": more_bills,
        "requests": queries.requests_about(entries, nops), "credits": [
            (row, str(RegisterObject(nop=row.nop)), str(row.tax_year)) for row in queries.credits_of(bills, nops)],
        "letters": queries.letters_about(bills), "alike": queries.alike(one, today),
        "merges": queries.merges_about(one), "partings": queries.partings_about(one),
        "entries": history_shown(one, zone_of(region), language()),
        "may": permitted(request.user, region, "tax.write"), "may_approve": permitted(request.user, region,
                                                                                     "tax.approve"),
        "me": person_of(request).pk, "refusal": refusal, "typed": typed, "reason": reason},
        status=409 if refusal else 200)


def _facts(one: Taxpayer, entries: list[Taxpayer]) -> list[tuple[Message, Any]]:
    found = queries.address_of(one, today_in(one.region))
    address = queries.address_line(found)
    pairs: list[tuple[str, Any]] = [
        ("npwpd", one.npwpd), ("nik", _masked(one.nik_last4) or message("tax.taxpayer.nik.none")),
        ("address", address or message("tax.taxpayer.address.none")),
        ("phone", found.phone if found is not None and found.phone else None)]
    if len(entries) > 1:
        pairs.append(("entries", ", ".join(row.npwpd for row in entries[1:])))
    return [(message(f"tax.taxpayer.{name}"), value) for name, value in pairs if value is not None]


def _shares(holdings: list[queries.Holding], owners: dict[int, Taxpayer]) -> list[dict[str, Any]]:
    """Shared objects that he gives to members or bears as one, each part once, with who holds the other side."""
    found: dict[int, dict[str, Any]] = {}
    for row in holdings:
        for part in row.shares:
            found.setdefault(part.pk, {"part": part, "parent": owners.get(part.parent_id),
                                       "member": owners.get(part.member_id)})
    return list(found.values())


def _bill(row: queries.BillOf, one: Taxpayer) -> dict[str, Any]:
    tone, word = ("ok", "paid") if row.open <= 0 else ("care", "open")
    return {"bill": row.bill, "nop": str(RegisterObject(nop=row.bill.nop)), "open": max(0, row.open),
            "year": str(row.bill.tax_year), "tone": tone, "word": message(f"tax.taxpayer.bill.{word}"),
            "under": row.bill.taxpayer.npwpd if row.bill.taxpayer_id != one.pk else ""}


@never_cache
@require_POST
@needs("tax.write")
def taxpayer_merge(request: HttpRequest, kode: str, taxpayer_id: int) -> HttpResponse:
    """Propose that another entry is this taxpayer."""
    one = taxpayer_for(request.user, region_of(request), taxpayer_id, action="tax.write")
    number, reason = str(request.POST.get("npwpd", "")).strip()[:24], str(request.POST.get("reason", ""))[:500]
    try:
        with transaction.atomic():
            other = Taxpayer.objects.filter(npwpd=number.replace("\0", "")).first()
            if other is None:
                raise refuse("tax.taxpayer.unknown", where=number[:24], remedy="tax.taxpayer.unknown.remedy")
            propose_merge(one, other, reason.replace("\0", ""), actor=actor_of(request), now=now())
    except Refused as refused:
        return taxpayer_page(request, one, refused.problem, number, reason)
    messages.success(request, message("tax.taxpayer.merge.proposed", npwpd=other.npwpd).text(language()))
    return redirect("tax:taxpayer", kode=kode, taxpayer_id=one.pk)


@never_cache
@require_safe
@needs("tax.read")
def taxpayer_doubles(request: HttpRequest, kode: str) -> HttpResponse:
    """What waits for a second person, and entries that may be one person."""
    return doubles_page(request)


def doubles_page(request: HttpRequest, refusal: Problem | None = None) -> HttpResponse:
    return desk_page(request, "tax/taxpayers_doubles.html", {
        "waiting": list(queries.waiting_merges()[:200]), "partings": list(queries.waiting_partings()[:200]),
        "same_nik": queries.doubles("nik"),
        "same_address": queries.doubles("address") if request.GET.get("alamat") else None, "refusal": refusal,
        "me": person_of(request).pk,
        "may_approve": permitted(request.user, region_of(request), "tax.approve")}, status=409 if refusal else 200)


@never_cache
@require_POST
@needs("tax.approve")
def taxpayer_merge_decide(request: HttpRequest, kode: str, merge_id: int) -> HttpResponse:
    """A second person approves a merge, or refuses it with a reason."""
    merge = merge_for(request.user, region_of(request), merge_id)
    try:
        with transaction.atomic():
            done = _decide(request, merge)
    except Refused as refused:
        return doubles_page(request, refused.problem)
    messages.success(request, done.text(language()))
    return redirect("tax:taxpayer", kode=kode, taxpayer_id=merge.kept_id)


def _decide(request: HttpRequest, merge: TaxpayerMerge) -> Message:
    if request.POST.get("act") == "refuse":
        reason = str(request.POST.get("reason", "")).replace("\0", "")
        refuse_merge(merge, reason, actor=actor_of(request), now=now())
        return message("tax.taxpayer.merge.refused")
    done = approve_merge(merge, actor=actor_of(request), now=now())
    return message("tax.taxpayer.merge.approved", objects=done.objects_moved)
