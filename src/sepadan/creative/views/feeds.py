"""Calendar files over HTTP: public ones of a centre, a space, an organiser; private ones under a secret link.

Each answer carries a mark of its state (ETag): a program that has it gets 304 without the file being written. The last
files are kept in memory by their mark. A token that opens nothing counts as an attempt of its network address and slows
it down; one that opens is bounded in how often it is fetched. Private answers are kept by no shared cache and listed by
no search engine. Nothing here writes, except that a private link is in use.
"""

from __future__ import annotations

from collections import OrderedDict
from threading import Lock
from zoneinfo import ZoneInfo

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.utils.cache import get_conditional_response
from django.views.decorators.http import require_safe

from sepadan.creative.access import centre_open
from sepadan.creative.engine.ical import Feed, write_calendar
from sepadan.creative.models import Space
from sepadan.creative.names import FeedKind
from sepadan.creative.queries.feed_entries import FeedScope, entries_of, mark_of
from sepadan.creative.services.feeds import link_of, note_use
from sepadan.creative.views.feed_rate import seconds_to_wait
from sepadan.ground.messages import render as words
from sepadan.records.public import address_of, begin_attempt, language, now, region_of, zone_of

PUBLIC, PRIVATE = "public, max-age=900", "private, max-age=300"
KEPT = 24
_files: OrderedDict[str, bytes] = OrderedDict()
_lock = Lock()


@require_safe
def centre_feed(request: HttpRequest, kode: str, centre: str) -> HttpResponseBase:
    """All of a centre; with ``?penyelenggara=`` the published bookings of one organiser."""
    found = centre_open(centre)
    organiser = request.GET.get("penyelenggara", "").replace("\0", "").strip()[:120]
    scope = FeedScope(found, organiser=organiser, language=language())
    return _answer(request, scope, f"{found.name}: {organiser}" if organiser else found.name, found.code)


@require_safe
def space_feed(request: HttpRequest, kode: str, centre: str, space: str) -> HttpResponseBase:
    """One space: its own bookings, and those of others that need a part of it."""
    found = centre_open(centre)
    one = Space.objects.select_related("floor").filter(floor__centre=found, code=space).first()
    if one is None:
        raise Http404
    return _answer(request, FeedScope(found, space=one, language=language()), f"{one.name}, {found.name}", one.code)


@require_safe
def private_feed(request: HttpRequest, kode: str, token: str) -> HttpResponseBase:
    """The calendar of a secret link. One that was revoked and one that never was look the same."""
    link, region = link_of(token), region_of(request)
    if link is None:
        attempt = begin_attempt("calendar_feed", f"{region.code}:{address_of(request)}", address_of(request),
                                now=now())
        if attempt.seconds:
            return _later(attempt.seconds)
        raise Http404
    note_use(link, now())
    bookings = tuple(link.covers.order_by("booking").values_list("booking", flat=True)) \
        if link.kind == FeedKind.PERSON else None
    scope = FeedScope(link.centre, link.space, link.organiser, bookings, True, language())
    name = {FeedKind.SPACE: link.space.name if link.space else "", FeedKind.ORGANISER: link.organiser,
            FeedKind.PERSON: words("creative.feed.own", language())}.get(FeedKind(link.kind), "")
    return _answer(request, scope, f"{name}, {link.centre.name}" if name else link.centre.name, link.centre.code,
                   private=True)


def _answer(request: HttpRequest, scope: FeedScope, name: str, file: str, *, private: bool = False
            ) -> HttpResponseBase:
    wait = seconds_to_wait(f"{address_of(request)} {request.path}", now())
    if wait:
        return _later(wait)
    etag = f'"{mark_of(scope, now())}"'
    answer: HttpResponseBase | None = get_conditional_response(request, etag=etag)
    if answer is None or answer.status_code != 304:
        answer = HttpResponse(_written(scope, name, etag), content_type="text/calendar; charset=utf-8")
        answer["Content-Disposition"] = f'inline; filename="{file}.ics"'
    answer["ETag"] = etag
    answer["Cache-Control"] = PRIVATE if private else PUBLIC
    if private:
        answer["X-Robots-Tag"] = "noindex"
        answer["Referrer-Policy"] = "no-referrer"
    return answer


def _written(scope: FeedScope, name: str, etag: str) -> bytes:
    with _lock:
        if found := _files.get(etag):
            _files.move_to_end(etag)
            return found
    zone = zone_of(scope.centre.region)
    description = words("creative.feed.about_full" if scope.full else "creative.feed.about", scope.language)
    content = write_calendar(Feed(name, str(zone), entries_of(scope, now(), ZoneInfo(str(zone))), description))
    with _lock:
        _files[etag] = content
        while len(_files) > KEPT:
            _files.popitem(last=False)
    return content


def _later(seconds: int) -> HttpResponse:
    answer = HttpResponse(words("creative.ask.wait", language(), {"seconds": seconds}), status=429,
                          content_type="text/plain; charset=utf-8")
    answer["Retry-After"] = str(seconds)
    answer["Cache-Control"] = "no-store"
    return answer
