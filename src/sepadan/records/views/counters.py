"""Counters and village collectors: who has what in hand, the cash book of a day, receipts, deposit slips."""

from __future__ import annotations

import secrets
from datetime import date
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from sepadan.ground import figures
from sepadan.ground.entry import read_day
from sepadan.ground.messages import message
from sepadan.ground.messages import render as words
from sepadan.ground.problems import Refused
from sepadan.ground.tables import Column, ListRows, Table
from sepadan.records import access, clock
from sepadan.records.access_money import cash_day_for, charge_for, collector_for, deposit_for, receipt_for
from sepadan.records.desk import actor_of, language, needs, person_of, region_of
from sepadan.records.forms.bank import ReasonForm
from sepadan.records.forms.counters import CashForm, CloseForm, CollectorForm, DepositForm, FindForm
from sepadan.records.models import CashDay, CashDeposit, CashReceipt, Charge, Collector
from sepadan.records.names import CollectorKind
from sepadan.records.queries.counters import (
    charges_shown,
    day_of,
    expected_cash,
    receipts_of,
    shortages,
    standings,
)
from sepadan.records.services.counters import (
    VILLAGE_DAYS,
    add_collector,
    close_day,
    deposit_days,
    end_collector,
    make_good,
    take_back_cash,
    take_cash,
)
from sepadan.records.services.dues import quote
from sepadan.records.shown import history_shown, moment
from sepadan.records.views.money_frame import file_of, listing_of, money_page

HERE = "records:counters"
RECEIPTS = Table("buku-kas", message("records.counter.book"), (
    Column("number", message("records.counter.receipt"), href="href"),
    Column("at", message("records.counter.at"), sortable=False),
    Column("charge", message("records.counter.charge")),
    Column("interest", message("records.counter.interest"), "rupiah", summable=True),
    Column("amount", message("records.counter.received"), "rupiah", summable=True),
    Column("state", message("records.settlement.state"), words={
        "taken": message("records.counter.state.taken"), "undone": message("records.counter.state.undone")},
        tones={"taken": "ok", "undone": "bad"}),
), search=("number", "charge"), per_page=20)


@never_cache
@needs("ledger.read")
@require_http_methods(["GET", "HEAD"])
def counters(request: HttpRequest, kode: str) -> HttpResponse:
    return _counters(request, CollectorForm(initial={"kind": CollectorKind.COUNTER.value}))


@never_cache
@needs("ledger.write")
@require_POST
def counter_add(request: HttpRequest, kode: str) -> HttpResponse:
    form = CollectorForm(request.POST)
    if form.is_valid():
        given = form.cleaned_data
        try:
            with transaction.atomic():
                row = add_collector(given["name"], CollectorKind(given["kind"]), given["area"], actor=actor_of(request),
                                    now=clock.now())
        except Refused as refused:
            form.add_problem(None, refused.problem)
        else:
            messages.success(request, words("records.counter.added", language(), {"name": row.name}))
            return redirect(HERE, kode=kode)
    return _counters(request, form, status=422)


def _counters(request: HttpRequest, form: CollectorForm, status: int = 200) -> HttpResponse:
    today = clock.today(region_of(request))
    rows = standings()
    late = [(one.collector, day) for one in rows for day in one.open_days if day.day < today]
    return money_page(request, "records/counter_list.html", HERE, {
        "rows": [one for one in rows if one.collector.is_active or one.in_hand], "form": form, "late": late,
        "shortages": shortages(), "in_hand": sum(one.in_hand for one in rows), "today": today}, status=status)


@never_cache
@needs("ledger.read")
@require_safe
def counter(request: HttpRequest, kode: str, collector_id: int) -> HttpResponse:
    """The cash book of ``?hari=`` (today): look a bill up, take cash, see the receipts, close."""
    collector = collector_for(person_of(request), region_of(request), collector_id)
    return _book(request, collector, _day(request))


def _day(request: HttpRequest) -> date:
    given = (request.POST if request.method == "POST" else request.GET).get("hari", "")
    return read_day(given, "?hari") if given else clock.today(region_of(request))


