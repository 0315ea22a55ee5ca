"""The register's pages as an officer uses them: nothing typed is lost, the day decides what is shown."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import Http404
from django.test import Client
from tests.tax.register_rows import ANI, BUDI, NOP, NOW, YEAR, house, payer, zone

from sepadan.ground.problems import Refused
from sepadan.records.public import AuditEntry, Membership, Person, Role, Work, account_scope, region_scope
from sepadan.tax import access_register
from sepadan.tax.engine.valuation_quality import quality_of
from sepadan.tax.models import RegisterObject, Sale, Taxpayer
from sepadan.tax.models.register import CloseReason
from sepadan.tax.models.register_values import SaleKind
from sepadan.tax.queries.register import object_on
from sepadan.tax.queries.register_zones import by_kelurahan, zone_rows
from sepadan.tax.services.freezing import classes_of
from sepadan.tax.services.register import close_object, correct_object
from sepadan.tax.services.register_values import NewSale, record_sale, set_nir, withdraw_sale
from sepadan.territory.models import Region

pytestmark = pytest.mark.django_db
ON = date(2025, 3, 1)
AT = f"/id/35.73/pajak/objek/{NOP}/"


@pytest.fixture
def malang(db: None) -> Iterator[Region]:
    region = Region.objects.get(code="35.73")
    with region_scope(region):
        yield region


def person(name: str, region: Region | None, role: Role) -> Person:
    made = Person.objects.create_user(f"{name}@contoh.go.id", name.title())
    if region is not None:
        with region_scope(region), account_scope(person_id=made.pk):
            Membership.objects.create(person=made, role=role.value, valid_from=date(2025, 1, 1), granted_at=NOW)
    return made


@pytest.fixture
def officer(malang: Region) -> Client:
    client, one = Client(), person("dewi", malang, Role.TAX_OFFICER)
    with account_scope(person_id=one.pk):
        client.force_login(one)
    return client


def text_of(answer: object) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))  # type: ignore[attr-defined]


def hidden(answer: object, name: str) -> str:
    return re.search(f'name="{name}" value="([^"]*)"', answer.content.decode()).group(1)  # type: ignore[attr-defined]


def test_who_was_overtaken_keeps_what_he_typed_sees_who_acted_and_saves_again(malang: Region, officer: Client):
    one = house(land_m2=120)
    page = officer.get(f"{AT}betulkan/")
    assert (page.status_code, hidden(page, "seen")) == (200, "1")
    correct_object(one, {"land_m2": 150}, seen=1, on=ON, actor=BUDI, now=NOW)
    typed = {"seen": "1", "street": "Jalan Ketikan", "land_m2": "150", "land_kind": "1", "use": "general",
             "on": "2025-03-01", "reason": "SPOP 7"}
    refused = officer.post(f"{AT}betulkan/", typed)
    assert refused.status_code == 409
    assert "Budi" in text_of(refused)
    assert 'value="Jalan Ketikan"' in refused.content.decode()
    assert hidden(refused, "seen") == "2"
    done = officer.post(f"{AT}betulkan/", typed | {"seen": hidden(refused, "seen")})
    assert (done.status_code, done["Location"]) == (302, AT)
    found = object_on(NOP, ON).version
    assert (found.street, found.land_m2, found.register_object.version) == ("Jalan Ketikan", 150, 3)
    assert object_on(NOP, ON - timedelta(days=1)).version.street == "Jalan Uji"


def test_the_page_shows_the_day_that_is_asked_for_and_what_was_known_then(malang: Region, officer: Client):
    one = house(land_m2=120)
    correct_object(one, {"land_m2": 150}, seen=1, on=ON, actor=ANI, now=NOW)
    assert "150" in text_of(officer.get(AT))
    assert "Luas bumi (m²) 120" in text_of(officer.get(f"{AT}?tanggal=2024-06-01"))
    assert "Luas bumi (m²) 150" in text_of(officer.get(f"{AT}?tanggal=2025-03-01&diketahui=2026-11-24"))
    assert "Belum ada yang diketahui" in text_of(officer.get(f"{AT}?tanggal=2025-03-01&diketahui=2026-11-23"))
    assert officer.get(f"{AT}?tanggal=kemarin").status_code == 422


def test_a_new_object_takes_the_next_number_of_its_block_and_its_owner_by_nik(malang: Region, officer: Client):
    house()
    typed = {"nop": NOP[:13], "name": "Tono", "nik": "3573010101010001", "holder": "1", "street": "Jalan Baru",
             "land_m2": "1.200", "land_kind": "3", "use": "general", "on": "2026-01-02", "reason": ""}
    empty = officer.post("/id/35.73/pajak/objek/baru/", typed | {"land_m2": "", "on": "2/1/2026"})
    assert empty.status_code == 422
    assert "Isi kolom ini." in text_of(empty)
    assert 'value="Tono"' in empty.content.decode()
    done = officer.post("/id/35.73/pajak/objek/baru/", typed)
    assert done.status_code == 302
    found = object_on(f"{NOP[:13]}00020", date(2026, 1, 2)).version
    assert (found.land_m2, found.taxpayer.name, found.taxpayer.nik_last4) == (1_200, "Tono", "0001")
    assert officer.post("/id/35.73/pajak/objek/baru/", typed | {"nop": NOP}).status_code == 409


def test_a_refused_act_leaves_no_taxpayer_behind(malang: Region, officer: Client):
    one = house()
    close_object(one, CloseReason.DOUBLE, seen=1, on=ON, actor=ANI, now=NOW, reason="ganda")
    before = Taxpayer.objects.count()
    answer = officer.post(f"{AT}alihkan/", {"seen": "2", "name": "Baru Sekali", "holder": "1", "on": "2025-04-01"})
    assert (answer.status_code, Taxpayer.objects.count()) == (409, before)
    opened = officer.post(f"{AT}tutup/", {"seen": "2", "on": "2025-04-01", "reason": "keliru"})
    assert opened.status_code == 302
    assert object_on(NOP, date(2025, 4, 1)).version.state == "active"


def test_split_and_merge_by_form_with_parts_added_and_objects_shown_first(malang: Region, officer: Client):
    house(land_m2=300)
    parts = {"seen": "1", "parts": "2", "land1": "200", "keeps1": "1", "land2": "100", "on": "2025-03-01"}
    grown = officer.post(f"{AT}pecah/", parts | {"add": "1"})
    assert hidden(grown, "parts") == "3"
    assert 'value="200"' in grown.content.decode()
    assert officer.post(f"{AT}pecah/", parts | {"land2": "99"}).status_code == 409
    assert officer.post(f"{AT}pecah/", parts).status_code == 302
    other = RegisterObject.objects.exclude(nop=NOP).get()
    unknown = officer.get(f"{AT}gabung/?sources=357399999999999999")
    assert unknown.status_code == 422
    shown = officer.get(f"{AT}gabung/", {"sources": str(other)})
    assert str(other) in text_of(shown)
    typed = {"sources": str(other), "seen": "2", f"seen{other.pk}": "1", "on": "2026-01-01"}
    assert officer.post(f"{AT}gabung/", typed | {f"seen{other.pk}": "9"}).status_code == 409
    assert officer.post(f"{AT}gabung/", typed).status_code == 302
    assert object_on(NOP, date(2026, 1, 1)).version.land_m2 == 300


def test_a_building_by_form_with_facilities_and_its_removal(malang: Region, officer: Client):
    house()
    typed = {"seen": "1", "jpb": "01", "area_m2": "60", "storeys": "1", "value": "Rp90.000.000", "ac_split": "2",
             "hydrant": "1", "on": "2025-03-01"}
    assert officer.post(f"{AT}bangunan/", typed).status_code == 302
    one = object_on(NOP, ON).buildings[0]
    assert (one.value, one.facilities) == (90_000_000, {"ac_split": 2, "hydrant": True})
    page = officer.get(f"{AT}bangunan/1/").content.decode()
    assert 'name="ac_split" value="2"' in page
    changed = officer.post(f"{AT}bangunan/1/", typed | {"seen": "2", "area_m2": "75", "on": "2025-06-01"})
    assert changed.status_code == 302
    assert [object_on(NOP, day).building_m2 for day in (ON, date(2025, 6, 1))] == [60, 75]
    same = typed | {"seen": "3", "area_m2": "75", "on": "2025-06-01"}
    assert officer.post(f"{AT}bangunan/1/", same).status_code == 409  # nothing differs
    assert officer.post(f"{AT}bangunan/1/hapus/", {"seen": "3", "on": "2026-01-01"}).status_code == 302
    assert object_on(NOP, date(2026, 1, 1)).buildings == ()
    assert officer.get(f"{AT}bangunan/2/").status_code == 404


def test_the_list_is_searched_by_the_beginning_of_a_number_by_name_and_by_street(malang: Region, officer: Client):
    house()
    house(f"{NOP[:13]}00020", taxpayer_id=payer("P2", "Budi Santoso").pk, street="Jalan Mawar")
    first, second = "35.73.020.001.001-0001.0", "35.73.020.001.001-0002.0"

    def found(q: str) -> list[str]:
        page = text_of(officer.get("/id/35.73/pajak/objek/", {"q": q}))
        return [nop for nop in (first, second) if nop in page]

    assert found("") == [first, second]
    assert found("35.73.020.001.001-0002") == [second]
    assert found("santoso") == [second]
    assert found("mawar") == [second]
    assert found("35.74") == []
    csv = officer.get("/id/35.73/pajak/objek/", {"q": "mawar", "format": "csv"}).content.decode("utf-8-sig")
    assert "Budi Santoso" in csv
    assert "Siti Aminah" not in csv


def test_the_list_with_names_is_taken_away_by_officers_and_that_is_recorded(malang: Region, officer: Client):
    house()
    at, auditor, one = "/id/35.73/pajak/objek/", Client(), person("eko", malang, Role.AUDITOR)
    with account_scope(person_id=one.pk):
        auditor.force_login(one)
    exported = AuditEntry.objects.filter(action="records.audit.exported")
    assert "Siti Aminah" in auditor.get(at).content.decode()  # on screen
    for form in ("csv", "xlsx"):
        assert f"format={form}" not in auditor.get(at).content.decode()
        assert auditor.get(at, {"format": form}).status_code == 403
    assert not exported.exists()
    for form in ("csv", "xlsx"):
        assert f"format={form}" in officer.get(at).content.decode()
        answer = officer.get(at, {"q": "siti", "state": "active", "format": form})
        assert (answer.status_code, f"objek-pajak.{form}" in answer["Content-Disposition"]) == (200, True)
    found = list(exported.order_by("at"))
    assert [one.object_label for one in found] == ["objek-pajak.csv", "objek-pajak.xlsx"]
    assert found[0].actor_name == "Dewi"
    assert found[0].after == {"rows": 1, "filter": {"state": "active"}, "searched": True}  # no name in the record


def test_a_zone_is_valued_from_its_sales_and_measured_against_them(malang: Region, officer: Client):
    one = zone("AA", nir=None)
    house(zone_id=one.pk)
    for price in (220_000_000, 200_000_000, 250_000_000):
        record_sale(one, NewSale(SaleKind.SALE, date(YEAR - 1, 5, 1), price, 100, "akta uji"), actor=ANI, now=NOW)
    old = record_sale(one, NewSale(SaleKind.OFFER, date(YEAR - 5, 5, 1), 1_000_000, 100, "iklan"), actor=ANI, now=NOW)
    with pytest.raises(Refused):
        record_sale(one, NewSale(SaleKind.SALE, ON, 10, 100, "akta", building_value=11), actor=ANI, now=NOW)
    at = f"/id/35.73/pajak/objek/znt/{one.pk}/?tahun={YEAR}"
    # (2,200,000 + 2,000,000 + 2,500,000) / 3 rupiah per m2
    assert "Rp2.233.333" in text_of(officer.get(at))
    typed = {"act": "nir", "seen": "", "shown_year": str(YEAR), "tax_year": str(YEAR), "nir": "2.233.333",
             "document": "Kertas kerja 1"}
    assert officer.post(at, typed).status_code == 302
    assert officer.post(at, typed).status_code == 409  # what was seen was that there is none
    table = classes_of(YEAR).table
    value = Fraction(table.find("land", Fraction(2_233_333)).value)
    row = next(row for row in zone_rows(YEAR, table) if row.zone.pk == one.pk)
    ratios = [value / 2_200_000, value / 2_000_000, value / 2_500_000]
    assert (row.objects, row.quality.sales) == (1, 3)
    assert row.quality.median == sorted(ratios)[1]
    assert row.quality.mean == sum(ratios) / 3
    assert by_kelurahan([row])[0].mean_nir == 2_233_333
    sale = Sale.objects.order_by("id")[0]
    withdraw_sale(sale, "bukan harga pasar", actor=ANI, now=NOW)
    row = next(row for row in zone_rows(YEAR, table) if row.zone.pk == one.pk)
    assert (row.quality.sales, old.withdrawn_at) == (2, None)


@pytest.mark.parametrize(("ratios", "verdict"), [
    (("1", "1", "0.7"), "proportional"), (("1", "1", "0.69"), "under_assessment"), (("0.5",), "proportional"),
    (("1", "1", "1.3"), "proportional"), (("1", "1", "1.31"), "over_assessment"), (("1", "3"), "proportional")])
def test_the_bands_of_quality_hold_their_bounds(ratios, verdict):
    given = [Fraction(Decimal(one)) for one in ratios]
    found = quality_of(given)
    assert found.verdict == verdict
    assert found.mean == sum(given) / len(given)
    with pytest.raises(Refused):
        quality_of([Fraction(0)])


def test_only_the_tax_desk_of_the_region_sees_the_register_and_only_officers_change_it(malang: Region):
    one = house()
    bekasi = Region.objects.get(code="32.16")
    officer, auditor = person("dewi", malang, Role.TAX_OFFICER), person("eko", malang, Role.AUDITOR)
    others = [person("fajar", bekasi, Role.TAX_OFFICER), person("gita", malang, Role.WASTE_OFFICER), AnonymousUser()]
    area = zone(nir=None)
    assert access_register.object_for(officer, malang, NOP, action="tax.write") == one
    assert access_register.object_for(auditor, malang, NOP) == one
    assert access_register.zone_for(auditor, malang, area.pk) == area
    for who in (auditor, *others):
        with pytest.raises(Http404):
            access_register.object_for(who, malang, NOP, action="tax.write")
    for who in others:
        with pytest.raises(Http404):
            access_register.object_for(who, malang, NOP)
        with pytest.raises(Http404):
            access_register.zone_for(who, malang, area.pk)


def test_freezing_is_asked_for_once_and_starts_with_the_one_kecamatan_that_the_register_holds(malang: Region,
                                                                                              officer: Client):
    house(zone_id=zone().pk)
    at = "/id/35.73/pajak/objek/bekukan/"
    page = officer.get(at).content.decode()
    assert '<option value="35.73.02" selected>' in page
    assert officer.post(at, {"year": "20260", "part": "all"}).status_code == 422
    assert officer.post(at, {"year": "2026", "part": "35.78.01"}).status_code == 422
    asked = [officer.post(at, {"year": "2026", "part": "35.73.02"})["Location"] for _ in range(2)]
    assert asked[0] == asked[1]
    work = Work.objects.get(kind="tax.freeze_roll")
    assert work.params == {"year": 2026, "part": "35.73.02"}


def test_members_of_a_shared_object_are_typed_one_on_a_line(malang: Region, officer: Client):
    house(land_m2=90)
    flats = [house(f"{NOP[:13]}{number:04d}0", land_m2=0) for number in (2, 3)]
    lines = f"{flats[0]} 60\r\n{flats[1].nop}, 30, 0\r\n"
    typed = {"seen": "1", "members": lines, "on": "2025-03-01"}
    unread = officer.post(f"{AT}bersama/", typed | {"members": "enam puluh"})
    assert (unread.status_code, "enam puluh" in unread.content.decode()) == (409, True)
    assert officer.post(f"{AT}bersama/", typed | {"members": lines.replace("60", "61")}).status_code == 409
    assert officer.post(f"{AT}bersama/", typed).status_code == 302
    page = officer.get(AT)
    assert f"{flats[0]} : 60 m², 0 m²" in text_of(page)
    assert f"{flats[1]} 30 0" in officer.get(f"{AT}bersama/").content.decode()


def test_the_taxpayers_address_is_changed_from_a_day_and_a_second_officer_is_told(malang: Region, officer: Client):
    house()
    page = officer.get(f"{AT}wajib-pajak/")
    typed = {"seen": hidden(page, "seen"), "name": "Siti Aminah", "city": "Malang", "nik": "3573010101010001",
             "on": "2025-03-01"}
    assert officer.post(f"{AT}wajib-pajak/", typed).status_code == 302
    late = officer.post(f"{AT}wajib-pajak/", typed | {"city": "Batu"})
    assert late.status_code == 409
    assert officer.post(f"{AT}wajib-pajak/", typed | {"city": "Batu", "nik": "", "seen": hidden(late, "seen")}
                        ).status_code == 302
    one = payer()
    assert (one.nik_last4, one.versions.get(superseded_at=None).city) == ("0001", "Batu")


def test_last_years_nir_is_carried_to_zones_that_have_none_and_to_no_others(malang: Region, officer: Client):
    house(zone_id=zone("AA", 1_000_000, YEAR).pk)
    zone("BB", 2_000_000, YEAR)
    own = zone("CC", 3_000_000, YEAR)
    set_nir(own, YEAR + 1, 3_500_000, seen=None, document="Perwal uji", actor=ANI, now=NOW)
    at = f"/id/35.73/pajak/objek/znt/?tahun={YEAR + 1}"
    assert "1 zona belum bernilai" in text_of(officer.get(at))
    assert officer.post(at, {"act": "carry", "document": ""}).status_code == 422
    assert officer.post(at, {"act": "carry", "document": "Perwal 9"}).status_code == 302
    found = {row.zone.code: row.value.nir for row in zone_rows(YEAR + 1, classes_of(YEAR + 1).table)}
    assert found == {"AA": 1_000_000, "BB": 2_000_000, "CC": 3_500_000}
    assert officer.post(at, {"act": "carry", "document": "Perwal 9"}).status_code == 422


def test_a_taxpayers_page_shows_what_is_his_and_a_merge_is_proposed_by_one_and_decided_by_another(
        malang: Region, officer: Client, settings: object):
    settings.SECOND_FACTOR_ROLES = []  # type: ignore[attr-defined]
    approver, chief = Client(), person("rini", malang, Role.TAX_APPROVER)
    with account_scope(person_id=chief.pk):
        approver.force_login(chief)
    siti, twice = payer("P1"), payer("P2", "Siti Aminah")
    one = house(taxpayer_id=twice.pk)
    people = "/id/35.73/pajak/wajib-pajak/"
    assert f'href="{people}{twice.pk}/"' in officer.get(AT).content.decode()
    listed = text_of(officer.get(f"{people}?q=ami sit"))
    assert "P1" in listed
    assert "P2" in listed
    assert str(one) in text_of(officer.get(f"{people}{twice.pk}/"))
    assert officer.post(people, {"nik": "3573010101800001"}).status_code == 422
    refused = officer.post(f"{people}{siti.pk}/gabung/", {"npwpd": "P2", "reason": ""})
    assert (refused.status_code, "Alasannya belum ditulis" in text_of(refused)) == (409, True)
    done = officer.post(f"{people}{siti.pk}/gabung/", {"npwpd": "P2", "reason": "KTP sama"})
    assert (done.status_code, done["Location"]) == (302, f"{people}{siti.pk}/")
    waiting = re.search(r'action="([^"]*/ganda/[0-9]+/)"', approver.get(f"{people}ganda/").content.decode()).group(1)
    assert officer.post(waiting, {"act": "approve"}).status_code == 403
    assert approver.post(waiting, {"act": "approve"}).status_code == 302
    assert object_on(NOP, ON).version.taxpayer == siti
    assert "digabung" in text_of(officer.get(f"{people}{twice.pk}/"))
    assert Client().get(f"{people}{siti.pk}/").status_code in (302, 403)


def test_a_class_table_is_uploaded_with_its_faults_by_line_and_approved_on_its_page(
        malang: Region, officer: Client, settings: object):
    settings.SECOND_FACTOR_ROLES = []  # type: ignore[attr-defined]
    approver, chief = Client(), person("rini", malang, Role.TAX_APPROVER)
    with account_scope(person_id=chief.pk):
        approver.force_login(chief)
    at = "/id/35.73/pajak/objek/kelas/"
    house(zone_id=zone().pk)
    given = officer.get(f"{at}?format=csv").content.decode("utf-8-sig")
    assert given.splitlines()[0] == "bagian,kelas,lebih_dari,sampai,nilai"
    form = {"name": "malang-uji", "decree": "Perwal 1/2026", "from_year": str(YEAR + 1)}
    wrong = given.replace("tanah", "sawah", 1).encode()
    faulty = officer.post(at, form | {"file": SimpleUploadedFile("kelas.csv", wrong)})
    assert (faulty.status_code, "kelas.csv:2" in text_of(faulty)) == (422, True)
    made = officer.post(at, form | {"file": SimpleUploadedFile("kelas.csv", given.encode())})
    assert made.status_code == 302
    page = made["Location"]
    assert "Pengusul tidak dapat memutuskan" in text_of(officer.get(page))
    shown = text_of(approver.get(page))
    assert "Uji coba" in shown
    assert officer.post(f"{page}putusan/", {"act": "approve"}).status_code == 403
    assert approver.post(f"{page}putusan/", {"act": "approve"}).status_code == 302
    assert "Perwal 1/2026" in text_of(officer.get(f"{at}?tahun={YEAR + 1}"))
    assert classes_of(YEAR + 1).name == "malang-uji"
