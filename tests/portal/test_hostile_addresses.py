"""Whatever stands in an address, a page answers: an answer or a sentence with a remedy, never our mistake.

Every public address that takes something from its reader is asked with texts nobody should send. A page may take a
text for what it is (a search, a page number); it may not fail, echo markup, or answer in the other language.
"""

from __future__ import annotations

from urllib.parse import quote

import pytest
from django.test import Client

TEXTS = (
    "", "0", "-1", "1e999", "NaN", "9" * 30, "9" * 5000, "0,6", "abc", "²", "１２", "٣", "\0", "\0\0", "\ud83d",
    "<script>alert(1)</script>", "../../etc/passwd", "' OR 1=1--", "2025-02-30", "2025-W03-4", "20250116",
    "0001-01-01", "9999-12-31", "10000-01-01", "1945-08-17", "35.73", "99.99", "３５.73", "a\r\nb", "{{7*7}}", "%",
    "\u202e", "🏠" * 30, "null", "[]",
)  # fmt: skip
PARAMETERS = (
    ("/{lang}/daerah/", ("page", "sort", "q", "format", "province")),
    ("/{lang}/35.73/hukum/", ("on",)),
    ("/{lang}/hukum/banding/", ("a", "b", "on_a", "on_b", "semua")),
    ("/{lang}/35.73/angka/", ("page", "sort", "q", "format", "topic", "kind")),
    ("/{lang}/35.73/angka/pop_dukcapil/", ("page", "sort", "format")),
    ("/{lang}/35.73/rancangan/", ("rate1", "rate1=0.2&to1", "rate1=0.2&ratio", "rate1=0.2&njoptkp")),
    ("/{lang}/35.73/rancangan/", ("rate1=0.2&tiering", "rate1=0.2&stimulus", "rate1=0.2&to1=5&rate2")),
    ("/{lang}/32.16/studi/35.73/", ("pada", "njop", "tuas", "guna")),
    ("/{lang}/32.16/studi/35.73/lengkap/", ("pada", "tuas")),
    ("/{lang}/masuk/", ("next",)),
    ("/{lang}/studi/", ("page", "q")),
    ("/api/v1/35.73/law", ("on", "x")),
    ("/api/v1/32.16/replay/35.73", ("on", "lever")),
)  # fmt: skip
PLACES = (
    "/{lang}/{text}/", "/{lang}/{text}/hukum/", "/{lang}/{text}/rancangan/", "/{lang}/{text}/angka/",
    "/{lang}/35.73/angka/{text}/", "/{lang}/35.73/studi/{text}/", "/{lang}/{text}/studi/35.73/",
    "/{lang}/35.73/studi/{text}/lengkap/", "/{lang}/32.16/studi/35.73/lengkap/{text}", "/{lang}/kunjungan/{text}/",
    "/{lang}/35.73/kunjungan/{text}/", "/{lang}/35.73/studi/tersimpan/{text}/", "/{lang}/undangan/{text}/{text}/",
    "/{lang}/{text}/data/angka.csv", "/api/v1/{text}/law", "/api/v1/{text}/replay/35.73", "/static/{text}",
    "/{lang}/35.73/pekerjaan/{text}/", "/{lang}/35.73/dokumen/{text}/",
)  # fmt: skip


def escaped(text: str) -> str:
    return quote(text.encode("utf-8", "surrogatepass"), safe="")


def check(client: Client, path: str, lang: str) -> None:
    response = client.get(path, raise_request_exception=False)
    shown = path[:90]
    assert response.status_code in {200, 302, 301, 400, 403, 404, 410, 422}, (response.status_code, shown)
    body = b"".join(response) if response.streaming else response.content
    html = response["Content-Type"].startswith("text/html")
    assert not html or b"<script>alert(1)" not in body, shown
    if response.status_code >= 400 and html:
        assert f'<html lang="{lang}"'.encode() in body or path.startswith("/static"), shown
        assert "\0" not in response.headers.get("Location", "")


@pytest.mark.django_db
@pytest.mark.parametrize(("path", "names"), PARAMETERS)
def test_a_parameter_may_hold_anything(client: Client, path: str, names: tuple[str, ...]) -> None:
    for number, text in enumerate(TEXTS):
        lang = ("id", "en")[number % 2]
        for name in names:
            check(client, f"{path.format(lang=lang)}?{name}={escaped(text)}", lang)
        if number < 3:  # the same parameter more than once
            check(client, f"{path.format(lang=lang)}?" + "&".join(f"{name}={escaped(TEXTS[-k])}" for name in names
                                                                  for k in (1, number + 2)), lang)


@pytest.mark.django_db
@pytest.mark.parametrize("path", PLACES)
def test_a_part_of_an_address_may_hold_anything(client: Client, path: str) -> None:
    for number, text in enumerate(TEXTS):
        lang = ("id", "en")[number % 2]
        check(client, path.format(lang=lang, text=escaped(text)), lang)
