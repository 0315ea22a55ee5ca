"""What a view of any desk needs: who is asking and from where, and whether he may.

``@needs("tax.write")`` stands above every view of a desk. Somebody who has not signed in is sent to do so and comes
back; somebody whose role waits for a second factor is sent to confirm it; everybody else without the right gets a
page that says for whom it is (403). Single objects are fetched through ``access.py``, where a refusal looks like
absence (404).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from functools import wraps
from typing import Any, cast

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils.encoding import force_bytes
from django.utils.http import urlencode, urlsafe_base64_encode
from django.utils.translation import get_language

from sepadan.ground.figures import Language
from sepadan.ground.messages import render as words
from sepadan.records import access
from sepadan.records.models import Person
from sepadan.records.names import ROLE_ACTIONS, Actor, Role
from sepadan.territory.public import Region

View = Callable[..., HttpResponseBase]
_BROWSERS = (("Edge", r"Edg/(\d+)"), ("Firefox", r"Firefox/(\d+)"), ("Chrome", r"Chrome/(\d+)"),
             ("Safari", r"Version/(\d+).*Safari"))
_SYSTEMS = (("Android", "Android"), ("iOS", "iPhone|iPad"), ("Windows", "Windows"), ("macOS", "Macintosh"),
            ("Linux", "Linux"))


def language() -> Language:
    """The language of this request."""
    return "en" if (get_language() or "id").startswith("en") else "id"


def region_of(request: HttpRequest) -> Region:
    """The region in the address; the scope around the request is its own."""
    region: Region = request.region  # type: ignore[attr-defined]
    return region


def person_of(request: HttpRequest) -> Person:
    """The person who is signed in; only for views that require it."""
    return cast(Person, request.user)


def address_of(request: HttpRequest) -> str | None:
    """The network address of the asker. Behind a proxy that ends TLS: what the nearest proxy wrote, nothing earlier."""
    forwarded = request.META.get("HTTP_X_FORWARDED_FOR", "")
    if settings.SECURE_PROXY_SSL_HEADER and forwarded:
        return forwarded.rsplit(",", 1)[-1].strip() or None
    return request.META.get("REMOTE_ADDR") or None


def agent_of(request: HttpRequest) -> str:
    """Browser and system in a few words: ``Firefox 130, Linux``. Not the whole line, which identifies a person."""
    line = request.META.get("HTTP_USER_AGENT", "")
    browser = next((f"{name} {found.group(1)}" for name, rule in _BROWSERS if (found := re.search(rule, line))), "")
    system = next((name for name, rule in _SYSTEMS if re.search(rule, line)), "")
    return ", ".join(part for part in (browser or line.split("/")[0][:40], system) if part)


def actor_of(request: HttpRequest) -> Actor:
    """Who acts in this request, for services and the audit record."""
    person = request.user
    if not isinstance(person, Person) and not getattr(person, "is_authenticated", False):
        raise ValueError("nobody is signed in; the view lacks @needs")
    return Actor(name=person.name, person_id=person.pk, ip=address_of(request), agent=agent_of(request))


def needs(action: str) -> Callable[[View], View]:
    """Only for people who may do *action* in the region of the address; the view takes ``(request, kode, ...)``."""

    def guard(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, kode: str, *args: Any, **kwargs: Any) -> HttpResponseBase:
            refusal = refusal_of(request, region_of(request), action)
            return refusal or view(request, kode, *args, **kwargs)

        guarded.needed_action = action  # type: ignore[attr-defined]
        return guarded

    return guard


def signed_in(view: View) -> View:
    """Only for people who have signed in, whatever their roles."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return view(request, *args, **kwargs) if request.user.is_authenticated else to_sign_in(request)

    guarded.needed_action = "signed in"  # type: ignore[attr-defined]
    return guarded


def refusal_of(request: HttpRequest, region: Region, action: str) -> HttpResponseBase | None:
    """The answer to somebody who may not do *action*; None when he may."""
    person = cast(access.Viewer, request.user)
    if access.permitted(person, region, action):
        return None
    if not request.user.is_authenticated:
        return to_sign_in(request)
    if access.waits_for_second_factor(person, region, action):
        return redirect(_with_next("records:factor", request))
    return denied(request, region, action)


def to_sign_in(request: HttpRequest) -> HttpResponse:
    """To the sign-in page and back here; a fragment asked for by script reloads the page, which then goes there."""
    if request.headers.get("HX-Request"):
        return HttpResponse(status=401, headers={"HX-Refresh": "true"})
    return redirect(_with_next("records:sign_in", request))


def denied(request: HttpRequest, region: Region, action: str) -> HttpResponse:
    lang = language()
    for_roles = [role for role in Role if action in ROLE_ACTIONS[role]]
    own = sorted(access.roles_in(cast(access.Viewer, request.user), region))
    names = {name: ", ".join(words(f"records.role.{role}", lang) for role in roles)
             for name, roles in (("roles", for_roles), ("own", own))}
    return render(request, "records/denied.html", {
        "roles": names["roles"], "own": names["own"] or words("records.access.no_role", lang), "region": region,
    }, status=403)


@dataclass(frozen=True, slots=True)
class DeskLink:
    """One link of a desk's navigation; *text* is a message key."""

    text: str
    href: str
    current: bool = False


def desk_links(request: HttpRequest, wanted: Iterable[tuple[str, str]]) -> list[DeskLink]:
    """The navigation of a desk in the region of the address, for the template's ``nav``.

    *wanted* are pairs of a message key and the name of an address that takes the region; a page that does not exist is
    left out. The longest address this page lies under is the current one.
    """
    code, found = region_of(request).code, []
    for text, name in wanted:
        with suppress(NoReverseMatch):
            found.append((text, reverse(name, kwargs={"kode": code})))
    current = max((href for _, href in found if request.path.startswith(href)), key=len, default="")
    return [DeskLink(text, href, href == current) for text, href in found]


def invitation_path(person: Person, token: str) -> str:
    """The address of the page on which *person* chooses a password, without the host."""
    uid = urlsafe_base64_encode(force_bytes(str(person.pk)))
    return reverse("records:invitation", kwargs={"uid": uid, "token": token})


def _with_next(name: str, request: HttpRequest) -> str:
    return f"{reverse(name)}?{urlencode({'next': request.get_full_path()})}"
