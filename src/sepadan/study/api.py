"""The study's part of the public HTTP API, version 1: regions, law of a day, figures, replay of tax. Reading only.

It says what the public pages say (``documents.api_json``), in the same exact numbers, and costs what they cost. A
replay is remembered while nothing that it rests on changes; its mark (``ETag``) is known before it is computed, so a
reader who already has it costs nothing. One replay is computed at a time in each process; who comes while one is
running waits a moment and is then asked to come back. There are no personal data: a study's cells are released
aggregates of at least ten owners. Refusals are answered with what, where and remedy (``RefusedMiddleware``).
"""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Collection
from datetime import date
from functools import cache
from importlib.resources import files
from pathlib import Path
from threading import BoundedSemaphore, Lock
from typing import Any

from django.db.models import F
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils import timezone
from django.utils.cache import get_conditional_response
from ninja import Router

from sepadan.ground.entry import as_day
from sepadan.ground.problems import refuse
from sepadan.ground.statutes import load_book
from sepadan.records.public import today
from sepadan.study.documents.api_json import (
    books_content,
    indicators_content,
    law_content,
    regions_content,
    replay_content,
)
from sepadan.study.documents.study_document import study_document
from sepadan.study.documents.study_json import written
from sepadan.study.engine.tax_neutral import Lever
from sepadan.study.engine.tax_practice import LEVY
from sepadan.study.facts import load_indicators
from sepadan.study.services.books import side_of
from sepadan.study.services.live import live_study, study_key
from sepadan.study.services.studies import day_of_study, visit_of
from sepadan.territory.public import all_regions, region_of_code

LEVERS = ("ratio", "rates", "ratio_by_band")
KEPT, WAIT_SECONDS = 8, 5
DAYS = (date(1990, 1, 1), date(2100, 12, 31))
router = Router()
_bodies: OrderedDict[str, bytes] = OrderedDict()
_lock, _turn = Lock(), BoundedSemaphore(1)


@router.get("/v1/regions", summary="Regions of the country, and of which of them law and figures are known here")
def regions(request: HttpRequest) -> HttpResponseBase:
    _only(request, ())
    rows = all_regions().select_related(None).values("code", "name", "kind", province_name=F("province__name"))
    return _answer(request, regions_content(rows, load_book(), load_indicators()))


@router.get("/v1/{kode}/law", summary="The law of every levy in a region on a day, with sources, and what is missing")
def law(request: HttpRequest, kode: str, on: str = "") -> HttpResponseBase:
    _only(request, ("on",))
    region = region_of_code(kode, where=kode)
    return _answer(request, law_content(load_book(), region.code, _day(on) or timezone.localdate()))


@router.get("/v1/{kode}/indicators", summary="Published and derived figures of a region, each with its origin")
def indicators(request: HttpRequest, kode: str) -> HttpResponseBase:
    _only(request, ())
    region, book = region_of_code(kode, where=kode), load_indicators()
    found, side = indicators_content(book, region.code), side_of(region, today(region), book)
    if found["known"] or side.books is not None:
        found["books"] = books_content(side)
    return _answer(request, found)


@router.get("/v1/{guest}/replay/{host}", summary="The guest's roll under the host's PBB law, in released aggregates")
def replay(request: HttpRequest, guest: str, host: str, on: str = "", lever: str = "") -> HttpResponseBase:
    _only(request, ("on", "lever"))
    guest, host = (region_of_code(code, where=code).code for code in (guest, host))
    day, chosen = _study_day(guest, host, on), _lever(lever)
    laws = [load_book().fingerprint(code, LEVY, day) for code in (guest, host)]
    rests_on = (*study_key(guest, host, day, lever=chosen, today=today()), *laws, build())
    mark = hashlib.sha256("\n".join(rests_on).encode()).hexdigest()
    known = get_conditional_response(request, etag=f'"{mark}"')
    if known is not None:
        return _headed(known, mark)
    return _json(_replay_body(mark, guest, host, day, chosen), mark)


