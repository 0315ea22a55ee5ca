"""Documents: kept whole, numbered, opened only by those who may."""

from __future__ import annotations

import stat
from datetime import date

import pytest
from django.http import Http404

from sepadan.ground.problems import Refused
from sepadan.records import access
from sepadan.records.models import AuditEntry, Document, Number
from sepadan.records.names import Actor, NumberPeriod, Office, Role
from sepadan.records.services import filestore
from sepadan.records.services.documents import Draft, content_of, store_document, void_document
from sepadan.records.services.numbers import open_series, take_number
from sepadan.records.tenancy import region_scope

from .conftest import NOW, PASSWORD

pytestmark = pytest.mark.django_db
ACTOR = Actor("Sistem")


@pytest.fixture(autouse=True)
def data_folder(settings, tmp_path):
    settings.DATA_DIR = tmp_path


def draft(**fields):
    return Draft(**{"kind": "tax.letter", "title": "Surat teguran", "content": b"%PDF-1.7 isi", "office": Office.TAX,
                    "file_name": "surat teguran.pdf", **fields})


def test_a_document_takes_the_next_number_and_is_found_again(malang):
    with region_scope(malang):
        open_series("surat", "Surat", "900/{number}/{year}", NumberPeriod.YEAR)
        document = store_document(draft(), actor=ACTOR, now=NOW, series="surat", on=date(2026, 11, 24))
        assert document.number.text == "900/1/2026"
        assert content_of(document) == b"%PDF-1.7 isi"
        assert AuditEntry.objects.get().after["number"] == "900/1/2026"


def test_a_number_printed_in_the_document_is_attached_once(malang):
    with region_scope(malang):
        open_series("surat", "Surat", "900/{number}/{year}", NumberPeriod.YEAR)
        number = take_number(malang, "surat", date(2026, 11, 24))
        store_document(draft(), actor=ACTOR, now=NOW, number=number)
        with pytest.raises(Refused, match="in use or void"):
            store_document(draft(), actor=ACTOR, now=NOW, number=number)
        with pytest.raises(Refused, match="no such number"):
            store_document(draft(), actor=ACTOR, now=NOW, number="900/99/2026")


def test_files_lie_in_the_regions_own_closed_folder(malang, bekasi, tmp_path):
    with region_scope(malang):
        document = store_document(draft(), actor=ACTOR, now=NOW)
    path = filestore.path_of(malang, document.sha256)
    assert path.is_relative_to(tmp_path / "files" / "35.73" / "documents")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    for folder in (path.parent, path.parent.parent, path.parents[2], path.parents[3]):
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert [p.name for p in path.parent.iterdir()] == [document.sha256]
    assert not filestore.path_of(bekasi, document.sha256).exists()


def test_a_damaged_or_missing_file_is_refused(malang):
    with region_scope(malang):
        document = store_document(draft(), actor=ACTOR, now=NOW)
        path = filestore.path_of(malang, document.sha256)
        path.write_bytes(b"isi lain")
        with pytest.raises(Refused, match="damaged"):
            content_of(document)
        path.unlink()
        with pytest.raises(Refused, match="not in the data folder"):
            content_of(document)
        with pytest.raises(Refused, match="empty"):
            store_document(draft(content=b""), actor=ACTOR, now=NOW)


def test_voiding_keeps_document_and_number(malang):
    with region_scope(malang):
        open_series("surat", "Surat", "900/{number}/{year}", NumberPeriod.YEAR)
        document = store_document(draft(), actor=ACTOR, now=NOW, series="surat", on=date(2026, 11, 24))
        with pytest.raises(Refused, match="reason"):
            void_document(document, actor=ACTOR, now=NOW, reason="")
        void_document(document, actor=ACTOR, now=NOW, reason="salah orang")
        with pytest.raises(Refused, match="void already"):
            void_document(document, actor=ACTOR, now=NOW, reason="lagi")
        assert Document.objects.get().void_reason == Number.objects.get().void_reason == "salah orang"


@pytest.mark.parametrize(("fields", "readers"), [
    ({"office": Office.TAX}, {"pajak", "auditor"}),
    ({"office": Office.WASTE}, {"sampah", "auditor"}),
    ({"office": Office.WASTE, "is_public": True}, {"pajak", "sampah", "auditor", "bekasi", None}),
])
def test_a_document_is_opened_by_its_office_or_everybody(client, malang, bekasi, make_person, fields, readers):
    make_person("pajak", (malang, Role.TAX_OFFICER))
    make_person("sampah", (malang, Role.WASTE_OFFICER))
    make_person("auditor", (malang, Role.AUDITOR))
    make_person("bekasi", (bekasi, Role.TAX_OFFICER))
    with region_scope(malang):
        document = store_document(draft(**fields), actor=ACTOR, now=NOW)
    url = f"/id/35.73/dokumen/{document.pk}/"
    for name in ("pajak", "sampah", "auditor", "bekasi", None):
        if name:
            client.post("/id/masuk/", {"email": f"{name}@contoh.go.id", "password": PASSWORD})
        answer = client.get(url)
        assert answer.status_code == (200 if name in readers else 404), name
        if name in readers:
            assert answer.content == b"%PDF-1.7 isi"
            assert answer.headers["Content-Disposition"] == 'inline; filename="surat teguran.pdf"'
        assert client.get(f"/id/32.16/dokumen/{document.pk}/").status_code == 404
        client.post("/id/keluar/")
    with region_scope(malang):
        opened = AuditEntry.objects.filter(action="records.audit.document_opened").count()
    assert opened == (0 if fields.get("is_public") else len(readers))


def test_ones_own_document_is_open_to_oneself(malang, make_person):
    warga, other = make_person("warga"), make_person("lain")
    with region_scope(malang):
        document = store_document(draft(owner_id=warga.pk), actor=ACTOR, now=NOW)
        assert access.document_for(warga, malang, document.pk) == document
        with pytest.raises(Http404):
            access.document_for(other, malang, document.pk)


@pytest.mark.parametrize(("given", "kept"), [
    ("../../etc/passwd", "etc-passwd"), ('a"b\r\nc.pdf', "a-b--c.pdf"), ("", "dokumen"),
    ("x" * 300 + ".pdf", "x" * 146 + ".pdf")])
def test_a_file_name_is_harmless(malang, given, kept):
    with region_scope(malang):
        assert store_document(draft(file_name=given), actor=ACTOR, now=NOW).file_name.lstrip("-") == kept
