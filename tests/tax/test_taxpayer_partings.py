"""Two entries that were merged and are two people after all: parted by a second person, over the very days they had."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from tests.tax.register_rows import ANI, NOW, PLACE, house, payer
from tests.tax.test_taxpayers import NIK, TODAY, entry, malang, people, refusal  # noqa: F401

from sepadan.records.public import Actor, AuditEntry, Person, Role, account_scope, grant_role, region_scope
from sepadan.tax.models import ObjectVersion, RegisterObject
from sepadan.tax.models.register_people import TaxpayerMerge, TaxpayerParting
from sepadan.tax.queries.register import known, version_on
from sepadan.tax.queries.taxpayers import alike, doubles, entries_of, holdings_of, merge_of, survivor
from sepadan.tax.services.register import correct_object, transfer_object
from sepadan.tax.services.taxpayer_merges import approve_merge, propose_merge
from sepadan.tax.services.taxpayer_partings import approve_parting, propose_parting, refuse_parting

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(days=40)


def merged(kept, dropped, people, at=NOW) -> TaxpayerMerge:  # noqa: F811
    return approve_merge(propose_merge(kept, dropped, "berkas", actor=people[0], now=at), actor=people[1], now=at)


def part(merge, people, at=LATER) -> TaxpayerParting:  # noqa: F811
    return approve_parting(propose_parting(merge, "Dua KTP", actor=people[0], now=at), actor=people[1], now=at)


def held_by(one: RegisterObject) -> list[tuple[str, date, date | None]]:
    rows = known(ObjectVersion.objects.filter(register_object=one)).order_by("valid_from")
    return [(row.taxpayer.npwpd, row.valid_from, row.valid_to) for row in rows]


def test_what_was_carried_over_goes_back_and_what_passed_on_meanwhile_stays(malang, people):  # noqa: F811
    kept, dropped, buyer = entry("P1", "Siti Aminah", NIK), entry("P2", "Siti Aminah"), payer("P9", "Orang Lain")
    own = house(f"{PLACE}00100010", taxpayer_id=kept.pk)
    mended, sold = (house(f"{PLACE}001000{k}0", taxpayer_id=dropped.pk) for k in (2, 3))
    merge = merged(kept, dropped, people)
    mended = correct_object(mended, {"land_m2": 333}, seen=2, on=date(2025, 6, 1), actor=ANI, now=NOW, reason="ukur")
    sold = transfer_object(sold, buyer, seen=2, on=date(2026, 2, 1), actor=ANI, now=NOW)
    sold = transfer_object(sold, kept, seen=3, on=date(2026, 9, 1), actor=ANI, now=NOW)  # bought by the one who stayed
    parting = propose_parting(merge, "Dua KTP", actor=people[0], now=LATER)
    assert refusal(propose_parting, merge, "Lagi", actor=people[2], now=LATER) == "tax.taxpayer.part.waits"
    assert refusal(approve_parting, parting, actor=people[0], now=LATER) == "tax.taxpayer.same_person"
    done = approve_parting(parting, actor=people[1], now=LATER)
    assert (done.objects_moved, done.objects_left, TaxpayerMerge.objects.get().state) == (2, 0, "parted")
    assert held_by(own) == [("P1", date(2023, 1, 1), None)]
    assert [row[0] for row in held_by(mended)] == ["P2"] * len(held_by(mended))
    assert version_on(mended, TODAY).land_m2 == 333  # what was mended meanwhile stays mended
    assert held_by(sold) == [("P2", date(2023, 1, 1), date(2026, 2, 1)), ("P9", date(2026, 2, 1), date(2026, 9, 1)),
                             ("P1", date(2026, 9, 1), None)]
    assert (survivor(dropped), merge_of(dropped), entries_of(kept)) == (dropped, None, [kept])
    # history stays: known before the parting, everything was the kept one's
    then = known(ObjectVersion.objects.filter(register_object=mended), NOW + timedelta(days=1))
    assert {row.taxpayer.npwpd for row in then} == {"P1"}
    assert refusal(approve_parting, parting, actor=people[1], now=LATER) == "tax.taxpayer.decided"
    assert AuditEntry.objects.filter(action="tax.audit.merge_carried_back").count() == 2
    mended.refresh_from_db()
    assert mended.changed_by == people[1].name


def test_an_object_that_passed_on_before_is_counted_and_named_and_stays_where_it_is(malang, people):  # noqa: F811
    kept, dropped = entry("P1", "Siti Aminah"), entry("P2", "Siti Aminah")
    one = house(f"{PLACE}00100010", taxpayer_id=dropped.pk)
    merge = merged(kept, dropped, people)
    transfer_object(one, payer("P9", "Orang Lain"), seen=2, on=date(2023, 1, 1), actor=ANI, now=NOW)
    done = part(merge, people)
    assert (done.objects_moved, done.objects_left) == (0, 1)
    assert [row[0] for row in held_by(one)] == ["P9"]
    said = AuditEntry.objects.filter(action="tax.audit.parting_approved").first()
    assert said.after["left"] == [one.nop]


def test_a_chain_is_parted_from_its_end_and_what_stood_under_the_dropped_entry_stands_under_it_again(
        malang, people):  # noqa: F811
    first, second, third = (entry(f"P{k}", "Siti Aminah") for k in (1, 2, 3))
    one = house(f"{PLACE}00100010", taxpayer_id=third.pk)
    under = merged(second, third, people)
    outer = merged(first, second, people, NOW + timedelta(days=1))
    assert survivor(third) == first
    assert refusal(propose_parting, under, "Dua KTP", actor=people[0], now=LATER) == "tax.taxpayer.part.chain"
    part(outer, people)
    assert (survivor(second), survivor(third), held_by(one)[0][0]) == (second, second, "P2")
    part(under, people, LATER + timedelta(days=1))
    assert (survivor(third), held_by(one)[0][0]) == (third, "P3")
    assert {row.taxpayer.npwpd for row in alike(first, TODAY)} == {"P2", "P3"}
    assert len(doubles("address")[0].entries) == 3
    merged(first, third, people, LATER + timedelta(days=2))  # and they may be found to be one after all
    assert survivor(third) == first


def test_a_parting_needs_a_reason_a_merge_that_holds_and_the_database_a_second_person(malang, people):  # noqa: F811
    kept, dropped = entry("P1", "Siti Aminah"), entry("P2", "Siti Aminah")
    waiting = propose_merge(kept, dropped, "berkas", actor=people[0], now=NOW)
    assert refusal(propose_parting, waiting, "Dua", actor=people[0], now=NOW) == "tax.taxpayer.part.not_merged"
    merge = approve_merge(waiting, actor=people[1], now=NOW)
    assert refusal(propose_parting, merge, " ", actor=people[0], now=NOW) == "tax.taxpayer.no_reason"
    parting = propose_parting(merge, "Dua KTP", actor=people[0], now=NOW)
    for change in ({"state": "approved", "decided_by_id": people[0].person_id}, {"reason": "lain"}):
        with pytest.raises(Exception, match=r"second_person|never change|append"), transaction.atomic():
            TaxpayerParting.objects.filter(pk=parting.pk).update(**change)
    assert refusal(refuse_parting, parting, "", actor=people[1], now=NOW) == "tax.taxpayer.no_reason"
    assert refuse_parting(parting, "satu orang", actor=people[1], now=NOW).state == "refused"
    assert survivor(dropped) == kept
    propose_parting(merge, "Dua KTP, sekali lagi", actor=people[0], now=NOW)
    with pytest.raises(IntegrityError), transaction.atomic():
        TaxpayerParting.objects.create(merge=merge, reason="x", proposed_at=NOW, proposed_by_id=people[0].person_id)


def test_an_officer_proposes_on_the_page_and_an_approver_decides_there(malang, people, settings):  # noqa: F811
    settings.SECOND_FACTOR_ROLES = []
    kept, dropped = entry("P1", "Siti Aminah"), entry("P2", "Siti Aminah")
    one = house(f"{PLACE}00100010", taxpayer_id=dropped.pk)
    merge = merged(kept, dropped, people)

    def client(actor: Actor, role: Role) -> Client:
        found = Client()
        with account_scope(person_id=actor.person_id):
            person = Person.objects.get(pk=actor.person_id)
        grant_role(person, role, actor=people[2], now=NOW, today=date(2026, 1, 1), reason="uji")
        with account_scope(person_id=actor.person_id):
            found.force_login(person)
        return found

    at = "/id/35.73/pajak/wajib-pajak/"
    officer, approver = client(people[0], Role.TAX_OFFICER), client(people[1], Role.TAX_APPROVER)
    page = officer.get(f"{at}{dropped.pk}/").content.decode()
    assert f"ganda/{merge.pk}/pisah/" in page
    assert officer.post(f"{at}ganda/{merge.pk}/pisah/", {"reason": ""}).status_code == 409
    assert officer.post(f"{at}ganda/{merge.pk}/pisah/", {"reason": "Dua KTP"}).status_code == 302
    parting = TaxpayerParting.objects.get()
    assert officer.post(f"{at}pisah/{parting.pk}/", {"act": "approve"}).status_code == 403
    assert "Usulan pemisahan kembali" in approver.get(f"{at}ganda/").content.decode()
    assert approver.post(f"{at}pisah/{parting.pk}/", {"act": "approve"}).status_code == 302
    said = officer.get(f"{at}{dropped.pk}/").content.decode()
    assert "P2 dipisahkan kembali dari P1" in said
    assert one.nop[:2] in said
    held, _ = holdings_of(entries_of(dropped), TODAY)
    assert [row.register_object for row in held] == [one]
    with region_scope(malang):
        assert holdings_of(entries_of(kept), TODAY)[0] == []
