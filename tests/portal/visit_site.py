"""An officer's visit as a browser sends it, and officers who send it, for the tests of recorded visits."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from typing import Any

from django.test import Client

from sepadan.records.public import Membership, Person, Role, account_scope, region_scope
from sepadan.territory.public import Region

RECORD = "/id/35.73/kunjungan/catat/"
HEAD = {"role": "host", "other": "35.79", "title": "Belajar pajak dan sampah", "place": "Balai Kota",
        "first_day": "2025-03-04", "last_day": "2025-03-05", "purpose": "Pajak daerah\nSampah"}
ROWS: dict[str, list[dict[str, str]]] = {
    "attendees": [{"side": "guest", "office": "Kepala Bapenda Kota Batu", "role": "memimpin"},
                  {"side": "host", "office": "Kepala Bapenda Kota Malang"}],
    "agenda": [{"on": "2025-03-04", "at": "09.00", "item": "Penerimaan di Balai Kota"}],
    "subjects": [{"service": "waste", "title": "TPA Supit Urang"}],
    "references": [{"title": "Notulen rapat", "url": "https://contoh.go.id/notulen", "published": "2025-03"}],
    "statements": [{"text": "Luas Kota Malang 114,26 km²", "topic": "general", "side": "host", "office": "Wali Kota",
                    "about": "host", "indicator": "area_km2", "figure": "114,26", "within_pct": "0.5", "source": "1"},
                   {"text": "Semua senang", "topic": "creative", "side": "guest", "office": "Camat", "about": "host",
                    "within_pct": "1"}],
    "gaps": [{"what": "Biaya perjalanan", "why": "tidak terbit"}],
}
LESSON = {"direction": "guest", "service": "waste", "decision": "adopt", "text": "Timbang setiap muatan",
          "because": "arusnya hanya perkiraan", "owner": "DLH Kota Batu", "due": "2027-01-31",
          "indicator": "landfill_inflow_tpd"}


def form(rows: dict[str, list[dict[str, str]]] | None = None, **head: str) -> dict[str, str]:
    """What a browser sends: the head, and the rows with their counts."""
    found = {**HEAD, **head}
    for name, items in {**ROWS, **(rows or {})}.items():
        found[f"{name}-n"] = str(len(items))
        found |= {f"{name}-{k}-{field}": value for k, item in enumerate(items) for field, value in item.items()}
    return found


def someone(name: str, region: Region, role: Role) -> Client:
    person = Person.objects.create_user(f"{name}@contoh.go.id", name.title(), "kopi tubruk tanpa gula")
    with region_scope(region), account_scope(person_id=person.pk):
        Membership.objects.create(person=person, role=role.value, valid_from=date(2026, 1, 1),
                                  granted_at=datetime(2026, 11, 24, 3, 0, tzinfo=UTC))
    client = Client()
    with account_scope(person_id=person.pk):
        client.force_login(person)
    return client


def recorded(officer: Client, **head: str) -> str:
    """The address of a visit that was just recorded."""
    answer = officer.post(RECORD, form(**head))
    assert answer.status_code == 302, re.sub(r"<[^>]+>", " ", answer.content.decode())[:2000]
    return str(answer["Location"])


def hidden(page: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    assert found is not None, name
    return found[1]


def publish(officer: Client, address: str) -> Any:
    seen = hidden(officer.get(address).content.decode(), "seen")
    return officer.post(f"{address}terbitkan/", {"seen": seen})


def text_of(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, (address, answer.status_code)
    return answer.content.decode()
