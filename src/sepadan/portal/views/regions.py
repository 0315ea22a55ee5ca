"""A region's public home and its services. Public, read-only; the region is the one of the address."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from sepadan.creative.public import any_centre
from sepadan.ground.messages import message
from sepadan.portal.context import address, language
from sepadan.portal.pages import profile, visiting
from sepadan.portal.pages.places import area_map, province_of, region_of
from sepadan.study.public import figure, load_indicators, load_practices, visits_for
from sepadan.tax.public import any_live_bill

RESIDENTS = (("portal.residents.bill", "tax:citizen"), ("portal.residents.file", "tax:online_choose"),
             ("portal.residents.follow", "tax:follow_request"), ("portal.residents.realised", "tax:realisation_open"))
SPACES = (("creative.residents", "creative:centres"),)


def indicator_address(kode: str) -> Callable[[str], str]:
    return lambda indicator: reverse("portal:indicator", args=[kode, indicator])


def region(request: HttpRequest, kode: str) -> HttpResponse:
    """The home: figures, map, contradictions, motto, ecosystem, services, visits. Without figures it says so."""
    place, book, lang, today = region_of(request, kode), load_indicators(), language(request), timezone.localdate()
    drawn = area_map(place, lang)
    page = {"place": place, "province": province_of(place), "map": drawn,
            **residents(kode),
            "map_label": message("portal.map.twin", count=len(drawn.twin.rows)) if drawn else "",
            "recorded": [one for one in visits_for(request.user, place) if one.state != "draft"]}
    if kode not in book.regions:
        return render(request, "portal/region_empty.html", page)
    to = indicator_address(kode)
    found = visiting.visits_of(kode)
    shown = profile.clashes(book, kode, to)
    first = shown[0] if shown and shown[0].indicator == "area_km2" and shown[0].sides else None
    return render(request, "portal/region.html", page | {
        "bps": book.region(kode).bps_code, "lead": _lead(kode), "cells": profile.headline_cells(book, kode, to),
        "clash": first, "clashes": [one for one in shown if one is not first],
        "motto": profile.motto(book, kode), "ecosystem": profile.ecosystem_cells(book, kode, to),
        "services": profile.services(book, kode, to, today), "visits": [_visit(one, kode) for one in found],
        "replay": _replay(kode),
    })


def services(request: HttpRequest, kode: str) -> HttpResponse:
    """What the region decides in each service, version by version, beside its main figures."""
    place, book, today = region_of(request, kode), load_indicators(), timezone.localdate()
    if kode not in book.regions:
        return render(request, "portal/region_empty.html", {"place": place, "province": province_of(place)})
    to = indicator_address(kode)
    practices = [one for one in load_practices() if one.region == kode]
    blocks = []
    for service in profile.services(book, kode, to, today):
        versions = [(version, profile.version_words(version), [book.source(name) for name in version.sources])
                    for practice in practices if practice.service == service.key
                    for version in reversed(practice.versions)]
        names = [practice.name for practice in practices if practice.service == service.key]
        blocks.append((service, names, versions))
    return render(request, "portal/services.html", {"place": place, "blocks": blocks, "replay": _replay(kode),
                                                    **residents(kode)})


def residents(kode: str) -> dict[str, object]:
    """What a resident can do here (message keys and addresses), only what the region runs on this site; and where
    anybody sees what was received, empty where it bills nobody here."""
    bills = any_live_bill()
    links = [*(RESIDENTS if bills else ()), *(SPACES if any_centre() else ())]
    return {"residents": [(key, reverse(name, args=[kode])) for key, name in links],
            "realised": realised(kode, bills=bills)}


def realised(kode: str, *, bills: bool | None = None) -> str:
    """Where anybody sees what was received day by day; empty where the region bills nobody on this site."""
    return reverse("tax:realisation_open", args=[kode]) if (any_live_bill() if bills is None else bills) else ""


def _lead(kode: str) -> object:
    """How the region is divided, in one sentence; without the counts a plainer one."""
    book = load_indicators()
    counts = {one: figure(book, kode, one).value for one in ("n_kecamatan", "n_kelurahan", "n_desa")}
    if any(one is None for one in counts.values()):
        return message("portal.home.lead.plain")
    key = "portal.home.lead.desa" if counts["n_desa"] else "portal.home.lead"
    return message(key, **{name: int(value) for name, value in counts.items() if value is not None and
                           (counts["n_desa"] or name != "n_desa")})


def _visit(visit: visiting.Visit, kode: str) -> dict[str, object]:
    book, today = load_indicators(), timezone.localdate()
    return {
        "visit": visit, "events": visiting.timeline(book, visit, today),
        "href": reverse("portal:visit", args=[visit.id]),
        "changed": visiting.changed_count(visit, today), "role": "host" if visit.host == kode else "guest",
        "guest": book.region(visit.guest).name, "host": book.region(visit.host).name,
    }


def _replay(kode: str) -> tuple[str, str]:
    """``(address, name)`` of the replay that this region's home offers: its practice on the other side of its visit."""
    for visit in visiting.visits_of(kode):
        other = visit.guest if visit.host == kode else visit.host
        href = address(("study:replay",), other, kode)
        if href:
            return href, load_indicators().region(other).name
    return "", ""
