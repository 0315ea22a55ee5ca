"""The door on a phone: its page and service worker, enrolment, roster, uploads.

The page holds nothing of people and is the same for everybody; what a phone may read and write it shows by its token
(``Authorization: Bearer``), which no browser sends by itself: the three addresses that take JSON need no other guard
against forged requests. A revoked or unknown token is 401, wrong content 400, a code that was guessed too often 429.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from datetime import UTC, datetime
from functools import wraps
from pathlib import Path
from typing import Any

from django.contrib.staticfiles import finders
from django.db import transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from sepadan.creative.engine.doors import Shown
from sepadan.creative.models import DoorDevice
from sepadan.creative.queries.doors import attendance_of, doors_of, flagged_of, live_of, readings_of, seats_of
from sepadan.creative.services.door_devices import device_of_token, enrol_device
from sepadan.creative.services.doors import ScanDraft, hash_of, roster_of, take_upload
from sepadan.ground.messages import catalogue
from sepadan.ground.messages import render as words
from sepadan.ground.problems import Refused
from sepadan.records.public import Actor, address_of, begin_attempt, forgive_attempt, language, now, region_of, zone_of

SCRIPTS = ("creative/door_store.js", "creative/door_verdict.js", "creative/door_camera.js", "creative/door.js")
FILES = ("portal/sepadan.css", "creative/door.css", "portal/sepadan.js", "portal/mark.svg",
         "portal/fonts/instrument-sans-latin-wght-normal.woff2", *SCRIPTS)
WORDS = "creative.door.js."
LARGEST = 200_000
MOST_FLAGGED = 30


@require_safe
def door(request: HttpRequest, kode: str) -> HttpResponse:
    """The page that a phone opens, with or without a network."""
    region, lang = region_of(request), language()
    said = {key.removeprefix(WORDS): text[lang] for key, text in catalogue().items() if key.startswith(WORDS)}
    return render(request, "creative/door.html", {
        "region": region, "zone": str(zone_of(region)), "words": json.dumps(said, ensure_ascii=False),
        "scripts": SCRIPTS, "scope": reverse("creative:door", args=[kode])})


@require_safe
def door_worker(request: HttpRequest, kode: str) -> HttpResponse:
    """The service worker; its scope is the folder that it lies in. Other bytes once a file of the page is another."""
    page = reverse("creative:door", args=[kode])
    kept = [static(one) for one in FILES]
    text = "".join(_read(one) for one in (*SCRIPTS, "creative/door.css", "creative/door_worker.js"))
    version = hashlib.sha256((text + "".join(kept) + door(request, kode).content.decode()).encode()).hexdigest()[:16]
    prefix = f"sepadan-pintu-{language()}-{kode}-"
    head = json.dumps({"name": prefix + version, "prefix": prefix, "page": page, "files": kept})
    answer = HttpResponse(f"const KEPT = {head};\n{_read('creative/door_worker.js')}", content_type="text/javascript")
    answer["Cache-Control"] = "no-cache"
    return answer


def _read(name: str) -> str:
    found = finders.find(name)
    assert isinstance(found, str), name
    return Path(found).read_text(encoding="utf-8")


@require_safe
def door_manifest(request: HttpRequest, kode: str) -> HttpResponse:
    """What makes the page an application of the phone's start screen."""
    scope = reverse("creative:door", args=[kode])
    return JsonResponse({
        "name": words("creative.door.app", language(), {"region": region_of(request).name}),
        "short_name": words("creative.door.short", language()), "start_url": scope, "scope": scope, "id": scope,
        "display": "standalone", "lang": language(), "icons": [
            {"src": static("portal/mark.svg"), "sizes": "any", "type": "image/svg+xml"}]},
        content_type="application/manifest+json")


def _json(view: Callable[[HttpRequest, dict[str, Any]], HttpResponse]) -> Callable[..., HttpResponse]:
    """For a view that takes a JSON object and gives one."""
    @never_cache
    @csrf_exempt  # nothing that a browser sends by itself opens anything here
    @require_POST
    @wraps(view)
    def checked(request: HttpRequest, kode: str) -> HttpResponse:
        if request.content_type != "application/json" or int(request.META.get("CONTENT_LENGTH") or 0) > LARGEST:
            return _refused("creative.door.not_json", 400)
        try:
            given = json.loads(request.body)
        except (ValueError, RecursionError):
            return _refused("creative.door.not_json", 400)
        return view(request, given) if isinstance(given, dict) else _refused("creative.door.not_json", 400)

    return checked


def _refused(key: str, status: int, **params: Any) -> JsonResponse:
    return JsonResponse({"problem": words(key, language(), params)}, status=status)


