"""The frame of every page, its language switch and theme, and the pages that stand when another cannot."""

from __future__ import annotations

import gzip
import re
from pathlib import Path

import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest
from django.test import Client, RequestFactory
from django.utils import translation

import sepadan.portal
from sepadan.ground.problems import problem, refuse
from sepadan.portal.context import frame, language, twin_address
from sepadan.portal.middleware import RefusedMiddleware, status_of
from sepadan.portal.views.frame import denied, not_found, server_error

STATIC = Path(sepadan.portal.__file__).parent / "static/portal"


@pytest.mark.django_db
@pytest.mark.parametrize(("path", "title"), [
    ("/id/gaya/", "Panduan tampilan"), ("/en/gaya/", "Style guide"), ("/id/aksesibilitas/", "Aksesibilitas"),
    ("/en/aksesibilitas/", "Accessibility"),
])
def test_a_page_has_landmarks_one_heading_and_its_language(client: Client, path: str, title: str) -> None:
    text = client.get(path).content.decode()
    assert f'<html lang="{path[1:3]}">' in text
    assert re.findall(r"<h1[^>]*>(.*?)</h1>", text) == [title]
    for part in ('<a class="skip" href="#isi">', '<header class="bar">', '<main id="isi"', '<footer class="foot">'):
        assert text.count(part) == 1
    other = "/en/" if path.startswith("/id/") else "/id/"
    assert f'href="{other}{path[4:]}" lang="{other[1:3]}" hreflang="{other[1:3]}"' in text


