"""Banks: the partners of the region, what waits to be done, one partner with its rules, numbers and messages."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from sepadan.ground.messages import message
from sepadan.ground.messages import render as words
from sepadan.ground.problems import Refused
from sepadan.ground.tables import Column, ListRows, Table, Tone
from sepadan.records import clock
from sepadan.records.access_money import partner_for
from sepadan.records.desk import actor_of, language, needs, person_of, region_of
from sepadan.records.engine.bank_codes import table as codes
from sepadan.records.forms.bank import PartnerForm, ReasonForm, RulesForm, SchemeForm
from sepadan.records.forms.words import WordedForm
from sepadan.records.models import ChannelPartner
from sepadan.records.models.channels import MESSAGE_KINDS
from sepadan.records.names import Channel
from sepadan.records.queries.bank import latest_messages, levies_known, partners_with_traffic, waiting_messages
from sepadan.records.queries.bank_files import compare_file, files_of_region, set_aside_rows, settled_files
from sepadan.records.queries.counters import standings
from sepadan.records.services.bank_messages import finish_messages
from sepadan.records.services.channel_partners import add_partner, add_scheme, change_partner, rotate_secret
from sepadan.records.shown import history_shown, moment
from sepadan.records.views.money_frame import file_of, listing_of, money_page

HERE = "records:bank"
_TONES: dict[str, Tone] = {"success": "ok", "already_reversed": "ok", "waiting": "bad", "failed": "bad",
                           "conflict": "bad", "unauthorized": "bad"}
COLUMNS = (
    Column("when", message("records.bank.message.when"), sortable=False),
    Column("kind", message("records.bank.message.kind"), choice=True,
           words={kind: message(f"records.bank.kind.{kind}") for kind in MESSAGE_KINDS}),
    Column("request", message("records.field.request")),
    Column("number", message("records.bank.message.number"), sortable=False),
    Column("amount", message("records.field.amount"), "rupiah"),
    Column("answer", message("records.bank.message.answer"), choice=True,
           words={name: message(f"records.bank.answer.{name}") for name in (*codes()["codes"], "waiting")},
           tones={name: _TONES.get(name, "care") for name in (*codes()["codes"], "waiting")}),
    Column("code", message("records.bank.message.code"), sortable=False),
)
MESSAGES = Table("pesan-bank", message("records.bank.messages"), COLUMNS, per_page=15, search=("request",))


@never_cache
@needs("ledger.read")
@require_safe
def bank(request: HttpRequest, kode: str) -> HttpResponse:
    """What waits to be done, then the partners."""
    region = region_of(request)
    rows = [{"one": one, "last": moment(one.last_at, clock.zone_of(region), language()) if one.last_at else "",
             "channel": f"records.channel.{one.partner.channel}"} for one in partners_with_traffic(clock.today(region))]
    return money_page(request, "records/bank_home.html", HERE, {
        "rows": rows, "waiting": len(waiting_messages()), "todo": _todo(kode)})


def _todo(kode: str) -> list[tuple[str, int, str]]:
    """What waits: message key, how many, address."""
    files = files_of_region()
    done = settled_files(files)
    open_files = [file for file in files if file.pk not in done]
    lines = sum(len(compare_file(file).open) for file in open_files[:10])
    cash = standings()
    addresses = {name: reverse(f"records:{name}", kwargs={"kode": kode}) for name in ("settlement_files", "counters")}
    found = [("records.bank.todo.files", len(open_files), addresses["settlement_files"]),
             ("records.bank.todo.lines", lines, addresses["settlement_files"]),
             ("records.bank.todo.aside", len(set_aside_rows()), addresses["settlement_files"]),
             ("records.bank.todo.open_days", sum(len(one.open_days) for one in cash), addresses["counters"]),
             ("records.bank.todo.deposits", sum(len(one.closed_days) for one in cash), addresses["counters"])]
    return [one for one in found if one[1]]


@never_cache
@needs("ledger.write")
@require_POST
def bank_finish(request: HttpRequest, kode: str) -> HttpResponse:
    """Work on every message that a fault left without an answer."""
    done, problems = finish_messages(region_of(request), now=clock.now())
    lang = language()
    for one in problems[:5]:
        messages.error(request, one.text(lang))
    messages.success(request, words("records.bank.finished", lang, {"n": done}))
    return redirect(HERE, kode=kode)


@never_cache
@needs("ledger.read")
@require_safe
def bank_partner(request: HttpRequest, kode: str, partner_id: int) -> HttpResponse:
    region = region_of(request)
    partner = partner_for(person_of(request), region, partner_id)
    zone, lang = clock.zone_of(region), language()
    rows = [{"when": moment(one.at, zone, lang), "kind": one.kind, "request": one.request_id or one.external_id,
             "number": one.number or None, "amount": one.amount, "answer": one.outcome, "code": one.code or None,
             "conflicts": one.conflicts} for one in latest_messages(partner)]
    listing = listing_of(request, MESSAGES, ListRows(rows))
    if listing.wanted:
        return file_of(listing)
    return money_page(request, "records/bank_partner.html", HERE, {
        "partner": partner, "listing": listing, "facts": _facts(partner, region), "schemes": partner.schemes.all(),
        "conflicts": sum(one["conflicts"] for one in rows), "entries": history_shown(partner, zone, lang, 12)})


def _facts(partner: ChannelPartner, region: Any) -> list[tuple[Any, Any]]:
    zone, lang = clock.zone_of(region), language()
    until = partner.previous_until
    key = message("records.bank.generation", n=partner.generation) if until is None or until < clock.now() else message(
        "records.bank.generation.overlap", n=partner.generation, until=moment(until, zone, lang))
    return [
        (message("records.field.partner_id"), partner.partner_id),
        (message("records.bank.channel"), message(f"records.channel.{partner.channel}")),
        (message("records.field.policy"), message(f"records.policy.{partner.policy}")),
        (message("records.field.late_days"), partner.late_days),
        (message("records.field.tolerance_seconds"), partner.tolerance_seconds),
        (message("records.field.fee"), message("records.bank.rupiah", amount=partner.fee)),
        (message("records.field.networks"), ", ".join(partner.networks) or message("records.bank.any_network")),
        (message("records.field.generation"), key),
    ]


@never_cache
@needs("bank.write")
@require_http_methods(["GET", "HEAD", "POST"])
def bank_partner_add(request: HttpRequest, kode: str) -> HttpResponse:
    form = PartnerForm(request.POST or None, initial={"policy": "exact", "late_days": 31, "tolerance_seconds": 300,
                                                      "fee": 0})
    if request.method == "POST" and form.is_valid():
        try:
            with transaction.atomic():
                partner, secret = add_partner(
                    form.cleaned_data["partner_id"], channel=Channel(form.cleaned_data["channel"]),
                    actor=actor_of(request), now=clock.now(), **form.rules())
        except Refused as refused:
            form.add_problem(None, refused.problem)
        else:
            return _secret(request, partner, secret)
    return _ask(request, form, "records.bank.add", reverse(HERE, kwargs={"kode": kode}))


@never_cache
@needs("bank.write")
@require_http_methods(["GET", "HEAD", "POST"])
def bank_partner_rules(request: HttpRequest, kode: str, partner_id: int) -> HttpResponse:
    partner = partner_for(person_of(request), region_of(request), partner_id)
    form = RulesForm(request.POST or None, initial={
        "name": partner.name, "policy": partner.policy, "late_days": partner.late_days, "fee": partner.fee,
        "tolerance_seconds": partner.tolerance_seconds, "networks": "\n".join(partner.networks)})
    if request.method == "POST" and form.is_valid():
        try:
            with transaction.atomic():
                change_partner(partner, actor=actor_of(request), now=clock.now(), reason=form.cleaned_data["reason"],
                               **form.rules())
        except Refused as refused:
            form.add_problem(None, refused.problem)
        else:
            return _done(request, kode, partner, "records.bank.rules.done")
    return _ask(request, form, "records.bank.rules", _address(kode, partner), partner)


@never_cache
@needs("bank.write")
@require_http_methods(["GET", "HEAD", "POST"])
def bank_partner_key(request: HttpRequest, kode: str, partner_id: int) -> HttpResponse:
    """A new secret, shown on the answer itself, once."""
    partner = partner_for(person_of(request), region_of(request), partner_id)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        secret = rotate_secret(partner, actor=actor_of(request), now=clock.now(), reason=form.cleaned_data["reason"])
        return _secret(request, partner, secret)
    return _ask(request, form, "records.bank.key", _address(kode, partner), partner)


@never_cache
@needs("bank.write")
@require_http_methods(["GET", "HEAD", "POST"])
def bank_partner_end(request: HttpRequest, kode: str, partner_id: int) -> HttpResponse:
    """Close a partner: its messages are refused from now on. Or open it again."""
    partner = partner_for(person_of(request), region_of(request), partner_id)
    form, key = ReasonForm(request.POST or None), "records.bank.end" if partner.is_active else "records.bank.reopen"
    if request.method == "POST" and form.is_valid():
        change_partner(partner, actor=actor_of(request), now=clock.now(), reason=form.cleaned_data["reason"],
                       is_active=not partner.is_active)
        return _done(request, kode, partner, f"{key}.done")
    return _ask(request, form, key, _address(kode, partner), partner)


@never_cache
@needs("bank.write")
@require_http_methods(["GET", "HEAD", "POST"])
def bank_partner_scheme(request: HttpRequest, kode: str, partner_id: int) -> HttpResponse:
    partner = partner_for(person_of(request), region_of(request), partner_id)
    form = SchemeForm(request.POST or None, levies=levies_known())
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            with transaction.atomic():
                add_scheme(partner, given["prefix"], given["levy"], actor=actor_of(request), now=clock.now(),
                           days_after_due=given["days_after_due"])
        except Refused as refused:
            form.add_problem(None, refused.problem)
        else:
            return _done(request, kode, partner, "records.bank.scheme.done")
    return _ask(request, form, "records.bank.scheme", _address(kode, partner), partner)


def _address(kode: str, partner: ChannelPartner) -> str:
    return reverse("records:bank_partner", kwargs={"kode": kode, "partner_id": partner.pk})


def _done(request: HttpRequest, kode: str, partner: ChannelPartner, key: str) -> HttpResponse:
    messages.success(request, words(key, language(), {"name": partner.name}))
    return redirect("records:bank_partner", kode=kode, partner_id=partner.pk)


def _ask(request: HttpRequest, form: WordedForm, key: str, back: str,
         partner: ChannelPartner | None = None) -> HttpResponse:
    """A page that asks for one thing: its title, what it does and its button are words of *key*."""
    return money_page(request, "records/bank_ask.html", HERE, {
        "form": form, "title": message(f"{key}.title"), "lead": message(f"{key}.lead"), "submit": f"{key}.submit",
        "back": back, "partner": partner, "fields": [form[name] for name in form.fields]},
        status=422 if form.errors else 200)


def _secret(request: HttpRequest, partner: ChannelPartner, secret: str) -> HttpResponse:
    return money_page(request, "records/bank_secret.html", HERE, {"partner": partner, "secret": secret})
