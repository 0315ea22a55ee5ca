"""A kept study belongs to the guest; the host reads it and nothing more; its files open only through a check."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import DatabaseError, connection, transaction
from django.http import Http404
from django.test import Client
from django.test.utils import CaptureQueriesContext

from sepadan.ground.problems import Refused
from sepadan.records.models import AuditEntry, Membership, Person
from sepadan.records.names import Actor, Role
from sepadan.records.tenancy import account_scope, region_scope
from sepadan.study.access import studies_for, study_for
from sepadan.study.models import StudyRecord
from sepadan.study.services import keeping
from sepadan.study.services.keeping import file_of, keep_study, publish_study
from sepadan.territory.public import region_of_code

NOW = datetime(2026, 11, 24, 3, tzinfo=UTC)
ACTOR = Actor(name="Ayu")
FILES = {"study.json": b"{}\n", "totals.csv": b"roll\r\n32.16\r\n"}
NOBODY = AnonymousUser()

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("small_rolls")]


@pytest.fixture(autouse=True)
def _folder(settings: Any, tmp_path: Any) -> None:
    settings.DATA_DIR = tmp_path


@pytest.fixture
def guest() -> Any:
    return region_of_code("32.16")


@pytest.fixture
def host() -> Any:
    return region_of_code("35.73")


@pytest.fixture
def kept(study: Any, guest: Any) -> StudyRecord:
    with region_scope(guest):
        return keep_study(study, FILES, actor=ACTOR, now=NOW)


def person(region: Any, role: Role) -> Person:
    found = Person.objects.create_user(f"{role}@{region.code}.go.id", role, "kopi tubruk tanpa gula")
    with region_scope(region), account_scope(person_id=found.pk):
        Membership.objects.create(person=found, role=role.value, valid_from=NOW.date(), granted_at=NOW)
    return found


def closed(kept: StudyRecord) -> StudyRecord:
    with region_scope(kept.region):
        StudyRecord.objects.filter(pk=kept.pk).update(public=False)
    return kept


def test_it_is_kept_once_with_its_sums_and_an_audit_entry(study, guest, kept):
    with region_scope(guest):
        assert keep_study(study, FILES, actor=ACTOR, now=NOW).pk == kept.pk
        assert StudyRecord.objects.count() == 1
        (entry,) = AuditEntry.objects.filter(action="study.audit.kept")
        assert entry.actor_name == "Ayu"
        assert file_of(kept, "totals.csv") == FILES["totals.csv"]
        assert file_of(kept, "../study.json") is None
    assert kept.synthetic
    assert kept.public
    assert kept.figures["own"] == study.tax.as_is.before.payable


def test_the_host_reads_it_and_a_third_region_does_not(guest, host, kept):
    with region_scope(host):
        assert StudyRecord.objects.count() == 0
        assert [one.pk for one in studies_for(NOBODY, host)] == [kept.pk]
        assert file_of(study_for(NOBODY, host, kept.pk), "study.json") == b"{}\n"
    with region_scope(region_of_code("35.78")) as third, connection.cursor() as cursor:
        assert studies_for(NOBODY, third) == []
        cursor.execute("SELECT count(*) FROM study_studyrecord")
        assert cursor.fetchone() == (0,)


def test_the_host_can_neither_change_nor_take_it_by_sql(host, kept):
    with region_scope(host), connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM study_studyrecord")
        assert cursor.fetchone() == (1,)
        cursor.execute("UPDATE study_studyrecord SET public = true")
        assert cursor.rowcount == 0
        for statement in ("DELETE FROM study_studyrecord", "UPDATE study_studyrecord SET lever = 'other'"):
            with pytest.raises(DatabaseError), transaction.atomic():
                cursor.execute(statement)


def test_what_it_says_is_fixed_even_for_the_guest(guest, kept):
    with region_scope(guest), pytest.raises(DatabaseError), transaction.atomic():
        StudyRecord.objects.filter(pk=kept.pk).update(figures={})


def test_one_that_is_not_public_is_for_people_of_both_regions_alone(guest, host, kept):
    closed(kept)
    other = region_of_code("35.78")
    for region, someone, sees in ((guest, NOBODY, False), (host, NOBODY, False),
                                  (guest, person(guest, Role.VISITOR), True), (host, person(host, Role.AUDITOR), True),
                                  (host, person(other, Role.TAX_OFFICER), False)):  # fmt: skip
        with region_scope(region):
            assert [one.pk for one in studies_for(someone, region)] == ([kept.pk] if sees else [])
            if sees:
                assert study_for(someone, region, kept.pk).pk == kept.pk
            else:
                with pytest.raises(Http404):
                    study_for(someone, region, kept.pk)


def test_publishing_is_recorded_and_lasts(guest, kept):
    closed(kept)
    with region_scope(guest):
        assert publish_study(kept, actor=ACTOR, now=NOW).public
        publish_study(kept, actor=ACTOR, now=NOW)
        assert AuditEntry.objects.filter(action="study.audit.published").count() == 1


def test_a_damaged_or_lost_file_is_refused_not_shown(guest, kept):
    with region_scope(guest):
        path = keeping.folder_of(guest, kept.fingerprint) / "study.json"
        path.write_bytes(b"[]")
        with pytest.raises(Refused, match="damaged"):
            file_of(kept, "study.json")
        path.unlink()
        with pytest.raises(Refused, match="missing"):
            file_of(kept, "study.json")


def test_it_is_kept_in_the_region_of_the_guest_only(study, host):
    with region_scope(host), pytest.raises(Refused, match="cannot be kept"):
        keep_study(study, FILES, actor=ACTOR, now=NOW)


# --- pages -----------------------------------------------------------------------------------------------------------

WHOLE = "/id/32.16/studi/35.73/lengkap/"


def test_the_whole_study_is_a_page_with_its_files(client: Client, study: Any) -> None:
    page = client.get(WHOLE)
    assert page.status_code == 200
    text = page.content.decode()
    for part in ("Rp269.500", "279.457,87", "0,3229", "844,5", study.fingerprints.whole, "studi.pdf", "totals.csv"):
        assert part in text
    assert "style=" not in text
    found = json.loads(client.get(WHOLE + "studi.json").content)
    assert found["fingerprint"] == study.fingerprints.whole
    assert client.get(WHOLE + "totals.csv").content.startswith("\ufeffroll".encode())
    assert client.get("/en/35.73/studi/32.16/lengkap/").status_code == 200
    paper = client.get(WHOLE + "studi.pdf")
    assert paper.content.startswith(b"%PDF")
    assert paper["Content-Disposition"].startswith("inline")


@pytest.mark.parametrize(("path", "status"), [
    (WHOLE + "rahasia.csv", 404), (WHOLE + "?pada=besok", 422), (WHOLE + "?tuas=cangkul", 422),
    ("/id/32.16/studi/99.99/lengkap/", 404), ("/id/32.16/studi/32.16/lengkap/", 422),
    ("/id/32.16/studi/tersimpan/99/", 404),
])  # fmt: skip
def test_wrong_addresses_are_told(client: Client, path: str, status: int) -> None:
    assert client.get(path).status_code == status


def test_only_an_officer_of_the_guest_keeps_a_study(client: Client, guest: Any, host: Any) -> None:
    asked = client.post(WHOLE + "simpan/", {"pada": "2025-01-16"})
    assert asked.status_code == 302
    assert "/masuk" in asked["Location"] or "next=" in asked["Location"]
    client.force_login(person(host, Role.TAX_OFFICER))
    assert client.post(WHOLE + "simpan/", {"pada": "2025-01-16"}).status_code == 403
    client.force_login(person(guest, Role.TAX_OFFICER))
    answer = client.post(WHOLE + "simpan/", {"pada": "2025-01-16"})
    assert answer.status_code == 302
    assert "/32.16/" in answer["Location"]


def test_the_work_of_keeping_makes_every_file(guest: Any) -> None:
    from sepadan.records.public import start_work
    from sepadan.records.services.work import perform
    from sepadan.study.tasks import KEEP_WORK

    params = {"host": "35.73", "on": "2025-01-16", "assumptions": "default", "lever": None, "by": "Ayu"}
    with region_scope(guest):
        work = start_work(KEEP_WORK, action="study.read", actor=ACTOR, now=NOW, params=params)
    assert perform(guest.pk, work.pk, clock=lambda: NOW) == "done"
    with region_scope(guest):
        (saved,) = StudyRecord.objects.all()
        assert {"study.json", "study.id.pdf", "study.en.html", "SHA256SUMS", "kelurahan.csv"} <= set(saved.files)
        assert file_of(saved, "study.en.pdf").startswith(b"%PDF")


def test_a_kept_study_has_a_page_in_both_regions(client: Client, kept: StudyRecord) -> None:
    for code in ("32.16", "35.73"):
        page = client.get(f"/en/{code}/studi/tersimpan/{kept.pk}/")
        assert page.status_code == 200
        assert kept.fingerprint in page.content.decode()
        assert client.get(f"/en/{code}/studi/tersimpan/{kept.pk}/study.json").content == b"{}\n"
        assert client.get(f"/en/{code}/studi/tersimpan/{kept.pk}/lain.json").status_code == 404
        assert f"tersimpan/{kept.pk}/" in client.get(f"/en/{code}/studi/").content.decode()
    assert client.get(f"/en/35.78/studi/tersimpan/{kept.pk}/").status_code == 404


@pytest.mark.parametrize("lang", ["id", "en"])
def test_public_studies_of_the_installation_stand_in_one_list(client: Client, kept: StudyRecord, lang: str) -> None:
    address = f"/{lang}/32.16/studi/tersimpan/{kept.pk}/"
    shown = client.get(f"/{lang}/studi/")
    assert shown.status_code == 200
    assert address in shown.content.decode()
    assert f'href="/{lang}/studi/"' in client.get(f"/{lang}/").content.decode()  # the frame leads there
    closed(kept)
    client.force_login(person(kept.region, Role.TAX_OFFICER))
    assert address not in client.get(f"/{lang}/studi/").content.decode()


def test_the_list_of_all_costs_the_same_for_one_study_and_for_ten(client: Client, kept: StudyRecord) -> None:
    counts = []
    for more in (0, 9):
        with region_scope(kept.region):
            for number in range(more):
                StudyRecord.objects.create(
                    host=kept.host, on=kept.on, assumptions="default", lever="ratio", fingerprint=f"{number:064x}",
                    synthetic=True, public=True, files={}, figures=kept.figures, made_at=NOW, made_by="Ayu")
        with CaptureQueriesContext(connection) as queries:
            assert client.get("/id/studi/").status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]
