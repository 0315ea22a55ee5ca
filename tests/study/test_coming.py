"""While rolls load one after the other, the pages of a study say which one loads, which comes next, how far it is."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client

from sepadan.demo.plans import read_plan
from sepadan.demo.services import rolls, waiting
from sepadan.ground.messages import message
from sepadan.records.public import Work, WorkState, now, region_scope
from sepadan.study.services.region_rolls import SILENT, coming_roll
from sepadan.territory.models import Region

pytestmark = pytest.mark.django_db(transaction=True)
NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
MALANG, BEKASI = "35.73", "32.16"
STUDY, WHOLE, LIST = f"/en/{BEKASI}/studi/{MALANG}/", f"/en/{BEKASI}/studi/{MALANG}/lengkap/", f"/en/{BEKASI}/studi/"
DRAFT = f"/en/{BEKASI}/rancangan/?rate1=0.1"
NEXT, AFTER = "The roll of Kabupaten Bekasi comes next", "after Kota Malang, which is at 43 %"
PLANS = [read_plan(code, small=True) for code in (MALANG, BEKASI)]


@pytest.fixture(autouse=True)
def _place(settings, tmp_path) -> None:
    settings.DATA_DIR = tmp_path
    settings.STORAGES = {**settings.STORAGES, "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}


def place(code: str) -> Region:
    return Region.objects.get(code=code)


def works(code: str) -> list[str]:
    with region_scope(place(code)):
        return list(Work.objects.order_by("id").values_list("state", flat=True))


def text(client: Client, path: str, status: int) -> str:
    response = client.get(path)
    assert response.status_code == status
    return response.content.decode()


def malang_at_43_percent() -> None:
    """Malang loads and is at 430 of 1000; Bekasi waits behind it."""
    waiting.announce_rolls(PLANS, clock=now)
    line = waiting.Line([place(MALANG), place(BEKASI)], now)
    line.telling(MALANG, lambda done, what: None)(430, message("demo.progress.ready", region="Kota Malang"))
    with region_scope(place(MALANG)):
        Work.objects.update(state=WorkState.RUNNING.value, done=430, message_key="demo.progress.copying",
                            message_params={"region": "Kota Malang", "objects": 6000})


def test_pages_of_the_region_that_waits_say_so_and_ask_again_by_themselves(client):
    malang_at_43_percent()
    for path, status in ((STUDY, 200), (WHOLE, 503), (LIST, 200), (DRAFT, 503)):
        page = text(client, path, status)
        assert NEXT in page, path
        assert AFTER in page, path
        assert 'value="43" max="100"' in page, path
        assert f'hx-get="/en/{BEKASI}/studi/pemuatan/' in page, path
        assert "demo load" not in page, path
        assert ('<noscript><meta http-equiv="refresh"' in page) is (path != DRAFT), path  # typing is not taken away
    assert 'id="sampah"' in text(client, STUDY, 200)  # the rest of the page is there


def test_the_region_that_loads_shows_its_own_progress_in_both_languages(client):
    malang_at_43_percent()
    english = text(client, f"/en/{MALANG}/studi/{BEKASI}/", 200)
    assert "The roll of Kota Malang is being loaded" in english
    assert "Kota Malang: loading 6,000 objects" in english
    assert "Daftar objek pajak Kota Malang sedang dimuat" in text(client, f"/id/{MALANG}/studi/{BEKASI}/", 200)
    whole = text(client, WHOLE, 503)
    assert "is being loaded" in whole
    assert "comes next" in whole
    assert client.get(WHOLE).headers["Retry-After"]
    assert client.get(WHOLE + "studi.json").status_code == 503


def test_the_part_that_asks_again_ends_with_a_reload_once_the_roll_is_there(client):
    waiting.announce_rolls(PLANS, clock=now)
    part = client.get(f"/en/{MALANG}/studi/pemuatan/")
    assert (part.status_code, part.headers.get("HX-Refresh")) == (200, None)
    assert "no-store" in part.headers["Cache-Control"]
    rolls.load_roll(PLANS[0], clock=now)
    part = client.get(f"/en/{MALANG}/studi/pemuatan/")
    assert (part.status_code, part.headers.get("HX-Refresh")) == (200, "true")
    quiet = client.get(f"/en/{MALANG}/studi/pemuatan/?diam=1")
    assert (quiet.status_code, quiet.headers.get("HX-Refresh")) == (286, None)
    assert "is there now" in quiet.content.decode()
    page = text(client, f"/en/{MALANG}/studi/{BEKASI}/", 200)
    assert "http-equiv" not in page
    assert "pemuatan" not in page


def test_a_region_for_which_nothing_is_on_its_way_is_told_what_to_do(client):
    page = text(client, STUDY, 200)
    assert f"sepadan demo load --region {BEKASI}" in page
    assert "http-equiv" not in page
    assert client.get(f"/en/{BEKASI}/studi/pemuatan/").status_code == 286


def test_loading_that_fell_silent_is_not_promised_for_ever(client):
    waiting.announce_rolls(PLANS, clock=lambda: now() - SILENT - timedelta(minutes=1))
    page = text(client, STUDY, 200)
    assert "Nothing has been heard" in page
    assert "sepadan demo load" in page
    waiting.announce_rolls(PLANS, clock=now)  # the next ./run takes it up again
    assert "Nothing has been heard" not in text(client, STUDY, 200)


def test_a_note_becomes_the_work_that_loads_and_notes_are_not_doubled():
    for _ in range(2):
        waiting.announce_rolls(PLANS, clock=lambda: NOW)
    assert (works(MALANG), works(BEKASI)) == (["queued"], ["queued"])
    rolls.load_roll(PLANS[0], clock=lambda: NOW)
    assert (works(MALANG), works(BEKASI)) == (["done"], ["queued"])
    waiting.announce_rolls(PLANS, clock=lambda: NOW)
    assert works(MALANG) == ["done"]
    assert coming_roll(place(MALANG), NOW) is None
    found = coming_roll(place(BEKASI), NOW)
    assert found is not None
    assert (found.begun, found.percent) == (False, 0)


def test_what_a_killed_load_left_open_is_taken_up_and_closed():
    waiting.announce_rolls(PLANS, clock=lambda: NOW)
    with region_scope(place(MALANG)):
        Work.objects.update(state=WorkState.RUNNING.value, done=300)
    rolls.load_roll(PLANS[0], clock=lambda: NOW)
    assert works(MALANG) == ["failed", "done"]
    with region_scope(place(MALANG)):  # killed after the last row, before its work was closed
        Work.objects.filter(state="done").update(state=WorkState.RUNNING.value)
    rolls.load_roll(PLANS[0], clock=lambda: NOW)
    assert works(MALANG) == ["failed", "done"]


def test_when_loading_breaks_off_what_waits_behind_it_is_withdrawn():
    def broken() -> None:
        with waiting.line_of(PLANS, clock=lambda: NOW):
            assert works(BEKASI) == ["queued"]
            raise RuntimeError("power cut")

    with pytest.raises(RuntimeError, match="power cut"):
        broken()
    assert (works(MALANG), works(BEKASI)) == (["failed"], ["failed"])