def _book(request: HttpRequest, collector: Collector, on: date, *, close: CloseForm | None = None,
          cash: CashForm | None = None, status: int = 200) -> HttpResponse:
    region, day = region_of(request), day_of(collector, on)
    zone, lang = clock.zone_of(region), language()
    rows = [] if day is None else [{
        "number": one.number, "at": figures.clock(one.at.astimezone(zone), lang), "charge": one.payment.charge.number,
        "amount": one.payment.amount, "interest": one.interest,
        "state": "undone" if one.payment.reversals.all() else "taken",
        "href": reverse("records:receipt", kwargs={"kode": region.code, "receipt_id": one.pk})}
        for one in receipts_of(day)]
    listing = listing_of(request, RECEIPTS, ListRows(rows))
    if listing.wanted:
        return file_of(listing)
    nomor = (request.POST if request.method == "POST" else request.GET).get("nomor", "")
    find = FindForm({"nomor": nomor}) if nomor else FindForm()
    found = [_payable(charge, on, cash) for charge in charges_shown(nomor)] if nomor and find.is_valid() else []
    expected = expected_cash(day) if day is not None else 0
    open_book = (day is None or day.is_open) and collector.is_active
    return money_page(request, "records/counter_book.html", HERE, {
        "collector": collector, "on": on, "day": day, "listing": listing, "find": find, "nomor": nomor,
        "found": [one for one in found if one["quote"].total], "settled": [one for one in found if not
                                                                          one["quote"].total],
        "expected": expected, "open_book": open_book, "count": len(rows), "cash": cash,
        "close": close or CloseForm(), "is_village": collector.kind == CollectorKind.VILLAGE,
        "village_days": VILLAGE_DAYS, "is_today": on == clock.today(region),
        "entries": history_shown(day, zone, lang, 10) if day is not None else []}, status=status)


def _payable(charge: Charge, on: date, posted: CashForm | None) -> dict[str, Any]:
    quoted = quote(charge, on)
    own = posted if posted is not None and posted.data.get("charge") == str(charge.pk) else None
    form = own or CashForm(auto_id=f"f{charge.pk}-%s", initial={
        "amount": str(quoted.total), "charge": charge.pk, "token": secrets.token_hex(8)})
    return {"charge": charge, "quote": quoted, "form": form}


@never_cache
@needs("ledger.write")
@require_POST
def counter_take(request: HttpRequest, kode: str, collector_id: int) -> HttpResponse:
    """Take cash for a bill; the receipt follows."""
    person, region = person_of(request), region_of(request)
    collector, on = collector_for(person, region, collector_id), _day(request)
    form = CashForm(request.POST, auto_id=f"f{request.POST.get('charge', '')[:18]}-%s")
    if not form.is_valid():
        return _book(request, collector, on, cash=form, status=422)
    charge = charge_for(person, region, form.cleaned_data["charge"])
    try:
        with transaction.atomic():
            receipt = take_cash(collector, charge, form.cleaned_data["amount"], on=on, token=form.cleaned_data["token"],
                                actor=actor_of(request), now=clock.now())
    except Refused as refused:
        form.add_problem("amount", refused.problem)
        return _book(request, collector, on, cash=form, status=422)
    return redirect("records:receipt", kode=kode, receipt_id=receipt.pk)


@never_cache
@needs("ledger.write")
@require_POST
def counter_close(request: HttpRequest, kode: str, collector_id: int) -> HttpResponse:
    collector, on = collector_for(person_of(request), region_of(request), collector_id), _day(request)
    form, day = CloseForm(request.POST), day_of(collector, on)
    if day is None or not form.is_valid():
        return _book(request, collector, on, close=form, status=422)
    try:
        with transaction.atomic():
            close_day(day, form.cleaned_data["counted"], actor=actor_of(request), now=clock.now(),
                      reason=form.cleaned_data["reason"])
    except Refused as refused:
        form.add_problem("counted", refused.problem)
        return _book(request, collector, on, close=form, status=422)
    messages.success(request, words("records.counter.closed.done", language(), {"day": on}))
    return redirect(_book_address(kode, collector, on))


@never_cache
@needs("ledger.write")
@require_http_methods(["GET", "HEAD", "POST"])
def counter_end(request: HttpRequest, kode: str, collector_id: int) -> HttpResponse:
    collector = collector_for(person_of(request), region_of(request), collector_id)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            with transaction.atomic():
                end_collector(collector, actor=actor_of(request), now=clock.now(), reason=form.cleaned_data["reason"])
        except Refused as refused:
            form.add_problem(None, refused.problem)
        else:
            messages.success(request, words("records.counter.end.done", language(), {"name": collector.name}))
            return redirect(HERE, kode=kode)
    return _ask(request, form, "records.counter.end", reverse(HERE, kwargs={"kode": kode}), collector.name)


