"""Photographs of spaces: the desk adds and takes them down; everybody sees those that stand."""

from __future__ import annotations

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from sepadan.creative.access import centre_open
from sepadan.creative.desk import desk_page
from sepadan.creative.models import Centre, Space, SpacePhoto
from sepadan.creative.queries.calendar import floors_of
from sepadan.creative.services.space_photos import LARGEST, add_photo, take_down
from sepadan.ground.messages import render as words
from sepadan.ground.problems import Refused, refuse
from sepadan.records.public import actor_of, content_of, language, needs, now, permitted, person_of, region_of


@require_safe
def photo(request: HttpRequest, kode: str, centre: str, space: str, photo_id: int) -> HttpResponse:
    """The picture itself."""
    found = SpacePhoto.objects.select_related("document").filter(
        pk=photo_id, space__code=space, space__floor__centre=centre_open(centre), ended_at__isnull=True).first()
    if found is None:
        raise Http404
    answer = HttpResponse(content_of(found.document), content_type=found.document.media_type)
    answer["Cache-Control"] = "public, max-age=86400"
    answer["Content-Disposition"] = "inline"
    return answer


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@needs("creative.read")
def photos_desk(request: HttpRequest, kode: str) -> HttpResponseBase:
    """All photographs by space; posting adds one or takes one down."""
    may = permitted(person_of(request), region_of(request), "creative.write")
    refusal = None
    if request.method == "POST" and may:
        try:
            with transaction.atomic():
                done = _done(request)
        except Refused as refused:
            refusal = refused.problem
        else:
            messages.success(request, words(done, language()))
            return redirect("creative:photos_desk", kode=kode)
    centre = Centre.objects.first()
    shown: dict[int, list[SpacePhoto]] = {}
    for one in SpacePhoto.objects.filter(ended_at__isnull=True):
        shown.setdefault(one.space_id, []).append(one)
    floors = floors_of(centre) if centre else []
    return desk_page(request, "creative/photos_desk.html", {
        "may": may, "refusal": refusal, "centre": centre, "floors": floors,
        "spaces": [(space, [(one, one.alt.get(language(), "")) for one in shown.get(space.pk, [])])
                   for _, some in floors for space in some]}, status=422 if refusal else 200)


def _done(request: HttpRequest) -> str:
    number = request.POST.get("photo", "")
    if request.POST.get("act") == "end":
        found = SpacePhoto.objects.filter(pk=int(number)).first() if number.isdecimal() and len(number) < 16 else None
        if found is None:
            raise Http404
        take_down(found, actor=actor_of(request), now=now())
        return "creative.photo.ended"
    given = {name: request.POST.get(name, "").replace("\0", "").strip()[:300]
             for name in ("space", "id", "en", "credit")}
    space = Space.objects.filter(code=given["space"]).first()
    upload = request.FILES.get("picture")
    if space is None:
        raise refuse("creative.booking.no_space")
    if upload is None:
        raise refuse("creative.photo.no_file")
    add_photo(space, upload.read(LARGEST + 1), alt={"id": given["id"], "en": given["en"]}, credit=given["credit"],
              actor=actor_of(request), now=now())
    return "creative.photo.added"
