"""The fields of an object and of a building: what is sound, how long, and how an audit record shows them.

Faults are told by the name of the field in words before PostgreSQL would tell them by the name of a constraint.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sepadan.ground.messages import Message, message
from sepadan.ground.problems import refuse
from sepadan.tax.models import LandZone, NopPlace, ObjectVersion, Taxpayer
from sepadan.tax.models.register import Version

READABLE = {"taxpayer_id": "taxpayer", "zone_id": "zone"}
"""Fields that are shown by what they point to."""
SILENT = ("version", "valid_from")
LARGEST = 2**31 - 1


def checked(fields: Mapping[str, Any], place: NopPlace) -> dict[str, Any]:
    """*fields* of an object version, each of a known name and sound. Raises Refused naming the field."""
    refuse_unsound(ObjectVersion, fields)
    land = fields.get("land_m2")
    if land is not None and not 0 <= land <= LARGEST:
        raise unsound("land_m2", land)
    if fields.get("zone_id") is not None and not LandZone.objects.filter(pk=fields["zone_id"], place=place).exists():
        raise refuse("tax.register.zone_elsewhere", where=str(place), remedy="tax.register.zone_elsewhere.remedy")
    return dict(fields)


def refuse_unsound(model: type[Version], fields: Mapping[str, Any]) -> None:
    """Raise Refused on a text that is too long or a value that is no choice of its field."""
    known = {f.attname: f for f in model._meta.concrete_fields if f.attname in model.FIELDS}  # type: ignore[attr-defined]
    unknown = set(fields) - set(known)
    if unknown:
        raise ValueError(f"no fields of a {model.__name__}: {', '.join(sorted(unknown))}")
    for name, value in fields.items():
        found = known[name]
        if found.choices:
            if value not in [one for one, _ in found.choices] and not (found.blank and value == ""):
                raise unsound(name, value)
        elif isinstance(value, str) and found.max_length and len(value) > found.max_length:
            raise refuse("tax.register.too_long", where=value[:40], remedy="tax.register.too_long.remedy",
                         field=field_label(name), longest=found.max_length)


def unsound(name: str, value: object) -> Exception:
    return refuse("tax.register.not_sound", where=str(value)[:40], remedy="tax.register.not_sound.remedy",
                  field=field_label(name))


def field_label(name: str) -> Message:
    """The name of a field in words."""
    return message(f"tax.field.{READABLE.get(name, name)}")


def field_list(names: Iterable[str]) -> Message | str:
    """Names of fields in one sentence, each in words."""
    found: Message | str = "-"
    for name in names:
        if name in SILENT:
            continue
        label = field_label(name)
        found = label if found == "-" else message("tax.register.and", first=found, second=label)
    return found


def readable(values: Mapping[str, Any]) -> dict[str, Any]:
    """Fields as an audit record shows them: an owner by number and name, a zone by its code."""
    shown = {READABLE.get(name, name): value for name, value in values.items()}
    if values.get("taxpayer_id") is not None:
        payer = Taxpayer.objects.get(pk=values["taxpayer_id"])
        shown["taxpayer"] = f"{payer.npwpd} {payer.name}"
    if values.get("zone_id") is not None:
        shown["zone"] = LandZone.objects.get(pk=values["zone_id"]).code
    return shown
