"""Every page of the site in a real browser: accessible, as wide as the window, light enough, quiet, in both languages.

The list of pages is Django's own (``every_route.py``): an address that ``routes.yaml`` does not know fails here.
"""

from __future__ import annotations

import gzip
import re
from collections.abc import Callable, Iterator
from functools import cache
from importlib.resources import files
from itertools import cycle
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import pytest
from django.contrib.staticfiles import finders
from django.test import Client
from django.urls import Resolver404, resolve
from django.utils import translation

from .every_route import LISTED, Route, address, existing, regional, routes
from .two_regions import Rows, signed_in

pytestmark = pytest.mark.django_db
AXE = files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8")
LOOKS = [("id", 360, "light"), ("en", 1280, "dark")]
CODE = "35.73"
WEIGHT = 150_000
WATCH = """document.addEventListener('securitypolicyviolation', (event) =>
    console.error('policy: ' + event.violatedDirective + ' ' + event.blockedURI));"""
OPEN_ALL = """for (const one of document.querySelectorAll('details')) {
    one.removeAttribute('name');
    one.open = true;
}"""
FEW_ROWS = """for (const one of document.querySelectorAll('tbody'))  // the hundredth row is like the tenth
    for (const row of [...one.rows].slice(15)) row.remove();"""
WIDE = "document.documentElement.scrollWidth - window.innerWidth"
LOADED = "performance.getEntriesByType('resource').map((one) => one.name)"
LOST = """[['href', 'a[href^="#"]'], ['aria-labelledby', '*'], ['aria-describedby', '*']].flatMap(([name, of]) =>
    [...document.querySelectorAll(of)].flatMap((one) => (one.getAttribute(name) || '').split(' ')))
    .map((id) => decodeURIComponent(id.replace('#', ''))).filter((id) => id && !document.getElementById(id))"""
TWICE = """[...document.querySelectorAll('[id]')].map((one) => one.id).filter((id, k, all) => all.indexOf(id) !== k)"""
TEXT = """(() => { const copy = document.body.cloneNode(true);
    for (const one of copy.querySelectorAll('pre, code')) one.remove();
    return copy.textContent; })()"""
KEY = re.compile(r"\b(?:creative|demo|ground|portal|project|records|study|tax|territory|waste)(?:\.[a-z_]+){2,}\b"
                 r"|\{[a-z_]+\}")


def pages() -> Iterator[Any]:
    """Each page in both looks; the same page under a query, or in another state, in one of them by turns."""
    turns = cycle(LOOKS)
    for route in (one for one in routes() if one.kind == "page"):
        yield from (seen(look, route, "", route.who, 200, route.name) for look in LOOKS)
        yield from (seen(next(turns), route, query, route.who, 200, route.name + query) for query in route.queries)
    for state in LISTED["states"]:
        yield seen(next(turns), state["at"], "", state["for"], state["status"], f"{state['at']} {state['for']}")


def seen(look: tuple[str, int, str], *case: Any) -> Any:
    return pytest.param(look, *case[:-1], id=f"{case[-1]} {look[0]} {look[1]} {look[2]}")


class Window:
    """A browser window of one look and person, used for page after page. *faults* and *asked* are of the last page."""

    def __init__(self, context: Any) -> None:
        self.context, self.page = context, context.new_page()
        self.faults: list[str] = []
        self.asked: list[str] = []
        self.page.on("console", self._hear)
        self.page.on("pageerror", lambda error: self.faults.append(str(error)))
        self.page.on("request", lambda request: self.asked.append(request.url))

    def _hear(self, said: Any) -> None:
        if said.type in ("error", "warning"):
            self.faults.append(said.text)

    def open(self, url: str) -> Any:
        self.page.goto("about:blank")  # what the page before still says or asks is not of the next
        self.faults.clear()
        self.asked.clear()
        return self.page.goto(url)