@pytest.mark.django_db
def test_a_page_sends_no_request_elsewhere_and_needs_no_inline_code(client: Client) -> None:
    response = client.get("/id/gaya/")
    text = response.content.decode()
    loaded = re.findall(r'<(?:script|img|source|iframe)[^>]*src="([^"]+)"', text)
    loaded += re.findall(r'<link[^>]*rel="(?:stylesheet|preload|icon)"[^>]*href="([^"]+)"', text)
    assert loaded or 'rel="stylesheet"' in text
    assert all(address.startswith("/static/") for address in loaded)
    assert " style=" not in text
    policy = response["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "unsafe" not in policy


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/id/gaya/", "/id/aksesibilitas/"])
def test_a_page_with_all_that_it_loads_stays_under_its_weight(client: Client, path: str) -> None:
    def small(data: bytes) -> int:
        return len(gzip.compress(data, 6))

    html = small(client.get(path).content)
    css, script = (small((STATIC / name).read_bytes()) for name in ("sepadan.css", "sepadan.js"))
    htmx = small((STATIC / "vendor/htmx.min.js").read_bytes())
    font = (STATIC / "fonts/instrument-sans-latin-wght-normal.woff2").stat().st_size
    assert html < 30_000
    assert css + script < 12_000
    assert html + css + script + font + htmx < 150_000


def test_the_twin_of_a_page_keeps_its_query() -> None:
    request = RequestFactory().get("/id/35.73/angka/", {"q": "luas", "page": "2"})
    assert twin_address(request, "en") == "/en/35.73/angka/?q=luas&page=2"
    assert twin_address(RequestFactory().get("/health/alive"), "en") == "/en/"
    assert language(RequestFactory().get("/en/x/")) == "en"


def test_links_without_a_page_are_left_out() -> None:
    class Malang:
        code, name = "35.73", "Kota Malang"

    request = RequestFactory().get("/id/35.73/")
    request.region = Malang()  # type: ignore[attr-defined]
    made = frame(request)["frame"]
    assert made.tenant == "Kota Malang"
    assert all("/35.73/" in link.href for link in made.links)
    assert sum(link.current for link in made.links) <= 1


@pytest.mark.django_db
def test_the_theme_is_remembered_and_leads_back_home_only(client: Client) -> None:
    answer = client.post("/id/tampilan/", {"theme": "dark", "next": "/id/gaya/?q=x"})
    assert (answer.status_code, answer["Location"]) == (302, "/id/gaya/?q=x")
    assert 'data-theme="dark"' in client.get("/id/gaya/").content.decode()
    away = client.post("/id/tampilan/", {"theme": "", "next": "https://elsewhere.example/"})
    assert away["Location"] == "/id/"
    assert "data-theme" not in client.get("/id/gaya/").content.decode()
    for lang, says in (("id", "hanya menerima formulir"), ("en", "only takes a form")):
        alone = client.get(f"/{lang}/tampilan/")
        assert (alone.status_code, alone["Allow"]) == (405, "POST")
        assert says in alone.content.decode()


@pytest.mark.django_db
def test_the_table_of_the_style_guide_downloads_what_it_shows(client: Client) -> None:
    answer = client.get("/id/gaya/?district=Klojen&format=csv")
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert answer["Content-Disposition"] == 'attachment; filename="contoh-kelurahan.csv"'
    assert answer.content.decode("utf-8-sig").splitlines() == ["name,district,objects,due,change,state"]
    assert client.get("/id/gaya/?format=xlsx").content.startswith(b"PK")


@pytest.mark.django_db
@pytest.mark.parametrize(("path", "words"), [
    ("/id/tidak/ada/", ["Halaman ini tidak ada", "/id/tidak/ada/", "Periksa ejaannya"]),
    ("/en/tidak/ada/", ["There is no such page", "/en/tidak/ada/", "Check the spelling"]),
])
def test_an_unknown_address_says_what_where_and_what_to_do(client: Client, path: str, words: list[str]) -> None:
    answer = client.get(path)
    assert answer.status_code == 404
    assert all(word in answer.content.decode() for word in words)


@pytest.mark.django_db
def test_a_refusal_becomes_a_page_with_place_and_remedy(client: Client) -> None:
    answer = client.get("/en/gaya/?sort=salary")
    text = answer.content.decode()
    assert answer.status_code == 422
    assert "This table cannot be sorted by “salary”." in text
    assert "<code>?sort=salary</code>" in text
    assert "Choose one of: name, district, objects, due, change, state." in text


@pytest.mark.parametrize(("key", "status"), [
    ("study.unknown.region", 404), ("territory.unknown_region", 404), ("tax.roll.not_ready", 503),
    ("records.access.denied", 403), ("tax.pbb.rate_unknown_here", 422), ("ground.tables.not_a_page", 422),
])
def test_the_status_follows_from_the_key(key: str, status: int) -> None:
    assert status_of(problem(key)) == status


def test_a_reader_of_json_gets_the_same_words_as_json() -> None:
    request = RequestFactory().get("/id/gaya/", headers={"accept": "application/json"})
    caught = RefusedMiddleware(lambda _: None)  # type: ignore[arg-type,return-value]
    answer = caught.process_exception(request, refuse("ground.tables.not_a_page", where="?page=x", page="x",
                                                      remedy="ground.tables.not_a_page.remedy"))
    assert answer is not None
    assert answer.status_code == 422
    assert b'"where": "?page=x"' in answer.content
    assert caught.process_exception(request, ValueError("x")) is None


@pytest.fixture
def lost() -> HttpRequest:
    """A request that never met a middleware: no person, no session, no region."""
    return RequestFactory().get("/en/35.73/")


def test_the_page_of_our_own_mistake_needs_no_database(lost: HttpRequest) -> None:
    with translation.override("id"):
        answer = server_error(lost)
        assert answer.status_code == 500
        assert b"Our mistake" in answer.content
        assert translation.get_language() == "id"


def test_the_words_of_a_denial_are_shown_and_those_of_the_framework_are_not(lost: HttpRequest) -> None:
    words = "This page is for Bapenda officers."
    assert words.encode() in denied(lost, PermissionDenied(words)).content
    assert b"No Region matches" not in not_found(lost, Http404("No Region matches the given query.")).content
    assert not_found(lost, Http404({"tried": []})).status_code == 404
