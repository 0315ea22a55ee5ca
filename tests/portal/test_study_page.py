"""The study page on small rolls of both regions: both directions, wrong input, and a person in a browser."""

from __future__ import annotations

from importlib.resources import files
from typing import Any

import pytest
from django.test import Client

AXE = files("axe_playwright_python").joinpath("axe.min.js")
THERE, BACK = "/id/32.16/studi/35.73/", "/en/35.73/studi/32.16/"


@pytest.fixture(scope="module")
def rolls(load_rolls: Any) -> None:
    """Small synthetic rolls of both regions in the test database."""
    load_rolls("35.73", "32.16", small=True)


@pytest.mark.django_db
@pytest.mark.usefixtures("rolls")
@pytest.mark.parametrize("path", [THERE, BACK, THERE + "?tuas=ratio", BACK + "?tuas=ratio_by_band&guna=food_land"])
def test_the_page_shows_every_topic(client: Client, path: str) -> None:
    response = client.get(path)
    text = response.content.decode()
    assert response.status_code == 200
    for part in ("pajak", "rumah", "sampah", "kreatif", "gerbang", "klaim", "pelajaran"):
        assert f'id="{part}"' in text
    assert text.count('class="strip"') == 20
    assert 'class="gate no"' in text
    assert "synthetic" in text.lower() or "sintetis" in text.lower()


@pytest.mark.django_db
@pytest.mark.usefixtures("rolls")
def test_a_household_is_computed_by_the_engine_that_bills(client: Client) -> None:
    text = client.get(THERE + "?njop=300.000.000").content.decode()
    assert "Rp435.000" in text  # (300 m - 10 m) x 0.15 %, the guest's own law
    assert "Rp159.500" in text  # (300 m - 10 m) x 0.055 %, the host's


@pytest.mark.django_db
@pytest.mark.usefixtures("rolls")
@pytest.mark.parametrize(
    ("path", "status", "says"),
    [
        (THERE + "?njop=banyak", 422, "banyak"),
        (THERE + "?pada=16/01/2025", 422, "16/01/2025"),
        (THERE + "?njop=99999999999999999999", 422, "1.000.000.000.000.000"),
        (THERE + "?tuas=harga", 422, "ratio_by_band"),
        (THERE + "?pada=1990-01-01", 422, "Pilih tanggal mulai 1 Jan 2024"),
        (THERE + "?pada=20250116", 422, "2025-01-16"),
        (THERE + "?pada=%00", 422, "bukan tanggal"),
        (THERE + "?guna=sawah", 422, "food_land"),
        (THERE + "?njop=%3Cscript%3Ealert(1)%3C/script%3E", 422, "&lt;script&gt;"),
        (THERE + "?njop=-1", 422, "rupiah"),
        (THERE + "lengkap/?tuas=harga", 422, "ratio_by_band"),
        (THERE + "lengkap/?pada=1990-01-01", 422, "Pilih tanggal mulai 1 Jan 2024"),
        ("/id/32.16/studi/99.99/", 404, "99.99"),
        ("/id/32.16/studi/32.16/", 422, "dua daerah yang berbeda"),
        ("/id/32.16/studi/35.78/lengkap/", 422, "?pada=2025-01-16"),
        ("/id/32.16/studi/32.75/", 200, "32.75"),
    ],
)
def test_wrong_input_is_told(client: Client, path: str, status: int, says: str) -> None:
    response = client.get(path)
    assert response.status_code == status
    assert says in response.content.decode()


@pytest.mark.browser
@pytest.mark.usefixtures("rolls")
@pytest.mark.parametrize(("width", "scheme"), [(360, "dark"), (1280, "light")])
def test_the_slider_moves_the_household_and_nothing_is_wrong(site: str, browser: Any, width: int, scheme: str) -> None:
    page = browser.new_page(viewport={"width": width, "height": 900}, color_scheme=scheme)
    page.goto(site + THERE)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")["violations"]
    assert [(one["id"], [node["html"][:120] for node in one["nodes"]][:2]) for one in found] == []
    page.locator("#geser").focus()
    page.keyboard.press("End")
    page.wait_for_url("**njop=5.000.000.000**")
    assert "Rp9.980.000" in page.locator("#rumah").inner_text()  # (5 bn - 10 m) x 0.2 %
    page.close()


@pytest.mark.django_db
@pytest.mark.usefixtures("rolls")
def test_a_region_lists_the_practices_it_can_replay(client: Client) -> None:
    text = client.get("/en/32.16/studi/").content.decode()
    assert THERE.replace("/id/", "/en/") in text
    assert "Can be replayed" in text
    assert "Tax not yet" in text  # a host whose rates were not found stays visible
    assert client.get("/en/99.99/studi/").status_code == 404
    assert client.get("/en/11.01/studi/").status_code == 200