@pytest.fixture(scope="module")
def window_of(site: str, browser: Any, session_keys: dict[str, str]) -> Iterator[Callable[..., Window]]:
    """The window of one look, with the session of the demo account that has the role."""
    made: dict[tuple[Any, ...], Window] = {}

    def window(look: tuple[str, int, str], who: str) -> Window:
        if (look, who) not in made:
            context = browser.new_context(viewport={"width": look[1], "height": 900}, color_scheme=look[2],
                                          reduced_motion="reduce")
            context.add_init_script(WATCH)
            context.add_init_script(AXE)
            role = {"signed_in": "tax_officer", "coded": "auditor"}.get(who, who)
            if who != "everyone":
                context.add_cookies([{"name": "sepadan", "value": session_keys[role], "url": site}])
            made[look, who] = Window(context)
        return made[look, who]

    yield window
    for one in made.values():
        one.context.close()


def weight(html: bytes, loaded: list[str], site: str) -> int:
    """Bytes over the wire: everything compressed but the fonts, which are compressed already."""
    names = {one.removeprefix(f"{site}/static/").partition("?")[0] for one in loaded}
    return len(gzip.compress(html, 6)) + sum(map(weight_of_file, names))


@cache
def weight_of_file(name: str) -> int:
    if name.startswith("http"):  # a picture that a page of the site serves itself
        with urlopen(name) as answer:
            return len(answer.read())
    content = Path(str(finders.find(name))).read_bytes()
    return len(content) if name.endswith((".woff2", ".png", ".webp")) else len(gzip.compress(content, 6))


def test_every_address_is_listed() -> None:
    found, listed = {name for name, _ in existing()}, {route.name for route in routes()}
    assert found - listed == set(), "say in tests/portal/routes.yaml what these addresses are and whom they are for"
    assert listed - found == set(), "these addresses are gone; take them off tests/portal/routes.yaml"


@pytest.mark.browser
@pytest.mark.parametrize(("look", "route", "query", "who", "status"), list(pages()))
def test_a_page_is_accessible_fits_and_is_quiet(
    site: str, window_of: Callable[..., Window], two_regions: dict[str, Rows], look: tuple[str, int, str],
    route: Route | str, query: str, who: str, status: int,
) -> None:
    lang, rows = look[0], two_regions[CODE]
    path = f"/{lang}/{route.replace('$visit', rows.numbers['$visit'])}" if isinstance(route, str) else (
        address(route, lang, CODE, rows.numbers) + query)
    window = window_of(look, who)
    page, answer = window.page, window.open(site + path)
    assert (answer.status, page.url) == (status, site + path)
    assert page.evaluate("document.documentElement.lang") == lang
    wide, loaded = page.evaluate(WIDE), page.evaluate(LOADED)
    page.evaluate(OPEN_ALL)
    assert max(wide, page.evaluate(WIDE)) <= 0, "the page scrolls sideways, as it comes or with everything open"
    assert [url for url in window.asked if not url.startswith((f"{site}/", "data:"))] == []
    assert [one for one in window.faults if not (status >= 400 and f"{status} (" in one)] == []
    assert KEY.findall(page.evaluate(TEXT)) == [], "a key stands where its sentence should"
    assert (page.evaluate(LOST), page.evaluate(TWICE)) == ([], []), "(links to nothing, ids that occur twice)"
    if who == "everyone" and look == LOOKS[0]:
        assert weight(answer.body(), loaded, site) < WEIGHT
    page.evaluate(FEW_ROWS)
    found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")["violations"]
    assert [(one["id"], one["impact"], [node["html"][:120] for node in one["nodes"]][:3]) for one in found] == []


@pytest.mark.full
@pytest.mark.browser
def test_how_much_public_pages_weigh(
    site: str, window_of: Callable[..., Window], two_regions: dict[str, Rows], measured: Callable[[str], None],
) -> None:
    found, page = {}, window_of(LOOKS[0], "everyone").page
    for route in routes():
        if route.kind == "page" and route.who == "everyone":
            path = address(route, "id", CODE, two_regions[CODE].numbers)
            found[path] = weight(page.goto(site + path).body(), page.evaluate(LOADED), site)
    heaviest = sorted(found, key=lambda path: -found[path])[:3]
    measured(f"{len(found)} public pages weigh {min(found.values()) / 1000:.0f} to {found[heaviest[0]] / 1000:.0f} kB, "
             f"compressed, with stylesheet, font and scripts, maps of hexagons included (at most {WEIGHT / 1000:.0f})")
    for path in heaviest:
        measured(f"`{path}`: {found[path] / 1000:.0f} kB")
    assert found[heaviest[0]] < WEIGHT


