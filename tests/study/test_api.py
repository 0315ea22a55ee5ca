"""The public API says what the pages and files say, exactly; refusals are told; a mark spares a second reading."""

from __future__ import annotations

import json
import re
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from decimal import Decimal
from pathlib import Path
from threading import Event
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from sepadan.creative import api_measures
from sepadan.ground.statutes import load_book
from sepadan.study import api
from sepadan.study.documents.study_document import study_document
from sepadan.study.documents.study_json import study_json
from sepadan.study.facts import load_indicators

REPOSITORY = Path(__file__).resolve().parents[2]
REPLAY = "/api/v1/32.16/replay/35.73"
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("small_rolls")]


def read(client: Client, address: str, **headers: str) -> Any:
    answer = client.get(address, headers=headers)
    assert answer.status_code == 200, (address, answer.content[:400])
    assert answer["Content-Type"].startswith("application/json")
    return json.loads(answer.content, parse_float=Decimal)


def test_the_replay_is_the_tax_part_of_the_study_file_to_the_digit(client: Client, study: Any) -> None:
    file = json.loads(study_json(study_document(study, load_book(), load_indicators())), parse_float=Decimal)
    found = read(client, REPLAY)
    (section,) = [one for one in file["sections"] if one["id"] == "tax"]
    assert found["sections"] == [section]
    assert found["blocks"] == {name: file["blocks"][name] for name in section["blocks"]}
    assert (found["format"], found["fingerprint"]) == ("sepadan.replay/1", study.fingerprints.whole)
    assert {name: found[name] for name in ("guest", "host", "on", "lever", "synthetic", "sample", "regions")} == \
        {name: file[name] for name in ("guest", "host", "on", "lever", "synthetic", "sample", "regions")}
    totals = {row["run"]: row for row in found["blocks"]["tax.totals"]["rows"]}
    assert study.tax.as_is.after.payable in [value for row in totals.values() for value in row.values()]
    assert found["fingerprints"]["roll"] == dict(study.fingerprints.roll)
    assert found["synthetic"] is True


def test_the_other_way_round_and_another_lever_are_other_answers(client: Client) -> None:
    there, back = read(client, REPLAY), read(client, "/api/v1/35.73/replay/32.16")
    assert (back["guest"], back["host"]) == (there["host"], there["guest"])
    assert there["lever"] == "rates"  # no ratio keeps the revenue
    ratio = read(client, f"{REPLAY}?on=2025-01-16&lever=ratio")
    assert (ratio["lever"], ratio["on"]) == ("ratio", "2025-01-16")
    assert ratio["fingerprint"] != there["fingerprint"]


def test_no_cell_of_fewer_than_ten_owners_and_nothing_of_a_person(client: Client) -> None:
    found = read(client, REPLAY)
    villages = found["blocks"]["tax.kelurahan"]["rows"]
    assert villages
    assert all(row["objects"] >= 10 for row in villages)
    text = json.dumps(found, default=str)
    assert re.search(r"\b\d{16,18}\b", re.sub(r"[0-9a-f]{64}", "", text)) is None


def test_the_law_of_a_day_with_source_and_what_is_missing(client: Client) -> None:
    found = read(client, "/api/v1/35.73/law?on=2025-01-16")
    (pbb,) = [one for one in found["levies"] if one["levy"] == "pbb"]
    law = load_book().law("35.73", "pbb", date(2025, 1, 16))
    (tiers,) = [one for one in pbb["parameters"] if one["name"] == "tiers"]
    assert [row["rate"] for row in tiers["value"]] == [row["rate"] for row in law.require("tiers").value]
    assert isinstance(tiers["value"][0]["to"], int)
    assert tiers["confidence"] == law.require("tiers").confidence
    assert tiers["citation"]["id"]
    assert pbb["fingerprint"] == law.fingerprint()
    assert [one["name"] for one in pbb["missing"]] == [one.name for one in law.missing]
    later = read(client, "/api/v1/35.73/law?on=2026-06-01")
    assert next(one for one in later["levies"] if one["levy"] == "pbb")["fingerprint"] != pbb["fingerprint"]


def test_indicators_carry_their_origin_and_a_region_without_figures_has_none(client: Client) -> None:
    whole = read(client, "/api/v1/35.73/indicators")
    found = {one["id"]: one for one in whole["indicators"]}
    assert (whole["books"]["known"], whole["books"]["tax_years"]) == (False, [])
    assert all(cell["kind"] == "missing" and cell["trap"] for cell in whole["books"]["cells"].values())
    area = found["area_km2"]
    assert area["cell"]["value"] == Decimal("111.077")
    sides = area["contradiction"]["sides"]
    assert [one["standing"] for one in sides].count("used") == 1
    assert len({one["cell"]["value"] for one in sides}) == 4  # four published areas
    assert area["cell"]["source"]["title"]
    assert set(found) == set(load_indicators().indicators)
    missing = [one for one in found.values() if one["cell"]["value"] is None and one["cell"]["kind"] == "missing"]
    assert missing
    assert all(one["cell"]["trap"] for one in missing)
    assert read(client, "/api/v1/35.05/indicators") == {"format": "sepadan.indicators/1", "region": "35.05",
                                                        "known": False, "indicators": []}


