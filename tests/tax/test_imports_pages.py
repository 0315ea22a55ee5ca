"""Pages of imports on the desk, and the commands: uploaded, checked behind, places mapped, applied, exported."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from sepadan.records.public import (
    AuditEntry,
    Membership,
    Person,
    Role,
    account_scope,
    region_folder,
    region_scope,
    run_worker,
)
from sepadan.tax.commands_imports import export_command, import_command
from sepadan.tax.models import ImportState, NopPlace, RegisterImport, RegisterObject
from sepadan.territory.models import Region
from sepadan.territory.public import key_of

from . import sismiop_files as files

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "owner"])
NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
DESK = "/id/35.73/pajak/impor/"
COUNT = 6


@pytest.fixture(autouse=True)
def _data(settings: Any, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path / "data"
    settings.SECOND_FACTOR_ROLES = []
    settings.STORAGES = {**settings.STORAGES, "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}


@pytest.fixture
def malang(transactional_db: None) -> Region:
    return Region.objects.get(code="35.73")


def signed_in(region: Region, role: Role) -> Client:
    made = Person.objects.create_user(f"{role.value}@contoh.go.id", role.value.title())
    with region_scope(region), account_scope(person_id=made.pk):
        Membership.objects.create(person=made, role=role.value, valid_from=date(2026, 1, 1), granted_at=NOW)
    client = Client()
    with account_scope(person_id=made.pk):
        client.force_login(made)
    return client


def uploads(paths: Sequence[Path]) -> list[SimpleUploadedFile]:
    return [SimpleUploadedFile(path.name, path.read_bytes(), "text/csv") for path in paths]


def text(client: Client, path: str) -> str:
    return " ".join(client.get(path).content.decode().split())


def test_an_officer_brings_a_register_in_and_an_auditor_only_looks(malang: Region, tmp_path: Path) -> None:
    officer, auditor = signed_in(malang, Role.TAX_OFFICER), signed_in(malang, Role.AUDITOR)
    paths = files.write_all(tmp_path / "in", COUNT)
    assert officer.post(DESK, {"valid_on": "2026-01-01"}).status_code == 422
    assert "tidak ada berkas" in officer.post(DESK, {"valid_on": "2026-01-01"}).content.decode()
    assert "bukan tanggal" in officer.post(DESK, {"valid_on": "1 Januari"}).content.decode()
    answer = officer.post(DESK, {"files": uploads(paths), "valid_on": "2026-01-01"})
    page = answer["Location"]
    with region_scope(malang):
        one = RegisterImport.objects.get()
    assert page == f"{DESK}{one.pk}/"
    run_worker(until_empty=True)
    seen = text(officer, page)
    assert all(place in seen for place in files.PLACES)
    assert f"{COUNT // 2} baris baru" in seen  # taxpayers need no place; everything else waits for it
    chosen = {f"tempat-{place}": key_of(village) for place, village in zip(files.PLACES, files.VILLAGES, strict=True)}
    for act in ("tempat", "periksa", "terapkan", "buang"):
        assert auditor.post(f"{page}{act}/", chosen).status_code == 403
    assert auditor.post(DESK, {"files": uploads(paths), "valid_on": "2026-01-01"}).status_code == 200
    assert officer.post(f"{page}tempat/", chosen)["Location"] == page
    run_worker(until_empty=True)
    with region_scope(malang):
        assert RegisterImport.objects.count() == 1  # the auditor brought nothing in
        assert NopPlace.objects.count() == 2
        assert not RegisterObject.objects.exists()
        one = RegisterImport.objects.get()
    assert "Terapkan</button>" in text(officer, page)
    assert "Terapkan</button>" not in text(auditor, page)
    assert "berubah sejak impor" in officer.post(f"{page}terapkan/", {"control": "0" * 64}).content.decode()
    assert officer.post(f"{page}terapkan/", {"control": one.control})["Location"] == page
    run_worker(until_empty=True)
    with region_scope(malang):
        assert RegisterObject.objects.count() == COUNT
        assert RegisterImport.objects.get().state == ImportState.APPLIED
    assert "sudah dihapus" in text(officer, page)
    assert list(region_folder(malang, "imports").iterdir()) == []


def test_faults_are_shown_and_downloaded_and_an_import_is_discarded(malang: Region, tmp_path: Path) -> None:
    officer = signed_in(malang, Role.TAX_OFFICER)
    rows = [list(row) for row in files.nir()]
    rows[1][6], rows[2][5] = "banyak", "tahun lalu"
    path = files.write(tmp_path / "dat_nir.csv", "dat_nir", rows)
    strange = SimpleUploadedFile("catatan.pdf", b"%PDF-1.7", "application/pdf")
    page = officer.post(DESK, {"files": [*uploads([path]), strange], "valid_on": "2026-01-01"})["Location"]
    run_worker(until_empty=True)
    assert "bukan CSV dan bukan XLSX" in text(officer, page)
    listed = text(officer, f"{page}masalah/")
    assert "“banyak” bukan bilangan" in listed
    assert "“banyak” bukan bilangan" not in text(officer, f"{page}masalah/?column=THN_NIR_ZNT")
    sheet = officer.get(f"{page}masalah/?format=csv").content.decode("utf-8-sig")
    assert "dat_nir.csv,3,NIR,“banyak” bukan bilangan." in sheet.replace('"', "")
    folder = region_folder(malang, "imports") / page.rstrip("/").rpartition("/")[2]
    assert folder.exists()
    assert officer.post(f"{page}buang/")["Location"] == page
    assert not folder.exists()
    assert "sudah ditutup" in officer.post(f"{page}periksa/").content.decode()


def test_an_export_needs_its_region_a_right_and_a_reason(malang: Region) -> None:
    officer, auditor = signed_in(malang, Role.TAX_OFFICER), signed_in(malang, Role.AUDITOR)
    wanted = {"table": "dat_objek_pajak", "form": "csv", "reason": "serah terima ke pemeriksa"}
    assert auditor.post("/id/35.73/pajak/ekspor/", wanted).status_code == 403
    assert officer.post("/id/32.16/pajak/ekspor/", wanted).status_code == 403
    assert officer.post("/id/35.73/pajak/ekspor/", {**wanted, "reason": "uji"}).status_code == 422
    with region_scope(malang):
        assert not AuditEntry.objects.filter(action="tax.audit.register_exported").exists()
    answer = officer.post("/id/35.73/pajak/ekspor/", wanted)
    assert b"".join(answer.streaming_content).decode("utf-8-sig").startswith("KD_PROPINSI,KD_DATI2")
    assert "dat_objek_pajak-35.73-" in answer["Content-Disposition"]
    with region_scope(malang):
        assert AuditEntry.objects.get(action="tax.audit.register_exported").reason == wanted["reason"]


def test_the_commands_do_what_the_desk_does(malang: Region, tmp_path: Path) -> None:
    paths = [str(path) for path in files.write_all(tmp_path / "in", COUNT)]
    dry = CliRunner().invoke(import_command, [*paths, "--region", "35.73", "--dry-run", "--json"])
    told = json.loads(dry.stdout)
    assert (dry.exit_code, told["new"], len(told["unmapped"])) == (1, COUNT // 2, 2)  # taxpayers need no place
    with region_scope(malang):
        assert RegisterImport.objects.get().state == ImportState.DISCARDED
        for place, village in zip(files.PLACES, files.VILLAGES, strict=True):
            NopPlace.objects.create(code=place, kelurahan_id=key_of(village))
    done = CliRunner().invoke(import_command, [*paths, "--region", "35.73", "--on", "2026-01-01", "--apply"])
    assert (done.exit_code, f"dat_objek_pajak: {COUNT} " in done.stdout) == (0, True)
    with region_scope(malang):
        assert RegisterObject.objects.count() == COUNT
    out = CliRunner().invoke(export_command, ["--region", "35.73", "--out", str(tmp_path / "out"), "--reason",
                                              "uji perintah ekspor", "--on", "2026-01-01"])
    assert out.exit_code == 0
    again = CliRunner().invoke(import_command, [*out.stdout.split(), "--region", "35.73", "--on", "2026-01-01",
                                                "--dry-run", "--json"])
    assert {name: json.loads(again.stdout)[name] for name in ("new", "changed", "bad")} == {
        "new": 0, "changed": 0, "bad": 0}
