"""An officer records a visit with all its parts and publishes it; both regions read the release and nothing else."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client

from sepadan.records.public import AuditEntry, Role, region_scope
from sepadan.study.models import VisitRecord, VisitRelease
from sepadan.study.queries.visits import recorded_visits
from sepadan.territory.public import Region, region_of_code

from .visit_site import HEAD, LESSON, RECORD, ROWS, form, hidden, publish, recorded, someone, text_of

db = pytest.mark.django_db


@pytest.fixture(autouse=True)
def quick_hasher(settings: Any) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def malang() -> Region:
    return region_of_code("35.73")


# --- recording and reading -------------------------------------------------------------------------------------------

PARTS = ("Belajar pajak dan sampah", "Kepala Bapenda Kota Batu", "memimpin", "09.00", "Penerimaan di Balai Kota",
         "TPA Supit Urang", "Luas Kota Malang 114,26 km²", "Notulen rapat", "https://contoh.go.id/notulen",
         "114", "km²</span>", "Timbang setiap muatan", "arusnya hanya perkiraan", "Biaya perjalanan",
         "Malang Creative Center", "Neraca dibahas")  # fmt: skip


@db
def test_a_recorded_visit_has_every_part_of_the_preloaded_one(malang: Region) -> None:
    officer = someone("dewi", malang, Role.TAX_OFFICER)
    address = recorded(officer)
    assert officer.post(f"{address}pelajaran/", LESSON).status_code == 302
    step = {"on": "2025-04-01", "text": "Neraca dibahas"}
    assert officer.post(f"{address}tindak-lanjut/", step).status_code == 302
    for lang, verdicts in (("id", ("Tidak terbukti", "Tidak dapat diperiksa")),
                           ("en", ("Not supported", "Cannot be checked"))):  # fmt: skip
        text = text_of(officer, address.replace("/id/", f"/{lang}/"))
        assert [one for one in (*PARTS, *verdicts) if one not in text] == []
    with region_scope(malang):
        actions = set(AuditEntry.objects.values_list("action", flat=True))
    assert {"study.audit.visit_recorded", "study.audit.lesson_added", "study.audit.follow_up_added"} <= actions


@db
def test_a_draft_is_read_in_its_region_alone(malang: Region, client: Client) -> None:
    officer, auditor = someone("dewi", malang, Role.TAX_OFFICER), someone("audi", malang, Role.AUDITOR)
    other = someone("sari", region_of_code("35.79"), Role.TAX_OFFICER)
    address = recorded(officer)
    there = address.replace("35.73", "35.79")
    assert "konsep" in text_of(officer, address)
    assert "Belajar pajak dan sampah" in text_of(auditor, "/id/35.73/kunjungan/")
    assert "Ubah catatan" not in text_of(auditor, address)
    for reader, path in ((client, address), (client, there), (other, address), (other, there)):
        assert reader.get(path).status_code == 404
    for path in ("/id/35.73/kunjungan/", "/id/35.73/", "/id/35.79/", "/id/35.79/kunjungan/", "/id/kunjungan/"):
        assert "Belajar pajak dan sampah" not in text_of(client, path)


@db
def test_a_published_visit_is_read_in_both_regions_and_a_third_has_none(malang: Region, client: Client) -> None:
    officer = someone("dewi", malang, Role.TAX_OFFICER)
    address = recorded(officer)
    assert publish(officer, address).status_code == 302
    there = address.replace("35.73", "35.79")
    for path in (address, there):
        assert "Kepala Bapenda Kota Batu" in text_of(client, path)
        assert "Dewi" not in text_of(client, path)
    for path in ("/id/35.73/", "/id/35.79/", "/id/35.73/kunjungan/", "/id/35.79/kunjungan/", "/id/kunjungan/"):
        assert "Belajar pajak dan sampah" in text_of(client, path)
    assert client.get(address.replace("35.73", "35.78")).status_code == 404
    assert "Belajar pajak dan sampah" not in text_of(client, "/id/35.78/kunjungan/")
    with region_scope(malang):
        assert AuditEntry.objects.filter(action="study.audit.visit_released").count() == 1


@db
def test_the_other_region_reads_the_release_and_nothing_more(malang: Region) -> None:
    officer, batu = someone("dewi", malang, Role.TAX_OFFICER), region_of_code("35.79")
    other = someone("sari", batu, Role.TAX_OFFICER)
    address = recorded(officer)
    publish(officer, address)
    there = address.replace("35.73", "35.79")
    assert other.get(there).status_code == 200
    assert [other.get(f"{there}ubah/").status_code, other.post(f"{there}tarik/").status_code] == [404, 404]
    with region_scope(batu), connection.cursor() as cursor:
        for table, rows in (("study_visitrelease", 1), ("study_visitrecord", 0)):
            cursor.execute(f"SELECT count(*) FROM {table}")
            assert cursor.fetchone() == (rows,)
        cursor.execute("UPDATE study_visitrelease SET title = 'lain'")
        assert cursor.rowcount == 0
        cursor.execute("DELETE FROM study_visitrelease")
        assert cursor.rowcount == 0
        with pytest.raises(DatabaseError), transaction.atomic():
            cursor.execute("INSERT INTO study_visitrelease (region_id, visit_id, other_id, role, title, first_day, "
                           "content, released_at) SELECT region_id, visit_id + 1, other_id, role, title, first_day, "
                           "content, released_at FROM study_visitrelease")
    with region_scope(region_of_code("35.78")), connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM study_visitrelease")
        assert cursor.fetchone() == (0,)


@db
def test_changes_stay_inside_until_they_are_published_and_it_can_be_taken_back(malang: Region, client: Client) -> None:
    officer = someone("dewi", malang, Role.TAX_OFFICER)
    address = recorded(officer)
    publish(officer, address)
    version = hidden(text_of(officer, f"{address}ubah/"), "version")
    changed = form(title="Kunjungan kerja ke Malang") | {"version": version}
    assert officer.post(f"{address}ubah/", changed).status_code == 302
    assert "belum terbit" in text_of(officer, address)
    assert "Kunjungan kerja" not in text_of(client, address)
    publish(officer, address)
    assert "Kunjungan kerja ke Malang" in text_of(client, address.replace("35.73", "35.79"))
    with region_scope(malang):
        assert VisitRelease.objects.count() == 1
    assert officer.post(f"{address}tarik/", {"reason": "belum disetujui"}).status_code == 302
    assert client.get(address).status_code == 404
    assert "konsep" in text_of(officer, address)
    with region_scope(malang):
        assert VisitRelease.objects.count() == 0
        entries = list(AuditEntry.objects.order_by("id").values_list("action", "reason"))
        (change,) = AuditEntry.objects.filter(action="study.audit.visit_changed")
    assert change.before == {"title": "Belajar pajak dan sampah"}
    assert [one for one, _ in entries if "visit" in one] == [
        "study.audit.visit_recorded", "study.audit.visit_released", "study.audit.visit_changed",
        "study.audit.visit_released_again", "study.audit.visit_withdrawn"]
    assert entries[-1][1] == "belum disetujui"


@db
def test_without_a_source_it_is_not_published(malang: Region, client: Client) -> None:
    officer = someone("dewi", malang, Role.TAX_OFFICER)
    rows = {"references": [{}], "statements": [{}]}
    address = officer.post(RECORD, form(rows))["Location"]
    answer = publish(officer, address)
    assert answer.status_code == 422
    assert "belum punya sumber" in answer.content.decode()
    assert client.get(address).status_code == 404


@db
def test_others_may_not(malang: Region, client: Client) -> None:
    assert client.get(RECORD).status_code == 302  # to sign in
    guest = someone("rudi", malang, Role.VISITOR)
    elsewhere = someone("sari", region_of_code("32.16"), Role.TAX_OFFICER)
    officer = someone("dewi", malang, Role.TAX_OFFICER)
    for person in (guest, elsewhere):
        assert person.post(RECORD, form()).status_code == 403
    with region_scope(malang):
        assert recorded_visits() == []
    address = recorded(officer)
    for person in (guest, elsewhere):
        for end in ("ubah/", "pelajaran/", "tindak-lanjut/", "terbitkan/", "tarik/"):
            assert person.post(f"{address}{end}", {}).status_code == 403
    assert "Catat kunjungan" in text_of(officer, "/id/35.73/kunjungan/")
    assert "Catat kunjungan" not in text_of(guest, "/id/35.73/kunjungan/")
    assert "Belajar pajak dan sampah" in text_of(guest, address)


# --- the form --------------------------------------------------------------------------------------------------------


@db
@pytest.mark.parametrize(("head", "rows", "says"), [
    ({"other": "35.73"}, {}, "dirinya sendiri"), ({"other": "99.99"}, {}, "99.99"),
    ({"last_day": "2025-03-01"}, {}, "mendahului"), ({"purpose": " "}, {}, "belum ada"),
    ({"first_day": "2099-01-01", "last_day": "2099-01-02"}, {}, "belum terjadi"),
    ({"first_day": "kemarin"}, {}, "Bukan tanggal"),
    ({}, {"agenda": [{"on": "2025-03-09", "item": "Pulang"}]}, "di luar hari kunjungan"),
    ({}, {"agenda": [{"on": "", "item": "Pulang"}]}, "Acara 1: Hari"),
    ({}, {"attendees": [{}, {"side": "guest", "office": "Kepala 3573010101900001"}]}, "Jabatan 2: Jabatan atau dinas"),
    ({}, {"references": [{"title": "x", "url": "javascript:alert(1)"}]}, "bukan alamat halaman"),
    ({}, {"statements": [ROWS["statements"][0] | {"figure": "885.271"}]}, "dua cara"),
    ({}, {"statements": [ROWS["statements"][0] | {"unit": "hektare"}]}, "bukan satuan ukuran"),
    ({}, {"statements": [ROWS["statements"][0] | {"source": "7"}]}, "Tidak ada sumber nomor 7"),
    ({}, {"statements": [ROWS["statements"][0] | {"period": "tahun lalu"}]}, "bukan masa"),
])
def test_a_wrong_record_is_refused_and_keeps_what_was_typed(
    malang: Region, head: dict[str, str], rows: dict[str, list[dict[str, str]]], says: str,
) -> None:
    officer = someone("dewi", malang, Role.WASTE_OFFICER)
    answer = officer.post(RECORD, form(rows, **head))
    text = answer.content.decode()
    assert answer.status_code == 422
    assert says in text
    kept = {**HEAD, **head}["title"], *(value for items in {**ROWS, **rows}.values() for one in items
                                        for field, value in one.items() if field in ("office", "item", "text", "url"))
    assert [one for one in kept if one not in text] == []
    with region_scope(malang):
        assert VisitRecord.objects.count() == 0


@db
def test_another_row_is_another_submit_and_loses_nothing(malang: Region) -> None:
    officer = someone("dewi", malang, Role.CREATIVE_OFFICER)
    more = officer.post(RECORD, form(first_day="kemarin") | {"rows": "add:statements"})
    text = more.content.decode()
    assert more.status_code == 200
    assert (hidden(text, "statements-n"), hidden(text, "agenda-n")) == ("3", "1")
    assert 'name="statements-2-text"' in text
    assert [one for one in ("kemarin", "114,26", "Semua senang", "tidak terbit") if one not in text] == []
    assert "Bukan tanggal" not in text
    fewer = officer.post(RECORD, form() | {"rows": "drop:statements:0"}).content.decode()
    assert hidden(fewer, "statements-n") == "1"
    assert ("Semua senang" in fewer, "Luas Kota Malang" in fewer) == (True, False)
    for odd in ("add:nothing", "drop:statements:99", "drop:statements:x", "boo"):
        assert "Semua senang" in officer.post(RECORD, form() | {"rows": odd}).content.decode()
    with region_scope(malang):
        assert VisitRecord.objects.count() == 0


@db
def test_a_list_ends_at_its_most_rows(malang: Region) -> None:
    officer = someone("dewi", malang, Role.CREATIVE_OFFICER)
    sent = form() | {"statements-n": "9999", "rows": "add:statements"}
    text = officer.post(RECORD, sent).content.decode()
    assert hidden(text, "statements-n") == "0" or "30" in text
    text = officer.post(RECORD, form() | {"gaps-n": "20", "rows": "add:gaps"}).content.decode()
    assert hidden(text, "gaps-n") == "20"
    assert "Paling banyak 20 baris" in text


@db
def test_a_saved_visit_opens_for_change_as_it_was_and_saving_it_again_changes_nothing(malang: Region) -> None:
    officer = someone("dewi", malang, Role.TAX_OFFICER)
    address = recorded(officer)
    text = text_of(officer, f"{address}ubah/")
    assert [one for one in ("114.26", "Notulen rapat", "09.00", "memimpin", "Pajak daerah") if one not in text] == []
    with region_scope(malang):
        before = VisitRecord.objects.get()
    sent = form({"statements": [ROWS["statements"][0] | {"figure": "114.26"}, ROWS["statements"][1]]})
    assert officer.post(f"{address}ubah/", sent | {"version": "1"}).status_code == 302
    with region_scope(malang):
        after = VisitRecord.objects.get()
        assert AuditEntry.objects.filter(action="study.audit.visit_changed").count() == 0
    assert (after.version, after.content) == (before.version, before.content)


@db
def test_the_same_visit_twice_is_refused_also_when_one_is_changed_into_the_other(malang: Region) -> None:
    officer = someone("dewi", malang, Role.CREATIVE_OFFICER)
    recorded(officer)
    assert officer.post(RECORD, form()).status_code == 422
    second = recorded(officer, title="Kunjungan kedua")
    answer = officer.post(f"{second}ubah/", form() | {"version": "1"})
    assert answer.status_code == 422
    assert "sudah tercatat" in answer.content.decode()


@db
def test_a_page_of_thirty_claims_costs_no_more_queries_than_one(
    malang: Region, django_assert_max_num_queries: Callable[..., Any], client: Client,
) -> None:
    officer = someone("dewi", malang, Role.TAX_OFFICER)
    counts = []
    for n in (1, 30):
        rows = {"statements": ROWS["statements"][:1] * n}
        address = officer.post(RECORD, form(rows, title=f"Kunjungan {n}"))["Location"]
        publish(officer, address)
        with django_assert_max_num_queries(60) as captured:
            client.get(address)
        counts.append(len(captured))
    assert counts[0] == counts[1]