def test_regions_in_one_query(client: Client) -> None:
    with CaptureQueriesContext(connection) as queries:
        found = read(client, "/api/v1/regions")["regions"]
    rows = {one["code"]: one for one in found}
    assert rows["35.73"] == {"code": "35.73", "name": "Kota Malang", "kind": "kota", "province": "Jawa Timur",
                             "law": True, "figures": True}
    assert (rows["35.05"]["law"], rows["35.05"]["figures"]) == (False, False)
    assert len([one for one in queries if "territory_region" in one["sql"]]) == 1


@pytest.mark.parametrize("address", ["/api/v1/regions", "/api/v1/35.73/law?on=2025-01-16", "/api/v1/35.73/indicators",
                                     REPLAY])
def test_who_has_it_is_told_so_without_a_body(client: Client, address: str, monkeypatch: Any) -> None:
    first = client.get(address)
    mark = first["ETag"]
    assert client.get(address)["ETag"] == mark
    assert (first["Cache-Control"], first["Access-Control-Allow-Origin"]) == ("public, no-cache", "*")
    monkeypatch.setattr(api, "live_study", None)  # nothing is computed for who has it
    monkeypatch.setattr(api, "_bodies", api.OrderedDict())
    for sent in (mark, f"W/{mark}", f'"other", {mark}'):
        again = client.get(address, headers={"if-none-match": sent})
        assert (again.status_code, again.content, again["ETag"]) == (304, b"", mark)
    packed = client.get(address, headers={"if-none-match": '"other"'} if address != REPLAY else {
        "if-none-match": mark})
    assert packed.status_code == (304 if address == REPLAY else 200)


@pytest.mark.parametrize(("address", "status", "where", "says"), [
    ("/api/v1/99.99/law", 404, "99.99", "99.99"), ("/api/v1/35.05/law", 404, "35.05", "35.05"),
    ("/api/v1/35.73/law?on=kemarin", 422, "?on=", "kemarin"),
    ("/api/v1/35.73/law?on=9999-01-01", 422, "?on=", "9999"),
    ("/api/v1/35.73/law?pada=2025-01-16", 422, "?pada=", "pada"),
    (f"{REPLAY}?lever=cangkul", 422, "?lever=", "cangkul"), ("/api/v1/32.16/replay/32.16", 422, "32.16", "32.16"),
    ("/api/v1/32.16/replay/99.99", 404, "99.99", "99.99"), ("/api/v1/35.73/replay/35.05", 404, "35.05", "35.05"),
    (f"{REPLAY}?on=1999-01-01", 422, "", "1999"), ("/api/v1/35.73/replay/35.78", 422, "?on=", "35.78"),
    ("/api/v1/nothing/here", 404, "/api/v1/nothing/here", "openapi.json"),
    ("/api/v1/", 404, "/api/v1/", "openapi.json"),
])
def test_a_refusal_says_what_where_and_how_to_mend_it(
    client: Client, address: str, status: int, where: str, says: str,
) -> None:
    words = {}
    for lang in ("id", "en"):
        answer = client.get(address, headers={"accept-language": lang})
        assert (answer.status_code, answer["Content-Type"]) == (status, "application/json"), answer.content[:300]
        words[lang] = json.loads(answer.content)
        assert set(words[lang]) == {"what", "where", "remedy"}
        assert words[lang]["remedy"]
        assert where in words[lang]["where"]
        assert says in "".join(words[lang].values())
    assert words["id"]["what"] != words["en"]["what"]


def test_it_only_reads(client: Client) -> None:
    for method in (client.post, client.put, client.patch, client.delete):
        assert method("/api/v1/regions").status_code == 405


def test_one_replay_is_computed_at_a_time_and_others_are_asked_to_come_back(
    client: Client, monkeypatch: Any, study: Any,
) -> None:
    begun, go, made = Event(), Event(), []

    def slow(*_: Any, **__: Any) -> Any:
        made.append(1)
        begun.set()
        go.wait(20)
        return study

    monkeypatch.setattr(api, "live_study", slow)
    monkeypatch.setattr(api, "_bodies", api.OrderedDict())
    monkeypatch.setattr(api, "WAIT_SECONDS", 0.1)
    with ThreadPoolExecutor(1) as pool:
        running = pool.submit(api._replay_body, "mark", "32.16", "35.73", study.on, None)
        assert begun.wait(20)
        refused = client.get(f"{REPLAY}?lever=rates")
        assert (refused.status_code, refused["Retry-After"]) == (503, "15")
        assert json.loads(refused.content)["remedy"]
        go.set()
        body = running.result(20)
    assert api._replay_body("mark", "32.16", "35.73", study.on, None) is body
    assert len(made) == 1


def test_the_page_of_the_reference_lists_exactly_the_addresses() -> None:
    text = (REPOSITORY / "docs" / "reference" / "api.md").read_text(encoding="utf-8")
    told = re.findall(r"^## `GET (/api/v1/[^`?]*)[^`]*`", text, flags=re.MULTILINE)
    assert sorted(told) == sorted(f"/api{one}" for router in (api.router, api_measures.router)
                                  for one in router.path_operations)
    from sepadan.project.api import api as whole

    described = [path for path in whole.get_openapi_schema()["paths"] if path.startswith("/api/v1/")]
    assert set(told) <= set(described)


def test_the_page_of_open_data_leads_to_it(client: Client) -> None:
    for lang in ("id", "en"):
        text = client.get(f"/{lang}/35.73/data/").content.decode()
        for address in ("/api/v1/regions", "/api/v1/35.73/law", "/api/v1/35.73/indicators"):
            assert f'href="{address}"' in text
            assert client.get(address).status_code == 200
