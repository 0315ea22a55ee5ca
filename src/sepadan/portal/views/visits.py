"""Visits: the lists, and one that comes with the product with everything known and not known about it.

Recorded visits have their page and forms in the study; here they are listed, each as far as the reader may read it.
"""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from sepadan.ground.problems import refuse
from sepadan.portal.context import address
from sepadan.portal.pages import visiting
from sepadan.portal.pages.places import region_of
from sepadan.records.public import permitted, person_of
from sepadan.study.public import Visit, load_indicators, load_visits, public_visits, visits_for


def all_visits(request: HttpRequest) -> HttpResponse:
    return render(request, "portal/visits.html", {"visits": [_row(one) for one in reversed(load_visits())],
                                                  "recorded": public_visits()})


def visits(request: HttpRequest, kode: str) -> HttpResponse:
    place = region_of(request, kode)
    found = [_row(one) | {"role": "host" if one.host == kode else "guest"} for one in visiting.visits_of(kode)]
    return render(request, "portal/visits.html", {
        "place": place, "visits": found, "recorded": visits_for(request.user, place), "record": _may_write(request)})


def visit(request: HttpRequest, visit_id: str) -> HttpResponse:
    """One visit that comes with the product."""
    found, book, today = visiting.visit_by_id(visit_id), load_indicators(), timezone.localdate()
    if found is None:
        raise refuse("portal.pages.unknown_visit", where=visit_id, remedy="portal.pages.unknown_visit.remedy",
                     id=visit_id, known=", ".join(one.id for one in load_visits()))

    def page(region: str, indicator: str) -> str:
        return reverse("portal:indicator", args=[region, indicator])

    sides = [(side, book.region(code).name, reverse("portal:region", args=[code]),
              [one for one in found.delegations if one.side == side])
             for side, code in (("host", found.host), ("guest", found.guest))]
    return render(request, "portal/visit.html", {
        "visit": found, "sides": sides, "events": visiting.timeline(book, found, today),
        "told": visiting.told(found, today), "changed": visiting.changed_count(found, today),
        "claims": visiting.checked_claims(book, found),
        "lessons": [(side, book.region(code).name, visiting.lessons(book, found, side, page))
                    for side, code in (("guest", found.guest), ("host", found.host))],
        "sources": visiting.sources(book, found), "replay": address(("study:replay",), found.guest, found.host),
        "back": address(("study:replay",), found.host, found.guest),
        "host": book.region(found.host).name, "guest": book.region(found.guest).name,
    })


def _may_write(request: HttpRequest) -> bool:
    return permitted(person_of(request), request.region, "study.write") if request.user.is_authenticated else False  # type: ignore[attr-defined]


def _row(one: Visit) -> dict[str, Any]:
    book, today = load_indicators(), timezone.localdate()
    return {"visit": one, "href": reverse("portal:visit", args=[one.id]), "host": book.region(one.host).name,
            "guest": book.region(one.guest).name, "changed": visiting.changed_count(one, today)}
