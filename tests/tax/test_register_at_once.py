"""Two officers at one object at once, each with his connection: one change, one refusal that names the other."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from itertools import pairwise
from threading import Barrier
from typing import Any

import pytest
from django.db import connections
from tests.tax.register_rows import ANI, BUDI, NOP, NOW, house, payer

from sepadan.ground.problems import Refused
from sepadan.records.public import Actor, AuditEntry, region_scope
from sepadan.tax.models import ObjectVersion, RegisterObject
from sepadan.tax.queries.register import live_versions, object_on
from sepadan.tax.services.register import correct_object, free_nop, register_object, transfer_object
from sepadan.tax.services.register_buildings import record_building
from sepadan.tax.services.register_parts import SplitPart, split_object
from sepadan.territory.models import Region

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "owner"])
ON = date(2025, 3, 1)
Act = Callable[[Actor], Any]


@pytest.fixture
def malang(transactional_db: None) -> Region:
    return Region.objects.get(code="35.73")


def at_once(region: Region, *acts: tuple[Actor, Act]) -> list[Any]:
    """What each of the officers gets, each in a thread and connection of his own, released at one moment."""
    gate = Barrier(len(acts))

    def one(actor: Actor, act: Act) -> Any:
        try:
            with region_scope(region):
                gate.wait(timeout=60)
                return act(actor)
        except Refused as refused:
            return refused
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(acts)) as pool:
        return [found.result() for found in [pool.submit(one, *each) for each in acts]]


ACTS: dict[str, Callable[[RegisterObject], Act]] = {
    "correct": lambda one: lambda who: correct_object(one, {"land_m2": 150}, seen=1, on=ON, actor=who, now=NOW),
    "street": lambda one: lambda who: correct_object(one, {"street": "X"}, seen=1, on=ON, actor=who, now=NOW),
    "build": lambda one: lambda who: record_building(one, None, {"jpb": "01", "area_m2": 9}, seen=1, on=ON,
                                                            actor=who, now=NOW),
    "split": lambda one: lambda who: split_object(one, [SplitPart(50), SplitPart(70)], seen=1, on=ON, actor=who,
                                                         now=NOW),
    "transfer": lambda one: lambda who: transfer_object(one, payer("P2", "Budi"), seen=1, on=ON, actor=who,
                                                               now=NOW),
}


@pytest.mark.parametrize(("first", "second"), [("correct", "street"), ("correct", "correct"), ("build", "correct"),
                                               ("split", "transfer"), ("transfer", "build")])
def test_one_of_two_changes_at_once_is_made_and_the_other_is_told_by_whom(malang: Region, first: str, second: str):
    with region_scope(malang):
        one = house()
        payer("P2", "Budi")
    found = at_once(malang, (ANI, ACTS[first](one)), (BUDI, ACTS[second](one)))
    refused = [result for result in found if isinstance(result, Refused)]
    assert len(refused) == 1
    winner = BUDI if isinstance(found[0], Refused) else ANI
    assert refused[0].problem.what.key == "tax.register.changed"
    assert winner.name in refused[0].problem.text("id")
    with region_scope(malang):
        held = RegisterObject.objects.get(nop=NOP)
        assert (held.version, held.changed_by) == (2, winner.name)
        acts = AuditEntry.objects.filter(object_type="tax.registerobject", object_id=str(one.pk))
        assert [entry.after["version"] for entry in acts.order_by("id")] == [1, 2]
        spans = live_versions(held)
        assert all(a.valid_to == b.valid_from for a, b in pairwise(spans))
        assert spans[-1].valid_to is None


def test_officers_who_look_again_after_the_refusal_lose_nothing(malang: Region):
    with region_scope(malang):
        one = house()

    def until_done(fields: dict[str, Any]) -> Act:
        def act(who: Actor) -> int:
            for tries in range(1, 20):
                seen = RegisterObject.objects.get(pk=one.pk).version
                try:
                    correct_object(one, fields, seen=seen, on=ON, actor=who, now=NOW)
                    return tries
                except Refused:
                    continue
            raise AssertionError("refused twenty times")
        return act

    changes = [{"land_m2": 150}, {"street": "Jalan Satu"}, {"rt": "01"}, {"parcel": "P-9"}]
    at_once(malang, *((Actor(name=f"P{i}"), until_done(fields)) for i, fields in enumerate(changes)))
    with region_scope(malang):
        now = object_on(NOP, ON).version
        assert {"land_m2": now.land_m2, "street": now.street, "rt": now.rt, "parcel": now.parcel} == {
            name: value for fields in changes for name, value in fields.items()}
        assert RegisterObject.objects.get().version == 1 + len(changes)


def test_new_objects_of_one_block_at_once_get_different_numbers(malang: Region):
    with region_scope(malang):
        house()

    def new(who: Actor) -> str:
        nop = free_nop(NOP[:13])
        return register_object(nop, {"taxpayer_id": payer().pk, "land_m2": 10}, on=ON, actor=who, now=NOW).nop

    found = at_once(malang, *((ANI, new) for _ in range(4)))
    assert sorted(found) == [f"{NOP[:13]}{number:04d}0" for number in (2, 3, 4, 5)]


def test_the_same_number_at_once_is_given_once(malang: Region):
    with region_scope(malang):
        house()
    nop = f"{NOP[:13]}00070"

    def new(who: Actor) -> str:
        return register_object(nop, {"taxpayer_id": payer().pk, "land_m2": 10}, on=ON, actor=who, now=NOW).nop

    found = at_once(malang, (ANI, new), (BUDI, new))
    assert sum(isinstance(result, Refused) for result in found) == 1
    with region_scope(malang):
        assert ObjectVersion.objects.filter(register_object__nop=nop).count() == 1
