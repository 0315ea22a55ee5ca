"""Acts on the register: a new object, correction, transfer, split, merge, closing, exemption, buildings."""

from __future__ import annotations

import re
from typing import Any

from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponseBase
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from sepadan.ground.problems import problem, refuse
from sepadan.records.public import actor_of, needs, now, region_of
from sepadan.records.public import today as today_in
from sepadan.tax.access_register import object_for
from sepadan.tax.engine.building_parts import COUNTS, MARKS
from sepadan.tax.forms import register as forms
from sepadan.tax.forms.typed import TypedForm, blank, read
from sepadan.tax.models import LandZone, ObjectVersion, RegisterObject, Taxpayer
from sepadan.tax.models.register import CloseReason, Exemption, ObjectState
from sepadan.tax.queries.register import buildings_on, find_object, live_buildings, standing, version_on
from sepadan.tax.services.register import (
    close_object,
    correct_object,
    exempt_object,
    free_nop,
    register_object,
    reopen_object,
    transfer_object,
)
from sepadan.tax.services.register_buildings import record_building, remove_building
from sepadan.tax.services.register_opening import UNKNOWN_JPB
from sepadan.tax.services.register_parts import SplitPart, merge_objects, split_object
from sepadan.tax.views.register_forms import attempt, form_page, owner_of, seen_of

METHODS = ("GET", "HEAD", "POST")
MOST_PARTS = 12


@never_cache
@require_http_methods(METHODS)
@needs("tax.write")
def object_new(request: HttpRequest, kode: str) -> HttpResponseBase:
    """SPOP of a new object. Thirteen digits take the next number of their block."""
    fields = forms.new_fields()
    if request.method != "POST":
        return form_page(request, "new", blank(fields, {
            "on": today_in(region_of(request)), "holder": "1", "land_kind": "1", "use": "general"}))
    form = read(fields, request.POST)

    @transaction.atomic
    def act() -> RegisterObject:
        values = form.values
        digits = re.sub(r"\D", "", values["nop"])
        nop = free_nop(digits) if len(digits) == 13 else values["nop"]
        owner = owner_of(form, actor=actor_of(request), now=now())
        given = {name: values[name] for name in ObjectVersion.FIELDS if name in values and name != "zone_id"}
        place = str(nop).replace(".", "").replace("-", "")[:10]
        if values["zone_code"]:
            zone = LandZone.objects.filter(place__code=place, code=values["zone_code"].upper()).first()
            if zone is None:
                raise refuse("tax.typed.no_zone", where=values["zone_code"], remedy="tax.typed.no_zone.remedy")
            given["zone_id"] = zone.pk
        return register_object(nop, {**given, "taxpayer_id": owner.pk}, on=values["on"], actor=actor_of(request),
                               now=now(), reason=values["reason"])

    return attempt(request, "new", form, act)


@never_cache
@require_http_methods(METHODS)
@needs("tax.write")
def object_correct(request: HttpRequest, kode: str, nop: str) -> HttpResponseBase:
    """Only what differs from the object as it stood on the day is set from that day."""
    one = object_for(request.user, region_of(request), nop, action="tax.write")
    fields = forms.correct_fields(list(LandZone.objects.filter(place=one.place)))
    found = standing(one, today_in(region_of(request)))
    if request.method != "POST":
        start = {} if found is None else found.version.values()
        return form_page(request, "correct", blank(fields, {**start, "on": today_in(region_of(request))}), one)
    form = read(fields, request.POST)

    def act() -> RegisterObject:
        values = {**form.values, "zone_id": int(form.values["zone_id"]) if form.values["zone_id"] else None}
        before = version_on(one, values["on"])
        old = {} if before is None else before.values()
        differs = {name: values[name] for name in ObjectVersion.FIELDS
                   if name in values and values[name] != old.get(name)}
        return correct_object(one, differs, seen=seen_of(request), on=values["on"], actor=actor_of(request), now=now(),
                              reason=values["reason"])

    return attempt(request, "correct", form, act, one)


@never_cache
@require_http_methods(METHODS)
@needs("tax.write")
def object_transfer(request: HttpRequest, kode: str, nop: str) -> HttpResponseBase:
    one = object_for(request.user, region_of(request), nop, action="tax.write")
    if request.method != "POST":
        return form_page(request, "transfer", blank(forms.TRANSFER, {
            "on": today_in(region_of(request)), "holder": "1"}), one)
    form = read(forms.TRANSFER, request.POST)

    @transaction.atomic
    def act() -> RegisterObject:
        owner = owner_of(form, actor=actor_of(request), now=now())
        return transfer_object(one, owner, seen=seen_of(request), on=form.values["on"], actor=actor_of(request),
                               now=now(), reason=form.values["reason"], holder=form.values["holder"])

    return attempt(request, "transfer", form, act, one)