def test_every_link_of_every_public_page_leads_somewhere(two_regions: dict[str, Rows]) -> None:
    client, found = Client(), {}
    for route in routes():
        if route.kind == "page" and route.who == "everyone":
            for lang in ("id", "en"):
                path = address(route, lang, CODE, two_regions[CODE].numbers)
                for href in re.findall(r'href="(/[^"#]*)', client.get(path).content.decode()):
                    found.setdefault(href.replace("&amp;", "&"), path)
    dead, tried = [], {}
    for href, path in found.items():
        if href.startswith("/static/"):
            if finders.find(href.removeprefix("/static/")) is None:
                dead.append((path, href))
            continue
        try:
            with translation.override(href[1:3]):
                name = resolve(href.partition("?")[0]).view_name
        except Resolver404:
            dead.append((path, href))
            continue
        tried[name] = tried.get(name, 0) + 1
        if tried[name] <= 3 and not href.partition("?")[0].endswith((".pdf", ".csv", ".json")):
            status = client.get(href).status_code
            if status >= 400:
                dead.append((path, href, status))
    assert len(found) > 100
    assert dead == []


SAME = ("$other", "$month")
"""Arguments that name no row: a region, a month."""


def doors(route: Route) -> list[str]:
    """How one may knock at it."""
    return (["get"] if route.kind != "act" else []) + (["post"] if route.kind == "act" or route.writes else [])


CLOSED = [pytest.param(route, how, id=f"{how} {route.name}") for route in routes() if route.closed
          for how in doors(route)]


@pytest.mark.parametrize(("route", "how"), CLOSED)
def test_a_page_of_a_region_is_for_its_own_people(two_regions: dict[str, Rows], route: Route, how: str) -> None:
    malang, bekasi = two_regions["35.73"], two_regions["32.16"]
    there = address(route, "id", malang.code, malang.numbers)
    here = address(route, "id", bekasi.code, malang.numbers)  # the address of his own region, the row of the other
    for role in ("region_admin", "tax_officer", "tax_approver", "auditor", "visitor"):
        client = signed_in(bekasi.code, role)
        assert getattr(client, how)(there).status_code in (403, 404), role
        if any(value in malang.numbers and value not in SAME for value in route.arguments.values()):
            assert getattr(client, how)(here).status_code in (403, 404), role
    assert getattr(Client(), how)(there).status_code in (302, 403, 404)  # nobody: to the page on which one signs in
    if how == "get":
        allowed = signed_in(malang.code, route.who).get(there)
        assert allowed.status_code == (302 if route.kind == "away" else 200)


def test_no_page_shows_a_row_of_another_region(two_regions: dict[str, Rows]) -> None:
    malang, bekasi = two_regions["35.73"], two_regions["32.16"]
    own, shown = 0, []
    for role in ("tax_officer", "region_admin"):
        client = signed_in(bekasi.code, role)
        for route in routes():
            public = route.who == "everyone"
            if route.kind in ("act", "away") or (public and (role == "region_admin" or not regional(route))):
                continue
            for place in (bekasi, malang) if public else (bekasi,):
                answer = client.get(address(route, "id", place.code, place.numbers))
                text = b"".join(answer).decode(errors="replace")  # whether it comes whole or in pieces
                own += bekasi.secret.lower() in text.lower()
                if malang.secret.lower() in text.lower() or "Malang (Contoh)" in text:
                    shown.append((role, route.name, place.code))
    assert shown == []
    assert own >= 10  # the same pages do show what is their own
