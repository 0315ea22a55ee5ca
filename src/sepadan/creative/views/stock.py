"""Equipment at the desk: what there is and where, what is free now, and everything that is done with it.

Acts post to the item's own page and come back to it; what cannot be is said there and nothing is changed.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from sepadan.creative.access import stock_item_for
from sepadan.creative.desk import desk_page
from sepadan.creative.fairness_names import StockAct
from sepadan.creative.models import BookingDate, Centre, Space, StockDemand, StockItem, StockMove, StockPlace
from sepadan.creative.names import BLOCKING
from sepadan.creative.queries.stock import free_of, items_of, moves_of, out_by_date
from sepadan.creative.services.stock import name_of
from sepadan.creative.services.stock_acts import (
    Doing,
    acquire_pieces,
    break_pieces,
    hand_out,
    mend_pieces,
    move_pieces,
    retire_pieces,
    take_back,
)
from sepadan.creative.views.shown import date_row
from sepadan.ground.messages import message
from sepadan.ground.messages import render as words
from sepadan.ground.problems import Problem, Refused, refuse
from sepadan.records.public import actor_of, language, needs, now, permitted, person_of, region_of, zone_of

STORE = "gudang"
SHOWN = 200


@never_cache
@require_safe
@needs("creative.read")
def stock(request: HttpRequest, kode: str) -> HttpResponse:
    """Every item: pieces, broken ones, free at this moment, where they stand."""
    moment = now()
    centres = []
    for centre in Centre.objects.order_by("id"):
        items = items_of(centre)
        free = free_of(items, moment, moment + timedelta(minutes=1))
        places = StockPlace.objects.filter(item__in=items, quantity__gt=0).select_related("space")
        stands: dict[int, list[tuple[Any, int]]] = {}
        for one in places:
            stands.setdefault(one.item_id, []).append((place_name(one.space), one.quantity))
        centres.append((centre, [{"item": one, "name": name_of(one), "free": free[one.pk],
                                  "places": stands.get(one.pk, [])} for one in items]))
    return desk_page(request, "creative/stock.html", {"centres": centres})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@needs("creative.read")
def item(request: HttpRequest, kode: str, item_id: int) -> HttpResponseBase:
    """One item: its places, what is promised, its log, and the acts of who may write."""
    region = region_of(request)
    if request.method != "POST":
        return _page(request, stock_item_for(request.user, region, item_id))
    found = stock_item_for(request.user, region, item_id, action="creative.write")
    name = request.POST.get("act", "")
    if name not in ACTS:
        raise Http404
    try:
        with transaction.atomic():
            ACTS[name](request, found)
    except Refused as refused:
        return _page(request, found, refused.problem, 409)
    messages.success(request, words(f"creative.audit.stock_{name}", language()))
    return redirect("creative:stock_item", kode=kode, item_id=found.pk)


def _page(request: HttpRequest, found: StockItem, refusal: Problem | None = None, status: int = 200) -> HttpResponse:
    zone, moment = zone_of(region_of(request)), now()
    found.refresh_from_db()
    demands = StockDemand.objects.filter(
        item=found, date__ends_at__gt=moment - timedelta(days=7), date__state__in=[one.value for one in BLOCKING]
    ).select_related("date__booking", "date__space").order_by("date__starts_at", "id")[:SHOWN]
    out = out_by_date(one.date_id for one in demands)
    spaces = Space.objects.filter(floor__centre=found.centre).order_by("id")
    promised = [{"one": one, "row": date_row(one.date, zone), "out": out.get((found.pk, one.date_id), 0)}
                for one in demands]
    return desk_page(request, "creative/stock_item.html", {
        "item": found, "name": name_of(found), "refusal": refusal, "promised": promised,
        "chosen": request.GET.get("tanggal", ""),
        "places": [(place_name(one.space), one.quantity) for one in StockPlace.objects.filter(
            item=found, quantity__gt=0).select_related("space")],
        "choices": [(STORE, message("creative.stock.store")), *((one.code, one.name) for one in spaces)],
        "may": permitted(person_of(request), region_of(request), "creative.write"),
        "moves": [{"at": one.at.astimezone(zone), "text": message(f"creative.audit.stock_{one.act}"),
                   "count": one.quantity, "way": _way(one),
                   "booking": one.date.booking.number if one.date else "", "note": one.note, "who": one.by_name}
                  for one in moves_of(found)[:SHOWN]]}, status=status)


def _way(move: StockMove) -> Any:
    """Where pieces went: new and mended ones come from nowhere, broken and retired ones go nowhere."""
    if move.act in (StockAct.ACQUIRE, StockAct.MEND):
        return message("creative.stock.into", to=place_name(move.to_space))
    if move.act in (StockAct.BREAK, StockAct.RETIRE):
        return message("creative.stock.out_of", source=place_name(move.from_space))
    return message("creative.stock.from_to", source=place_name(move.from_space), to=place_name(move.to_space))


def place_name(space: Space | None) -> Any:
    return space.name if space is not None else message("creative.stock.store")


def _count(request: HttpRequest, name: str = "count") -> int:
    text = request.POST.get(name, "").strip()
    if not (text.isdecimal() and text.isascii() and len(text) < 6):
        raise refuse("creative.ask.not_pieces")
    return int(text)


def _place(request: HttpRequest, found: StockItem, name: str) -> Space | None:
    code = request.POST.get(name, STORE)
    if code in (STORE, ""):
        return None
    space = Space.objects.filter(floor__centre=found.centre, code=code[:40]).first()
    if space is None:
        raise refuse("creative.booking.no_space", where=code[:40])
    return space


def _date(request: HttpRequest, found: StockItem) -> BookingDate:
    key = request.POST.get("date", "")
    row = BookingDate.objects.select_related("space").filter(
        booking__centre=found.centre, pk=int(key)).first() if key.isdecimal() and len(key) < 15 else None
    if row is None:
        raise refuse("creative.stock.not_promised", where=found.code)
    return row


def _how(request: HttpRequest) -> Doing:
    return Doing(actor_of(request), now(), request.POST.get("note", "").replace("\0", "")[:300])


ACTS: dict[str, Callable[[HttpRequest, StockItem], object]] = {
    "acquire": lambda request, found: acquire_pieces(found, _count(request), to=_place(request, found, "to"),
                                                     how=_how(request)),
    "retire": lambda request, found: retire_pieces(
        found, _count(request), place=_place(request, found, "source"), broken=request.POST.get("broken") == "yes",
        how=_how(request)),
    "move": lambda request, found: move_pieces(found, _count(request), source=_place(request, found, "source"),
                                               to=_place(request, found, "to"), how=_how(request)),
    "break": lambda request, found: break_pieces(found, _count(request), place=_place(request, found, "source"),
                                                 how=_how(request)),
    "mend": lambda request, found: mend_pieces(found, _count(request), to=_place(request, found, "to"),
                                               how=_how(request)),
    "hand_out": lambda request, found: hand_out(found, _count(request), _date(request, found),
                                                source=_place(request, found, "source"), how=_how(request)),
    "return": lambda request, found: take_back(
        found, _count(request), _date(request, found), to=_place(request, found, "to"),
        broken=_count(request, "broken") if request.POST.get("broken") else 0, how=_how(request)),
}