@_json
def door_enrol(request: HttpRequest, given: dict[str, Any]) -> HttpResponse:
    """The code that an officer was shown becomes this phone's token."""
    region, at = region_of(request), now()
    attempt = begin_attempt("door", f"{region.code}:{address_of(request)}", address_of(request), now=at)
    if attempt.seconds:
        return _refused("creative.ask.wait", 429, seconds=attempt.seconds)
    typed = given.get("code")
    try:
        with transaction.atomic():
            device, token = enrol_device(typed[:40] if isinstance(typed, str) else "", actor=Actor(
                name=words("creative.door.actor", "id"), ip=address_of(request)), now=at)
    except Refused as refused:
        return JsonResponse({"problem": refused.problem.text(language())}, status=422)
    forgive_attempt(attempt)
    return JsonResponse({"token": token, "event": device.door.event_id})


def _device(request: HttpRequest) -> DoorDevice | None:
    kind, _, token = request.headers.get("Authorization", "").partition(" ")
    return device_of_token(token.strip()[:100], now=now()) if kind == "Bearer" else None


@never_cache
@require_safe
def door_roster(request: HttpRequest, kode: str) -> HttpResponse:
    """What the phone keeps of its event; 304 while it has the same."""
    device = _device(request)
    if device is None:
        return _refused("creative.door.no_token", 401)
    roster = roster_of(device, now=now())
    content = json.dumps({name: value for name, value in roster.items() if name != "made_at"}, sort_keys=True)
    tag = f'"{hashlib.sha256(content.encode()).hexdigest()[:32]}"'
    if request.headers.get("If-None-Match", "").removeprefix("W/") == tag:
        return HttpResponse(status=304, headers={"ETag": tag})
    return JsonResponse({**roster, "zone": str(zone_of(region_of(request)))}, headers={"ETag": tag})


@_json
def door_scans(request: HttpRequest, given: dict[str, Any]) -> HttpResponse:
    """Take what the phone read, and say what is known now: of its scans, of other doors, of what needs somebody."""
    at, device = now(), _device(request)
    if device is None:
        return _refused("creative.door.no_token", 401)
    sent_at, rows = _moment(given.get("sent_at")), given.get("scans")
    if sent_at is None or not isinstance(rows, list):
        return _refused("creative.door.not_json", 400)
    drafts, wrong = [], []
    for row in rows:
        draft = _draft(row)
        if draft is None:
            wrong.append([str(row.get("nonce", ""))[:40] if isinstance(row, dict) else "",
                          words("creative.scan.word", language())])
        else:
            drafts.append(draft)
    try:
        with transaction.atomic():
            taken = take_upload(device, drafts, sent_at=sent_at, received_at=at)
    except Refused as refused:
        return JsonResponse({"problem": refused.problem.text(language())}, status=400)
    wrong += [[drafts[int(one.where) - 1].nonce, one.what.text(language())] for one in taken.problems]
    return JsonResponse({
        "received_at": at.isoformat(), "kept": taken.kept, "added": taken.added, "problems": wrong,
        "skew": int((at - sent_at).total_seconds()), **_known(device, _moment(given.get("since")), at)})


def _known(device: DoorDevice, since: datetime | None, at: datetime) -> dict[str, Any]:
    """The day at all doors: counts, tickets seen since the phone last asked, what needs somebody."""
    event, doors = device.door.event, doors_of(device.door.event)
    seats, readings = seats_of(event), readings_of(event)
    found = attendance_of(event, seats=seats, readings=readings)
    live = live_of(found, doors, at)
    names = {str(one.pk): one.name for one in doors}
    latest: dict[str, tuple[Shown, datetime]] = {}
    news: set[str] = set()
    for _, read in found.doors:
        for one in read.shown:
            ticket = one.reading.ticket
            if one.meaning in ("first", "again", "out", "out_unseen"):
                latest[ticket] = (one, one.reading.at)
            if since is None or one.reading.received_at >= since:
                news.add(ticket)
    zone = zone_of(event.region)
    return {
        "live": {"came": live.came, "inside": live.inside},
        "seen": [[hash_of(ticket), seen_at.isoformat(), names.get(one.reading.gate, ""), one.reading.way == "in",
                  one.reading.device == str(device.pk)]
                 for ticket, (one, seen_at) in latest.items() if ticket in news],
        "flagged": [[one.shown.reading.at.astimezone(zone).isoformat(), one.shown.reading.ticket, one.why, one.door]
                    for one in flagged_of(event, found, readings, doors)
                    if not one.notes and one.why != "turned_away"][:MOST_FLAGGED]}


def _draft(row: Any) -> ScanDraft | None:
    """A scan as the phone writes it; None when it is none."""
    if not isinstance(row, dict):
        return None
    fields = [row.get(name) for name in ("nonce", "ticket", "way", "how")]
    at = _moment(row.get("at"))
    if at is None or not all(isinstance(one, str) and len(one) <= 40 for one in fields):
        return None
    nonce, ticket, way, how = map(str, fields)
    return ScanDraft(nonce, ticket, at, way, how)


def _moment(given: Any) -> datetime | None:
    """An instant in ISO 8601 with an offset, of a year that a clock of a phone may show."""
    try:
        found = datetime.fromisoformat(given) if isinstance(given, str) and len(given) <= 40 else None
        if found is None or found.tzinfo is None or not 1970 <= found.year < 2200:
            return None
        return found.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