@never_cache
@require_http_methods(METHODS)
@needs("tax.write")
def object_close(request: HttpRequest, kode: str, nop: str) -> HttpResponseBase:
    """Close an object, or reopen one that is closed today."""
    one = object_for(request.user, region_of(request), nop, action="tax.write")
    found = standing(one, today_in(region_of(request)))
    closed = found is not None and found.version.state == ObjectState.CLOSED
    name, fields = ("reopen", forms.REOPEN) if closed else ("close", forms.CLOSE)
    if request.method != "POST":
        return form_page(request, name, blank(fields, {"on": today_in(region_of(request))}), one)
    form = read(fields, request.POST)

    def act() -> RegisterObject:
        given: dict[str, Any] = {"seen": seen_of(request), "on": form.values["on"], "actor": actor_of(request),
                                 "now": now(), "reason": form.values["reason"]}
        if closed:
            return reopen_object(one, **given)
        return close_object(one, CloseReason(form.values["close_reason"]), **given)

    return attempt(request, name, form, act, one)


@never_cache
@require_http_methods(METHODS)
@needs("tax.write")
def object_exempt(request: HttpRequest, kode: str, nop: str) -> HttpResponseBase:
    one = object_for(request.user, region_of(request), nop, action="tax.write")
    if request.method != "POST":
        return form_page(request, "exempt", blank(forms.EXEMPT, {"on": today_in(region_of(request))}), one)
    form = read(forms.EXEMPT, request.POST)

    def act() -> RegisterObject:
        return exempt_object(one, Exemption(form.values["exemption"]), seen=seen_of(request), on=form.values["on"],
                             actor=actor_of(request), now=now(), reason=form.values["reason"])

    return attempt(request, "exempt", form, act, one)


@never_cache
@require_http_methods(METHODS)
@needs("tax.write")
def object_split(request: HttpRequest, kode: str, nop: str) -> HttpResponseBase:
    """The parts are typed one below the other; a button of the form adds one."""
    one = object_for(request.user, region_of(request), nop, action="tax.write")
    today = today_in(region_of(request))
    numbers = ", ".join(str(row.number) for row in buildings_on(one, today))
    if request.method != "POST":
        return form_page(request, "split", blank(forms.split_fields(2), {
            "on": today, "keeps1": True, "buildings1": numbers}), one, parts=2, adds=True)
    typed = str(request.POST.get("parts", ""))
    parts = min(int(typed), MOST_PARTS) if typed.isascii() and typed.isdecimal() and 0 < len(typed) < 4 else 2
    if "add" in request.POST and parts < MOST_PARTS:
        grown = forms.split_fields(parts + 1)
        return form_page(request, "split", TypedForm(grown, read(grown, request.POST).typed), one, parts=parts + 1,
                         adds=True)
    form = read(forms.split_fields(max(parts, 1)), request.POST)

    def act() -> RegisterObject:
        given = [_part(form, number) for number in range(1, parts + 1)]
        split_object(one, given, seen=seen_of(request), on=form.values["on"], actor=actor_of(request), now=now(),
                     reason=form.values["reason"])
        return one

    return attempt(request, "split", form, act, one, parts=parts, adds=parts < MOST_PARTS)


def _part(form: TypedForm, number: int) -> SplitPart:
    """One part as typed. Raises Refused on a taxpayer or building number that cannot be read."""
    npwpd, text = form.values[f"npwpd{number}"], form.values[f"buildings{number}"]
    owner = Taxpayer.objects.filter(npwpd=npwpd).first() if npwpd else None
    if npwpd and owner is None:
        raise refuse("tax.typed.no_taxpayer", where=npwpd, remedy="tax.typed.no_taxpayer.remedy")
    pieces = [piece for piece in re.split(r"[,\s]+", text) if piece]
    if not all(piece.isascii() and piece.isdecimal() and len(piece) < 5 for piece in pieces):
        raise refuse("tax.typed.numbers", where=text[:40], remedy="tax.typed.numbers.remedy")
    return SplitPart(form.values[f"land{number}"], None if owner is None else owner.pk, tuple(map(int, pieces)),
                     form.values[f"keeps{number}"])


