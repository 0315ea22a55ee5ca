"""What the frame of every page needs: tenant, links, the same page in the other language, the reader's theme.

Idea: the frame asks for nothing a page must remember. A view that shows a region puts it on the request
(``request.region``); links whose page does not exist are left out, so a page joins the navigation by its address name
alone. No database query is made here: the 500 page uses the same frame.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, cast

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.translation import get_language

from sepadan.ground.figures import LANGUAGES, Language
from sepadan.ground.messages import render

THEMES = ("light", "dark")
THEME_COOKIE = "sepadan_theme"
# message key, address names to try in this order; with a region in scope, then without
REGION_LINKS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("portal.nav.home", ("portal:region",)),
    ("portal.nav.services", ("portal:services",)),
    ("portal.nav.figures", ("portal:indicators",)),
    ("portal.nav.law", ("portal:law",)),
    ("portal.nav.studies", ("portal:studies", "study:studies")),
    ("portal.nav.visits", ("portal:visits",)),
    ("portal.nav.data", ("portal:open_data",)),
)
OPEN_LINKS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("portal.nav.home", ("portal:home",)),
    ("portal.nav.regions", ("portal:regions",)),
    ("portal.nav.law", ("portal:law_compare",)),
    ("portal.nav.studies", ("portal:all_studies", "study:all_studies")),
    ("portal.nav.visits", ("portal:all_visits",)),
)
SEARCH = ("portal:search",)
SIGN_IN = ("records:sign_in", "records:login")
DESK = ("records:desk", "records:account")
DOWNLOADS, REPORT = ("portal:open_data",), ("portal:report_error",)


@dataclass(frozen=True, slots=True)
class Link:
    text: str
    href: str
    current: bool = False


@dataclass(frozen=True, slots=True)
class LanguageLink:
    code: Language
    label: str
    name: str
    href: str
    current: bool


@dataclass(frozen=True, slots=True)
class Frame:
    """``tenant`` is the region's name or empty; ``home`` where the mark leads; ``theme`` light, dark or empty."""

    lang: Language
    tenant: str
    home: str
    links: list[Link]
    search: str
    sign_in: str
    desk: str
    downloads: str
    report: str
    style_guide: str
    accessibility: str
    theme_action: str
    theme: str
    here: str
    languages: list[LanguageLink]
    today: date


def language(request: HttpRequest | None = None) -> Language:
    """The language of the request: of its address, else of the active translation."""
    if request is not None:
        first = request.path_info.lstrip("/").partition("/")[0]
        if first in LANGUAGES:
            return cast("Language", first)
    active = (get_language() or "id")[:2]
    return cast("Language", active if active in LANGUAGES else "id")


def twin_address(request: HttpRequest, lang: Language) -> str:
    """The address of this very page in *lang*, with its query; ``/<lang>/`` where the page has no language."""
    path = request.get_full_path()
    first, slash, rest = path.lstrip("/").partition("/")
    if first in LANGUAGES and slash:
        return f"/{lang}/{rest}"
    return f"/{lang}/"


def address(names: tuple[str, ...], *arguments: Any) -> str:
    """The first of *names* that has a page, or an empty string."""
    for name in names:
        try:
            return reverse(name, args=arguments)
        except NoReverseMatch:
            continue
    return ""


def links(request: HttpRequest, region_code: str, lang: Language) -> list[Link]:
    """The links of the header that have a page. The longest address this page lies under is the current one; home
    only when it is this very page."""
    wanted = REGION_LINKS if region_code else OPEN_LINKS
    arguments = (region_code,) if region_code else ()
    found = [(key, href) for key, names in wanted if (href := address(names, *arguments))]
    under = [href for key, href in found
             if request.path == href or (key != "portal.nav.home" and request.path.startswith(href))]
    current = max(under, key=len, default="")
    return [Link(render(key, lang), href, href == current) for key, href in found]


def frame(request: HttpRequest) -> dict[str, Frame]:
    """The context processor."""
    lang = language(request)
    region = getattr(request, "region", None)
    code = region.code if region is not None else ""
    theme = request.COOKIES.get(THEME_COOKIE, "")
    languages = [LanguageLink(one, one.upper(), render("portal.language.read", one), twin_address(request, one),
                              one == lang) for one in LANGUAGES]
    return {"frame": Frame(
        lang=lang,
        tenant=region.name if region is not None else "",
        home=(address(("portal:region",), code) if code else "") or address(("portal:home",)) or f"/{lang}/",
        links=links(request, code, lang),
        search=address(SEARCH),
        sign_in=address(SIGN_IN),
        desk=address(DESK),
        downloads=address(DOWNLOADS, code) if code else "",
        report=address(REPORT, code) if code else "",
        style_guide=address(("frame:style",)),
        accessibility=address(("frame:accessibility",)),
        theme_action=address(("frame:theme",)),
        theme=theme if theme in THEMES else "",
        here=request.get_full_path(),
        languages=languages,
        today=timezone.localdate(),
    )}
