"""One person under two entries becomes one by a second person; his page shows all that is his under any of them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest
from django.db import transaction
from tests.tax.register_rows import ANI, KELURAHAN, NOW, PLACE, house, payer, place
from tests.tax.request_bill import post_bill

from sepadan.ground.problems import Refused
from sepadan.records.public import Actor, AuditEntry, Person, open_chart, region_scope
from sepadan.tax.models import ObjectVersion, Taxpayer
from sepadan.tax.queries.register import known, version_on
from sepadan.tax.queries.run_lists import places_of
from sepadan.tax.queries.taxpayers import (
    alike,
    bills_of,
    by_year,
    doubles,
    entries_of,
    holdings_of,
    merge_of,
    survivor,
    taxpayer_numbered,
)
from sepadan.tax.services.register import transfer_object
from sepadan.tax.services.register_people import NewTaxpayer, register_taxpayer
from sepadan.tax.services.register_values import open_place
from sepadan.tax.services.taxpayer_merges import approve_merge, propose_merge, refuse_merge
from sepadan.territory.models import Region

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 24)
NIK = "3573010101800001"


@pytest.fixture
def malang(db: None) -> Iterator[Region]:
    region = Region.objects.get(code="35.73")
    with region_scope(region):
        open_chart(["pbb"])
        yield region


@pytest.fixture
def people(db: None) -> tuple[Actor, Actor, Actor]:
    made = [Person.objects.create_user(f"{name}-w@contoh.go.id", name.title()) for name in ("ani", "budi", "citra")]
    return tuple(Actor(name=one.name, person_id=one.pk) for one in made)  # type: ignore[return-value]


def entry(npwpd: str, name: str, nik: str = "", street: str = "Jalan Uji") -> Taxpayer:
    return register_taxpayer(NewTaxpayer(name, nik, npwpd, {"street": street, "city": "Malang"}), on=date(2023, 1, 1),
                             actor=ANI, now=NOW)


def refusal(act: object, *args: object, **more: object) -> str:
    with pytest.raises(Refused) as refused, transaction.atomic():
        act(*args, **more)  # type: ignore[operator]
    return refused.value.problem.what.key


def test_a_merge_carries_every_span_of_the_dropped_entry_and_changes_nothing_of_its_history(
        malang: Region, people: tuple[Actor, Actor, Actor]):
    ani, budi, _ = people
    kept, dropped = entry("P1", "Siti Aminah", NIK), entry("P2", "Siti Aminah")
    one = house(f"{PLACE}00100010", taxpayer_id=dropped.pk)
    two = house(f"{PLACE}00100020", taxpayer_id=dropped.pk)
    two = transfer_object(two, payer("P9", "Orang Lain"), seen=1, on=date(2025, 1, 1), actor=ANI, now=NOW)
    merge = propose_merge(kept, dropped, "KTP sama, BA 7", actor=ani, now=NOW)
    assert merge.ground == "address"
    assert survivor(dropped) == dropped  # proposed only
    assert refusal(approve_merge, merge, actor=ani, now=NOW) == "tax.taxpayer.same_person"
    assert approve_merge(merge, actor=budi, now=NOW).objects_moved == 2
    assert refusal(approve_merge, merge, actor=budi, now=NOW) == "tax.taxpayer.decided"
    assert (version_on(one, TODAY).taxpayer, version_on(two, date(2024, 1, 1)).taxpayer) == (kept, kept)
    assert version_on(two, TODAY).taxpayer.npwpd == "P9"  # sold before: nobody takes it back
    kept_history = ObjectVersion.objects.filter(taxpayer=dropped, superseded_at__isnull=False)
    assert kept_history.count() == 1 + 2  # one superseded by the sale, two by the merge; none changed or gone
    assert not known(ObjectVersion.objects.filter(taxpayer=dropped)).exists()
    one.refresh_from_db()
    assert (one.version, one.changed_by) == (2, budi.name)
    assert AuditEntry.objects.filter(action="tax.audit.merge_carried").count() == 2
    held, more = holdings_of(entries_of(kept), TODAY)
    assert ([(row.register_object, row.valid_to) for row in held], more) == (
        [(one, None), (two, date(2025, 1, 1))], False)
    assert (survivor(dropped), taxpayer_numbered("P2")) == (kept, kept)
    assert register_taxpayer(NewTaxpayer("Siti", npwpd="P2"), on=TODAY, actor=ANI, now=NOW) == kept


def test_two_niks_are_two_people_and_an_entry_is_merged_once(malang: Region, people: tuple[Actor, Actor, Actor]):
    ani, budi, citra = people
    kept, dropped, third = entry("P1", "Siti Aminah", NIK), entry("P2", "Siti Aminah"), entry("P3", "Siti A")
    other = entry("P4", "Siti Aminah", "3573010101800002")
    assert refusal(propose_merge, kept, other, "berkas", actor=ani, now=NOW) == "tax.taxpayer.two_people"
    assert refusal(propose_merge, kept, kept, "berkas", actor=ani, now=NOW) == "tax.taxpayer.same_entry"
    assert refusal(propose_merge, kept, dropped, " ", actor=ani, now=NOW) == "tax.taxpayer.no_reason"
    merge = propose_merge(kept, dropped, "berkas", actor=ani, now=NOW)
    assert refusal(propose_merge, third, dropped, "berkas", actor=ani, now=NOW) == "tax.taxpayer.merged"
    assert refusal(refuse_merge, merge, "", actor=budi, now=NOW) == "tax.taxpayer.no_reason"
    refuse_merge(merge, "bukan orang yang sama", actor=budi, now=NOW)
    assert merge_of(dropped) is None
    first = approve_merge(propose_merge(third, dropped, "berkas", actor=ani, now=NOW), actor=budi, now=NOW)
    approve_merge(propose_merge(kept, third, "berkas", actor=budi, now=NOW), actor=citra, now=NOW)
    first.refresh_from_db()
    assert (first.kept, first.into, survivor(dropped)) == (third, kept, kept)  # a chain ends at the last entry
    assert {row.npwpd for row in entries_of(kept)} == {"P1", "P2", "P3"}
    assert refusal(propose_merge, other, dropped, "berkas", actor=ani, now=NOW) == "tax.taxpayer.merged"


def test_a_name_changed_into_another_person_after_the_proposal_stops_the_approval(
        malang: Region, people: tuple[Actor, Actor, Actor]):
    kept, dropped = entry("P1", "Siti Aminah", NIK), entry("P2", "Siti Aminah")
    merge = propose_merge(kept, dropped, "berkas", actor=people[0], now=NOW)
    Taxpayer.objects.filter(pk=dropped.pk).update(nik_digest="b" * 64, nik_last4="0009")
    assert refusal(approve_merge, merge, actor=people[1], now=NOW) == "tax.taxpayer.two_people"


def test_doubles_are_found_by_nik_and_by_name_and_address_until_they_are_merged(
        malang: Region, people: tuple[Actor, Actor, Actor]):
    kept, same, elsewhere = entry("P1", "Siti Aminah"), entry("P2", "Siti Aminah"), entry("P3", "Siti Aminah", "",
                                                                                         "Jalan Lain")
    assert [row.taxpayer for row in alike(kept, TODAY)] == [same]
    assert elsewhere not in [row.taxpayer for row in alike(kept, TODAY)]
    assert [[row.npwpd for row in group.entries] for group in doubles("address")] == [["P1", "P2"]]
    Taxpayer.objects.filter(pk__in=[kept.pk, elsewhere.pk]).update(nik_digest="a" * 64, nik_last4="0001")
    assert [[row.npwpd for row in group.entries] for group in doubles("nik")] == [["P1", "P3"]]
    kept.refresh_from_db()
    assert {row.taxpayer.npwpd: row.ground for row in alike(kept, TODAY)} == {"P2": "address", "P3": "nik"}
    approve_merge(propose_merge(kept, elsewhere, "NIK", actor=people[0], now=NOW), actor=people[1], now=NOW)
    assert doubles("nik") == []
    assert [row.taxpayer.npwpd for row in alike(kept, TODAY)] == ["P2"]


def test_bills_of_a_merged_entry_stay_under_it_and_stand_on_the_page_of_the_one_that_stays(
        malang: Region, people: tuple[Actor, Actor, Actor]):
    place()
    bill = post_bill(people, 2025)
    kept, dropped = entry("P1", "Wajib Pajak Uji"), bill.taxpayer
    approve_merge(propose_merge(kept, dropped, "berkas", actor=people[0], now=NOW), actor=people[1], now=NOW)
    rows, more = bills_of(entries_of(kept), TODAY)
    assert [(row.bill, row.open) for row in rows] == [(bill, bill.payable)]
    bill.refresh_from_db()
    assert (bill.taxpayer, more) == (dropped, False)
    year = by_year(rows)[0]
    assert (year.tax_year, year.payable, year.open, year.takers) == (2025, bill.payable, bill.payable, (bill,))
    assert bills_of([kept], TODAY) == ([], False)


def test_a_row_of_a_run_leads_to_the_object_of_the_register_else_to_the_bill_and_to_the_taxpayer(
        malang: Region, people: tuple[Actor, Actor, Actor]):
    bill, one = post_bill(people, 2025), house(f"{PLACE}00100010", taxpayer_id=entry("P1", "Siti Aminah").pk)
    nops = [bill.nop, one.nop, "357302000100199990"]
    assert places_of(bill.run, nops, ["P1", "P404"]) == {
        bill.nop: ("bill", bill.pk), one.nop: ("register_object", one.nop),
        "P1": ("taxpayer", Taxpayer.objects.get(npwpd="P1").pk)}
    open_place(bill.nop[:10], KELURAHAN, actor=ANI, now=NOW)
    house(bill.nop, taxpayer_id=bill.taxpayer_id)
    assert places_of(bill.run, [bill.nop], []) == {bill.nop: ("register_object", bill.nop)}
