"""The public pages: both languages, the figures they must show, refusals, files, weight, and the count of queries."""

from __future__ import annotations

import gzip
import json

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from sepadan.study.facts import load_indicators

VISIT = "/kunjungan/2025-01-16-malang/"
REGION_PAGES = tuple(f"/{code}/" for code in load_indicators().regions)
PAGES = ("/", "/daerah/", "/kunjungan/", VISIT, *REGION_PAGES, "/11.01/", "/11.01/angka/", "/35.73/layanan/",
         "/35.73/angka/", "/35.73/angka/tax_total/", "/35.73/angka/area_km2/", "/35.73/angka/hub_events/",
         "/35.73/angka/density/", "/35.73/angka/waste_by_source/", "/32.16/angka/tax_total/", "/35.73/kunjungan/",
         "/33.72/kunjungan/", "/35.73/data/", "/11.01/data/")
pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("lang", ["id", "en"])
@pytest.mark.parametrize("path", PAGES)
def test_a_page_stands_in_both_languages_without_script_or_style_of_its_own(client: Client, lang: str,
                                                                            path: str) -> None:
    response = client.get(f"/{lang}{path}")
    assert response.status_code == 200
    text = response.content.decode()
    assert f'<html lang="{lang}"' in text
    assert text.count("<h1") == 1
    assert " style=" not in text
    assert "<style" not in text
    assert "onclick" not in text
    assert "portal." not in text.replace("portal/", "")  # no key instead of its sentence
    assert len(gzip.compress(response.content)) < 30_000


@pytest.mark.parametrize("lang", ["id", "en"])
def test_every_indicator_of_every_region_has_a_page(client: Client, lang: str) -> None:
    book = load_indicators()
    for indicator in book.indicators:
        for region in ("35.73", "32.16"):
            assert client.get(f"/{lang}/{region}/angka/{indicator}/").status_code == 200, indicator


@pytest.mark.parametrize(("path", "says"), [
    ("/id/35.73/", ["BPS 3573", "Jawa Timur", "889.359", "111,077", "110,06", "114,26", "145,28", "Pendidikan", "186",
                    "tidak ditetapkan", "Perda Kota Malang 1/2025", "23,5", "57 kelurahan"]),
    ("/en/32.16/", ["3,387,601", "1,255.001", "187 kelurahan and desa", "Guest"]),
    ("/id/kunjungan/2025-01-16-malang/", ["Ketua DPRD Kabupaten Bekasi", "Tidak terbukti", "usulan", "Biaya perjalanan",
                                          "3 dari 3 praktik", "Sesuaikan"]),
    ("/id/35.73/angka/tax_total/", ["opsen PKB dan BBNKB masuk", "Jangan dibandingkan", "Rp846,1", "Jebakan:"]),
    ("/en/11.01/", ["None has been collected yet"]),
])
def test_a_page_shows_what_it_must(client: Client, path: str, says: list[str]) -> None:
    text = client.get(path).content.decode().replace("\u00a0", " ")
    assert [one for one in says if one not in text] == []


@pytest.mark.parametrize(("path", "says"), [
    ("/id/99.99/", "99.99"), ("/id/abc/", "35.73"), ("/en/abc/angka/", "35.73"), ("/id/35.73/angka/nix/", "nix"),
    ("/en/11.01/angka/pop/", "list of regions"), ("/id/kunjungan/nix/", "2025-01-16-malang"),
])
def test_an_unknown_address_says_what_is_wrong(client: Client, path: str, says: str) -> None:
    response = client.get(path)
    assert response.status_code in (404, 422)
    assert says in response.content.decode()


@pytest.mark.parametrize("query", ["?sort=nix", "?page=zero", "?format=pdf"])
def test_a_wrong_query_is_refused(client: Client, query: str) -> None:
    assert client.get(f"/id/35.73/angka/{query}").status_code == 422


def test_refused_pairs_have_no_difference(client: Client) -> None:
    from sepadan.portal.pages.figures import peers

    for one in peers(load_indicators(), "35.73", "tax_total"):
        assert (one.difference is None) == (one.level == "no")


def test_the_files_hold_every_value_with_its_source(client: Client) -> None:
    book = load_indicators()
    count = sum(len(book.facts("35.73", one)) for one in book.indicators)
    lines = client.get("/id/35.73/data/angka.csv").content.decode("utf-8-sig").splitlines()
    assert len(lines) == count + 1
    values = json.loads(client.get("/en/35.73/data/angka.json").content)["values"]
    assert len(values) == count
    assert all(one["source"] for one in values)
    one = json.loads(client.get("/en/35.73/angka/area_km2/nilai.json").content)["values"][0]
    assert (one["value"], one["unit"], one["confidence"]) == ("111.077", "km2", "high")
    law = json.loads(client.get("/id/35.73/data/hukum.json").content)
    assert any(levy["levy"] == "pbb" and levy["parameters"] for levy in law["levies"])


def test_the_list_filters_and_downloads_exactly_the_filtered_rows(client: Client) -> None:
    page = client.get("/id/35.73/angka/?topic=waste").content.decode()
    assert "Timbulan sampah" in page
    assert "PDRB per orang" not in page
    rows = client.get("/id/35.73/angka/?topic=waste&format=csv").content.decode("utf-8-sig").splitlines()
    assert len(rows) > 10
    assert all("PDRB per orang" not in row for row in rows)


@pytest.mark.parametrize("paths", [("/id/35.73/", "/id/32.16/"), ("/id/33.72/angka/", "/id/35.73/angka/"),
                                   ("/id/35.73/angka/pop/", "/id/35.73/angka/hub_events/")])
def test_queries_do_not_grow_with_the_rows(client: Client, paths: tuple[str, str]) -> None:
    counts = []
    for path in paths:
        with CaptureQueriesContext(connection) as queries:
            client.get(path)
        counts.append(len(queries))
    assert counts[0] == counts[1]
    assert max(counts) < 13
