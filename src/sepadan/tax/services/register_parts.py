"""Objects that become several, or one: split, merge, and shared objects whose land members bear.

A split gives each part its land, its owner and its buildings; the parts' land adds up to the whole. A part may keep the
number of the whole, which then only shrinks; otherwise the whole is closed. A merge moves land and buildings into one
of the objects and closes the others. Both leave links, and both are refused where something later is known of an object
already, because the later facts would speak of land that is not there any more.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from sepadan.ground.problems import refuse
from sepadan.records.public import Actor
from sepadan.tax.engine.register import check_parts
from sepadan.tax.models import ObjectLink, RegisterObject, SharedPart
from sepadan.tax.models.register import ChangeKind, CloseReason, ObjectState
from sepadan.tax.models.register_people import LinkKind
from sepadan.tax.queries.register import buildings_on, holding, live_buildings, live_versions
from sepadan.tax.services.register import free_nop, register_object
from sepadan.tax.services.register_acts import Act, bump, change_object, in_force, lock, lock_all
from sepadan.tax.services.register_buildings import add_building, take_building

INHERITED = ("holder", "exemption", "street", "block_number", "rt", "rw", "zone_id", "land_kind", "use", "parcel")


@dataclass(frozen=True, slots=True)
class SplitPart:
    """One part: its land, its owner (None: the owner of the whole), its buildings by number; ``keeps`` the number."""

    land_m2: int
    taxpayer_id: int | None = None
    buildings: tuple[int, ...] = ()
    keeps: bool = False


@transaction.atomic
def split_object(one: RegisterObject, parts: Sequence[SplitPart], *, seen: int, on: date, actor: Actor, now: datetime,
                 reason: str = "") -> list[RegisterObject]:
    """The objects of *parts* in their order. Refused unless land and buildings of the whole are given out exactly."""
    held = lock(one, seen)
    whole = in_force(held, on)
    _refuse_later(held, on)
    check_parts(whole.land_m2, [part.land_m2 for part in parts])
    standing = sorted(row.number for row in buildings_on(held, on))
    if sorted(number for part in parts for number in part.buildings) != standing:
        raise refuse("tax.register.buildings", where=str(held), remedy="tax.register.buildings.remedy",
                     numbers=", ".join(map(str, standing)) or "-")
    if sum(part.keeps for part in parts) > 1:
        raise refuse("tax.register.keeps", where=str(held), remedy="tax.register.keeps.remedy")
    act = Act(on, actor, now, reason)
    made: list[RegisterObject] = []
    for part in parts:
        if part.keeps:
            made.append(held)
            continue
        fields = {name: getattr(whole, name) for name in INHERITED}
        new = register_object(free_nop(held.nop[:13]), {
            **fields, "land_m2": part.land_m2, "taxpayer_id": part.taxpayer_id or whole.taxpayer_id}, on=on,
            actor=actor, now=now, reason=reason, change=ChangeKind.SPLIT)
        for number in part.buildings:
            add_building(new, take_building(held, number, act, silent=True), act, silent=True)
        ObjectLink.objects.create(kind=LinkKind.SPLIT.value, source=held, target=new, on=on, land_m2=part.land_m2,
                                  recorded_at=now)
        made.append(new)
    _shrink_or_close(held, parts, made, act)
    return made


def _shrink_or_close(held: RegisterObject, parts: Sequence[SplitPart], made: Sequence[RegisterObject],
                     act: Act) -> None:
    names = ", ".join(str(one) for one in made)
    kept = next((part for part in parts if part.keeps), None)
    if kept is None:
        change_object(held, {"state": ObjectState.CLOSED.value, "close_reason": CloseReason.SPLIT.value},
                      ChangeKind.SPLIT, "tax.audit.object_split", act, {"parts": names})
        return
    fields: dict[str, object] = {"land_m2": kept.land_m2}
    if kept.taxpayer_id is not None:
        fields["taxpayer_id"] = kept.taxpayer_id
    change_object(held, fields, ChangeKind.SPLIT, "tax.audit.object_split", act, {"parts": names})


@transaction.atomic
def merge_objects(target: RegisterObject, sources: Sequence[RegisterObject], *, seen: Mapping[int, int], on: date,
                  actor: Actor, now: datetime, reason: str = "") -> RegisterObject:
    """Land and buildings of *sources* go into *target*; *seen* holds the version of each object by its id.

    Refused where they lie in different places or belong to different owners.
    """
    if not sources or target.pk in {one.pk for one in sources} or len({one.pk for one in sources}) != len(sources):
        raise refuse("tax.register.merge_two", where=str(target), remedy="tax.register.merge_two.remedy")
    held = lock_all({key: seen[key] for key in (target.pk, *(one.pk for one in sources))})
    into = held[target.pk]
    base, act, land = in_force(into, on), Act(on, actor, now, reason), 0
    for source in (held[one.pk] for one in sources):
        version = in_force(source, on)
        if version.taxpayer_id != base.taxpayer_id:
            raise refuse("tax.register.two_owners", where=str(source), remedy="tax.register.two_owners.remedy")
        if source.place_id != into.place_id:
            raise refuse("tax.register.two_places", where=str(source), remedy="tax.register.two_places.remedy")
        _refuse_later(source, on)
        for building in buildings_on(source, on):
            add_building(into, take_building(source, building.number, act, silent=True), act, silent=True)
        change_object(source, {"state": ObjectState.CLOSED.value, "close_reason": CloseReason.MERGED.value},
                      ChangeKind.MERGED, "tax.audit.object_merged_away", act, {"target": str(into)})
        if version.land_m2:
            ObjectLink.objects.create(kind=LinkKind.MERGE.value, source=source, target=into, on=on,
                                      land_m2=version.land_m2, recorded_at=now)
        land += version.land_m2
    _refuse_later(into, on)
    return change_object(into, {"land_m2": base.land_m2 + land}, ChangeKind.MERGED, "tax.audit.object_merged", act,
                         {"sources": ", ".join(str(held[one.pk]) for one in sources)})


def _refuse_later(held: RegisterObject, on: date) -> None:
    """Raise Refused where a version, or one of a building that already stood before *on*, begins after *on*."""
    later = [row.valid_from for row in (*live_versions(held), *live_buildings(held)) if row.valid_from > on]
    if later:
        raise refuse("tax.register.later", where=str(held), remedy="tax.register.later.remedy", on=max(later))


@transaction.atomic
def share_object(parent: RegisterObject, members: Mapping[int, tuple[int, int]], *, seen: Mapping[int, int], on: date,
                 actor: Actor, now: datetime, reason: str = "") -> RegisterObject:
    """From *on* each member (by id) bears so many m2 of land and of building of *parent*. No members end the sharing.

    Refused unless the parts are exactly the land and the buildings of the parent.
    """
    held = lock_all({parent.pk: seen[parent.pk], **{key: seen[key] for key in members}})
    whole, act = held[parent.pk], Act(on, actor, now, reason)
    version = in_force(whole, on)
    area = (version.land_m2, sum(row.area_m2 for row in buildings_on(whole, on)))
    borne = (sum(land for land, _ in members.values()), sum(building for _, building in members.values()))
    if members and borne != area:
        raise refuse("tax.register.shares", where=str(whole), remedy="tax.register.shares.remedy",
                     land=area[0], building=area[1], borne_land=borne[0], borne_building=borne[1])
    if parent.pk in members or SharedPart.objects.filter(
            parent_id__in=members, superseded_at__isnull=True, valid_to__isnull=True).exists():
        raise refuse("tax.register.share_chain", where=str(whole), remedy="tax.register.share_chain.remedy")
    live = SharedPart.objects.filter(parent=whole, superseded_at__isnull=True)
    ended = list(live.filter(holding(on), valid_from__lt=on))
    SharedPart.objects.filter(pk__in=[row.pk for row in ended]).update(superseded_at=now)
    live.filter(valid_from__gte=on).update(superseded_at=now)
    for row in ended:
        SharedPart.objects.create(parent=whole, member_id=row.member_id, valid_from=row.valid_from, valid_to=on,
                                  recorded_at=now, land_m2=row.land_m2, building_m2=row.building_m2)
    SharedPart.objects.bulk_create([
        SharedPart(parent=whole, member_id=key, valid_from=on, recorded_at=now, land_m2=land, building_m2=building)
        for key, (land, building) in members.items()])
    bump(whole, "tax.audit.object_shared", act, {}, {
        "members": ", ".join(str(held[key]) for key in members) or "-"})
    for key in members:
        bump(held[key], "tax.audit.object_bears", act, {}, {"parent": str(whole)})
    return whole