@never_cache
@require_http_methods(METHODS)
@needs("tax.write")
def object_merge(request: HttpRequest, kode: str, nop: str) -> HttpResponseBase:
    """First the numbers are given and the objects shown, each with the version seen; then they are merged."""
    one = object_for(request.user, region_of(request), nop, action="tax.write")
    data = request.POST if request.method == "POST" else request.GET
    wanted = [re.sub(r"\D", "", piece) for piece in re.split(r"[\s,;]+", str(data.get("sources", ""))) if piece]
    sources, unknown = [], []
    for digits in dict.fromkeys(wanted):
        found = find_object(digits) if len(digits) == 18 else None
        (unknown.append(digits[:20]) if found is None else sources.append(found))
    today = today_in(region_of(request))
    rows = [{"one": source, "found": standing(source, today)} for source in sources]
    form = read(forms.MERGE, request.POST) if request.method == "POST" else blank(forms.MERGE, {"on": today})
    if unknown:
        form.refuse(problem("tax.register.unknown", where=", ".join(unknown), remedy="tax.register.unknown.remedy"))
    more = {"merging": True, "sources": rows, "typed_sources": str(data.get("sources", ""))[:2000]}
    if request.method != "POST":
        return form_page(request, "merge", form, one, status=422 if unknown else 200, **more)

    def act() -> RegisterObject:
        seen = {one.pk: seen_of(request)}
        for source in sources:
            text = str(request.POST.get(f"seen{source.pk}", ""))
            seen[source.pk] = int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else 0
        return merge_objects(one, sources, seen=seen, on=form.values["on"], actor=actor_of(request), now=now(),
                             reason=form.values["reason"])

    return attempt(request, "merge", form, act, one, **more)


@never_cache
@require_http_methods(METHODS)
@needs("tax.write")
def building_new(request: HttpRequest, kode: str, nop: str) -> HttpResponseBase:
    """LSPOP of a new building."""
    one = object_for(request.user, region_of(request), nop, action="tax.write")
    fields = forms.building_fields()
    if request.method != "POST":
        return form_page(request, "build", blank(fields, {"on": today_in(region_of(request)), "storeys": 1}), one)
    form = read(fields, request.POST)

    def act() -> RegisterObject:
        values = {name: value for name, value in _building(form).items() if value not in ("", None)}
        return record_building(one, None, values, seen=seen_of(request), on=form.values["on"], actor=actor_of(request),
                               now=now(), reason=form.values["reason"])

    return attempt(request, "build", form, act, one)


@never_cache
@require_http_methods(METHODS)
@needs("tax.write")
def building_edit(request: HttpRequest, kode: str, nop: str, number: int) -> HttpResponseBase:
    """LSPOP of a building that stands: only what differs is set."""
    one = object_for(request.user, region_of(request), nop, action="tax.write")
    known = live_buildings(one, number)
    if not known:
        raise Http404
    fields = forms.building_fields(unknown=known[-1].jpb == UNKNOWN_JPB)
    more = {"number": str(number)}
    if request.method != "POST":
        start = {**known[-1].values(), **known[-1].facilities, "on": today_in(region_of(request))}
        return form_page(request, "rebuild", blank(fields, start), one, **more)
    form = read(fields, request.POST)

    def act() -> RegisterObject:
        values, on = _building(form), form.values["on"]
        before = next((row for row in known if row.valid_from <= on and (row.valid_to is None or on < row.valid_to)),
                      known[0])
        old = before.values()
        differs = {name: value for name, value in values.items() if value != old[name]}
        if before.removed:
            differs["removed"] = False
        return record_building(one, number, differs, seen=seen_of(request), on=on, actor=actor_of(request), now=now(),
                               reason=form.values["reason"])

    return attempt(request, "rebuild", form, act, one, **more)


@never_cache
@require_http_methods(METHODS)
@needs("tax.write")
def building_remove(request: HttpRequest, kode: str, nop: str, number: int) -> HttpResponseBase:
    """The building does not stand any more."""
    one = object_for(request.user, region_of(request), nop, action="tax.write")
    if not live_buildings(one, number):
        raise Http404
    if request.method != "POST":
        return form_page(request, "demolish", blank(forms.REMOVE, {"on": today_in(region_of(request))}), one)
    form = read(forms.REMOVE, request.POST)

    def act() -> RegisterObject:
        return remove_building(one, number, seen=seen_of(request), on=form.values["on"], actor=actor_of(request),
                               now=now(), reason=form.values["reason"])

    return attempt(request, "demolish", form, act, one)


def _building(form: TypedForm) -> dict[str, Any]:
    """The fields of a building as the service takes them; facilities in one mapping."""
    values = form.values
    facilities = {name: values[name] for name in (*COUNTS, *MARKS) if values.get(name)}
    names = ("jpb", "area_m2", "storeys", "built_year", "renovated_year", "value", "condition", "construction", "roof",
             "wall", "floor", "ceiling", "lspop_number")
    return {**{name: values[name] for name in names}, "facilities": facilities}