@never_cache
@needs("ledger.write")
@require_http_methods(["GET", "HEAD", "POST"])
def counter_deposit(request: HttpRequest, kode: str, collector_id: int) -> HttpResponse:
    """A deposit slip over closed days."""
    collector = collector_for(person_of(request), region_of(request), collector_id)
    today, lang = clock.today(region_of(request)), language()
    days = list(CashDay.objects.filter(collector=collector, closed_at__isnull=False, deposit__isnull=True)
                .order_by("day"))
    named = [(day, words("records.counter.day_and_cash", lang, {"day": day.day, "counted": day.counted or 0}))
             for day in days]
    form = DepositForm(request.POST or None, days=named, initial={"days": [str(day.pk) for day in days],
                                                                  "on": today.isoformat()})
    if request.method == "POST" and form.is_valid():
        wanted = [day for day in days if str(day.pk) in form.cleaned_data["days"]]
        try:
            with transaction.atomic():
                slip = deposit_days(collector, wanted, bank_reference=form.cleaned_data["bank_reference"],
                                    on=form.cleaned_data["on"], actor=actor_of(request), now=clock.now())
        except Refused as refused:
            form.add_problem(None, refused.problem)
        else:
            return redirect("records:deposit", kode=kode, deposit_id=slip.pk)
    return _ask(request, form, "records.counter.deposit", reverse(HERE, kwargs={"kode": kode}), collector.name,
                empty="" if days else "records.counter.deposit.none")


@never_cache
@needs("ledger.write")
@require_http_methods(["GET", "HEAD", "POST"])
def counter_shortage(request: HttpRequest, kode: str, day_id: int) -> HttpResponse:
    """A shortage that its collector pays in."""
    region = region_of(request)
    day, form = cash_day_for(person_of(request), region, day_id), ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        amount = make_good(day, on=clock.today(region), actor=actor_of(request), now=clock.now(),
                           reason=form.cleaned_data["reason"])
        messages.success(request, words("records.counter.shortage.done", language(), {"amount": amount}))
        return redirect(HERE, kode=kode)
    return _ask(request, form, "records.counter.shortage", reverse(HERE, kwargs={"kode": kode}), day.collector.name)


@never_cache
@needs("ledger.read")
@require_http_methods(["GET", "HEAD", "POST"])
def receipt(request: HttpRequest, kode: str, receipt_id: int) -> HttpResponse:
    """A receipt to print; undone here while its day is open, by whoever may take money off an account."""
    person, region = person_of(request), region_of(request)
    found: CashReceipt = receipt_for(person, region, receipt_id)
    back = found.payment.reversals.first()
    may_undo = back is None and found.cash_day.is_open and access.permitted(person, region, "ledger.approve")
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and may_undo and form.is_valid():
        take_back_cash(found, actor=actor_of(request), now=clock.now(), reason=form.cleaned_data["reason"])
        messages.success(request, words("records.counter.undone", language(), {"number": found.number}))
        return redirect("records:receipt", kode=kode, receipt_id=receipt_id)
    zone, lang = clock.zone_of(region), language()
    charge = found.payment.charge
    return money_page(request, "records/counter_receipt.html", HERE, {
        "receipt": found, "charge": charge, "back": back, "form": form if may_undo else None,
        "at": moment(found.at, zone, lang), "paid_on": found.cash_day.day,
        "principal": found.payment.amount - found.interest, "left": quote(charge, found.cash_day.day).total,
        "book": _book_address(kode, found.cash_day.collector, found.cash_day.day)}, status=422 if form.errors else 200)


@never_cache
@needs("ledger.read")
@require_safe
def deposit(request: HttpRequest, kode: str, deposit_id: int) -> HttpResponse:
    """A deposit slip to print."""
    region = region_of(request)
    slip: CashDeposit = deposit_for(person_of(request), region, deposit_id)
    days = [{"day": day, "book": (day.counted or 0) - day.difference} for day in slip.days.order_by("day")]
    return money_page(request, "records/counter_deposit.html", HERE, {
        "slip": slip, "days": days, "made": moment(slip.made_at, clock.zone_of(region), language()),
        "book": sum(one["book"] for one in days), "difference": sum(one["day"].difference for one in days)})


def _book_address(kode: str, collector: Collector, on: date) -> str:
    address = reverse("records:counter", kwargs={"kode": kode, "collector_id": collector.pk})
    return f"{address}?hari={on.isoformat()}"


def _ask(request: HttpRequest, form: Any, key: str, back: str, name: str, empty: str = "") -> HttpResponse:
    return money_page(request, "records/bank_ask.html", HERE, {
        "form": form, "title": message(f"{key}.title"), "lead": message(f"{key}.lead"), "submit": f"{key}.submit",
        "back": back, "about": name, "fields": [form[one] for one in form.fields], "empty": empty},
        status=422 if form.errors else 200)