@cache
def build() -> str:
    """sha256 of the program and its data, so that an update changes every mark."""
    root, digest = Path(str(files("sepadan"))), hashlib.sha256()
    for path in sorted(one for ending in ("py", "yaml") for one in root.rglob(f"*.{ending}")):
        digest.update(path.relative_to(root).as_posix().encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


def _replay_body(mark: str, guest: str, host: str, day: date, lever: Lever | None) -> bytes:
    """The body under *mark*, made at most once at a time. Raises Refused as a study does, and while one is made."""
    with _lock:
        if mark in _bodies:
            _bodies.move_to_end(mark)
            return _bodies[mark]
    if not _turn.acquire(timeout=WAIT_SECONDS):
        raise refuse("study.api.not_ready", where=f"/api/v1/{guest}/replay/{host}", remedy="study.api.not_ready.remedy")
    try:
        study = live_study(guest, host, day, lever=lever, today=today())
        body = _bytes(replay_content(study_document(study, load_book(), load_indicators()), study.fingerprints))
    finally:
        _turn.release()
    with _lock:
        _bodies[mark] = body
        while len(_bodies) > KEPT:
            _bodies.popitem(last=False)
    return body


def _answer(request: HttpRequest, content: dict[str, Any]) -> HttpResponseBase:
    body = _bytes(content)
    mark = hashlib.sha256(body).hexdigest()
    known = get_conditional_response(request, etag=f'"{mark}"')
    return _headed(known, mark) if known is not None else _json(body, mark)


def _bytes(content: dict[str, Any]) -> bytes:
    return (written(content) + "\n").encode()


def _json(body: bytes, mark: str) -> HttpResponseBase:
    return _headed(HttpResponse(body, content_type="application/json; charset=utf-8"), mark)


def _headed(response: HttpResponseBase, mark: str) -> HttpResponseBase:
    """Kept by readers and asked for again by its mark; open to pages of other sites, which send no sign-in along."""
    response["ETag"] = f'"{mark}"'
    response["Cache-Control"] = "public, no-cache"
    response["Access-Control-Allow-Origin"] = "*"
    return response


def _only(request: HttpRequest, names: Collection[str]) -> None:
    """Raises Refused on a parameter that the address does not take: a typo must not look like an answer."""
    odd = sorted(set(request.GET) - set(names))
    if odd:
        raise refuse("study.api.parameter", where=f"?{odd[0]}=", remedy="study.api.parameter.remedy", given=odd[0],
                     known=", ".join(f"?{name}=" for name in names) or "–")


def _day(text: str) -> date | None:
    if not text:
        return None
    try:
        day = as_day(text)
    except ValueError as error:
        raise refuse("study.api.day", where="?on=", remedy="study.api.day.remedy", text=text[:40]) from error
    if not DAYS[0] <= day <= DAYS[1]:
        raise refuse("study.api.day_far", where="?on=", remedy="study.api.day_far.remedy", day=day, first=DAYS[0],
                     last=DAYS[1])
    return day


def _study_day(guest: str, host: str, text: str) -> date:
    """The day asked for, else the first of the visit between the two."""
    if guest == host:
        raise refuse("study.same_region", where=guest, remedy="study.same_region.remedy", code=guest)
    for code in (guest, host):
        load_book().law(code, LEVY, date.max)  # a region without law is told first
    day = _day(text)
    if day is None and visit_of(guest, host) is None:
        raise refuse("study.api.no_day", where="?on=", remedy="study.api.no_day.remedy", guest=guest, host=host)
    return day_of_study(guest, host, day)


def _lever(text: str) -> Lever | None:
    if text and text not in LEVERS:
        raise refuse("study.api.lever", where="?lever=", remedy="study.api.lever.remedy", given=text[:40],
                     known=", ".join(LEVERS))
    return text or None  # type: ignore[return-value]
