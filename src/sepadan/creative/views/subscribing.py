"""Where calendars are subscribed to: public addresses for everybody, secret links made and revoked at the desk.

A secret address stands on the page that answers its making and nowhere else; the table keeps a digest. The page also
gives the few lines with which another site embeds the centre's programme.
"""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from sepadan.creative.access import centre_open
from sepadan.creative.desk import desk_page
from sepadan.creative.models import Centre, FeedLink, Space
from sepadan.creative.names import FeedKind
from sepadan.creative.queries.calendar import floors_of
from sepadan.creative.services.feeds import make_link, revoke_link
from sepadan.creative.views.shown import sample_of
from sepadan.ground.messages import render as words
from sepadan.ground.problems import Problem, Refused
from sepadan.records.public import actor_of, language, needs, now, permitted, person_of, region_of, zone_of

SHOWN = 200
DESK_KINDS = (FeedKind.CENTRE, FeedKind.SPACE, FeedKind.ORGANISER)


@require_safe
def subscribe(request: HttpRequest, kode: str, centre: str) -> HttpResponse:
    """The public addresses of a centre's calendars, and the lines to embed its programme."""
    found = centre_open(centre)
    organiser = request.GET.get("penyelenggara", "").replace("\0", "").strip()[:120]
    whole = request.build_absolute_uri(reverse("creative:centre_feed", args=[kode, centre]))
    framed = request.build_absolute_uri(reverse("creative:widget", args=[kode, centre]))
    spaces = [(floor, [(one, request.build_absolute_uri(reverse("creative:space_feed", args=[kode, centre, one.code])))
                       for one in some]) for floor, some in floors_of(found)]
    return render(request, "creative/subscribe.html", {
        "region": region_of(request), "centre": found, "sample": sample_of(found), "whole": whole, "spaces": spaces,
        "webcal": whole.replace("http", "webcal", 1).replace("webcals", "webcal", 1),
        "organiser": organiser, "organised": f"{whole}?{urlencode({'penyelenggara': organiser})}" if organiser else "",
        "framed": framed, "snippet": f'<iframe src="{framed}" title="{found.name}" width="100%" height="420" '
                                     f'loading="lazy"></iframe>'})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@needs("creative.read")
def feed_links(request: HttpRequest, kode: str) -> HttpResponseBase:
    """The desk's links; posting makes one and shows its address this once."""
    region = region_of(request)
    may = permitted(person_of(request), region, "creative.write")
    address, refusal = "", None
    if request.method == "POST" and may:
        try:
            with transaction.atomic():
                address = _made(request, kode)
        except Refused as refused:
            refusal = refused.problem
    return _links_page(request, may=may, address=address, refusal=refusal)


def _made(request: HttpRequest, kode: str) -> str:
    given = {name: request.POST.get(name, "").replace("\0", "").strip()[:120]
             for name in ("kind", "space", "organiser", "label")}
    centre = Centre.objects.first()
    if centre is None or given["kind"] not in DESK_KINDS:
        raise Http404
    space = Space.objects.filter(floor__centre=centre, code=given["space"]).first()
    _, token = make_link(FeedKind(given["kind"]), centre, actor=actor_of(request), now=now(), space=space,
                         organiser=given["organiser"], label=given["label"])
    return secret_address(request, kode, token)


def secret_address(request: HttpRequest, kode: str, token: str) -> str:
    return request.build_absolute_uri(reverse("creative:private_feed", args=[kode, token]))


def _links_page(request: HttpRequest, *, may: bool, address: str, refusal: Problem | None) -> HttpResponse:
    zone, centre = zone_of(region_of(request)), Centre.objects.first()
    rows: list[dict[str, Any]] = [
        {"link": one, "kind": f"creative.feed.kind.{one.kind}",
         "what": one.space.name if one.space else one.organiser or one.centre.name,
         "made": one.made_at.astimezone(zone), "used": one.used_at.astimezone(zone) if one.used_at else None,
         "revoked": one.revoked_at.astimezone(zone) if one.revoked_at else None}
        for one in FeedLink.objects.select_related("centre", "space")[:SHOWN]]
    return desk_page(request, "creative/feed_links.html", {
        "may": may, "address": address, "refusal": refusal, "links": rows, "centre": centre,
        "kinds": [(kind.value, f"creative.feed.kind.{kind.value}") for kind in DESK_KINDS],
        "floors": floors_of(centre) if centre else []}, status=422 if refusal else 200)


@never_cache
@require_POST
@needs("creative.write")
def revoke_feed(request: HttpRequest, kode: str, link_id: int) -> HttpResponseBase:
    """End a link at once."""
    link = FeedLink.objects.filter(pk=link_id).first()
    if link is None:
        raise Http404
    with transaction.atomic():
        revoke_link(link, actor=actor_of(request), now=now())
    messages.success(request, words("creative.feed.revoked", language()))
    return redirect("creative:feed_links", kode=kode)
