"""The forms of the register's desk: a new object, its correction, owner, parts, closing, and buildings."""

from __future__ import annotations

from dataclasses import replace
from enum import StrEnum

from sepadan.ground.messages import message
from sepadan.tax.engine.building_parts import COUNTS, JPB, MARKS, MATERIALS
from sepadan.tax.forms.typed import Choices, Field
from sepadan.tax.models import LandZone
from sepadan.tax.models.register import CloseReason, Exemption, Holder, LandKind
from sepadan.tax.models.register_values import SaleKind
from sepadan.tax.names import Use

ON = Field("on", "day", needed=True, hint="tax.typed.on.hint", half=True)
REASON = Field("reason", "area", hint="tax.typed.reason.hint", most=500)
ADDRESS = (
    Field("street", needed=True, most=80), Field("block_number", most=20, half=True),
    Field("rt", most=3, half=True), Field("rw", most=3, half=True))


def worded(kind: type[StrEnum], name: str, *, empty: bool = False) -> Choices:
    """The values of an enumeration in words."""
    return [(one.value, message(f"tax.{name}.{one.value}")) for one in kind if empty or one.value]


def zone_choices(zones: list[LandZone]) -> Choices:
    return [(str(zone.pk), f"{zone.code} {zone.description}".strip()) for zone in zones]


def land_fields(zones: list[LandZone]) -> tuple[Field, ...]:
    """What SPOP asks of the land."""
    return (*ADDRESS, Field("land_m2", "number", needed=True, half=True),
            Field("zone_id", "choice", label="zone", choices=zone_choices(zones), half=True),
            Field("land_kind", "choice", needed=True, choices=worded(LandKind, "land_kind"), half=True),
            Field("use", "choice", needed=True, choices=worded(Use, "use"), half=True),
            Field("parcel", most=20, half=True), Field("spop_number", most=30, half=True))


OWNER = (
    Field("npwpd", most=24, hint="tax.typed.npwpd.hint", half=True),
    Field("name", hint="tax.typed.name.hint", half=True),
    Field("nik", most=24, hint="tax.typed.nik.hint", half=True),
    Field("holder", "choice", needed=True, choices=worded(Holder, "holder"), half=True))


def new_fields() -> tuple[Field, ...]:
    """SPOP of a new object: its number, the owner, the land. Its zone is chosen once the place is known."""
    land = [one for one in land_fields([]) if one.name != "zone_id"]
    return (Field("nop", needed=True, most=30, hint="tax.typed.nop.hint"), *OWNER, *land,
            Field("zone_code", label="zone", most=8, hint="tax.typed.zone_code.hint", half=True), ON, REASON)


def correct_fields(zones: list[LandZone]) -> tuple[Field, ...]:
    return (*land_fields(zones), ON, REASON)


TRANSFER = (*OWNER, ON, REASON)
CLOSE = (Field("close_reason", "choice", needed=True, choices=worded(CloseReason, "close_reason")), ON,
         Field("reason", "area", needed=True, hint="tax.typed.reason.hint", most=500))
REOPEN = (ON, Field("reason", "area", needed=True, hint="tax.typed.reason.hint", most=500))
EXEMPT = (Field("exemption", "choice", choices=worded(Exemption, "exemption")), ON, REASON)
REMOVE = (ON, REASON)
MERGE = (ON, REASON)


def split_fields(parts: int) -> tuple[Field, ...]:
    """So many parts: land, owner, buildings, and whether the part keeps the number."""
    rows: list[Field] = []
    for number in range(1, parts + 1):
        part = message("tax.typed.part", number=str(number))
        rows += [Field(f"land{number}", "number", needed=True, label="part_land", half=True, section=part),
                 Field(f"npwpd{number}", most=24, label="part_owner", hint="tax.typed.part_owner.hint", half=True,
                       section=part),
                 Field(f"buildings{number}", most=40, label="part_buildings", hint="tax.typed.part_buildings.hint",
                       half=True, section=part),
                 Field(f"keeps{number}", "check", label="part_keeps", half=True, section=part)]
    return (*rows, ON, REASON)


def jpb_choices() -> Choices:
    """Kinds of buildings (PMK 85/2024 Art. 8(2))."""
    return [(code, message(f"tax.jpb.{code}")) for code in JPB]


def building_fields(*, unknown: bool = False) -> tuple[Field, ...]:
    """LSPOP: kind, years, area, materials, facilities, entered value. *unknown*: its kind is not known so far."""
    kinds = [("00", message("tax.jpb.00")), *jpb_choices()] if unknown else jpb_choices()
    materials = [Field(name, "choice", choices=[(code, message(f"tax.{name}.{code}")) for code in codes], half=True)
                 for name, codes in MATERIALS.items()]
    there = message("tax.field.facilities")
    counts = [Field(name, "number", label=f"facility.{name}", half=True, section=there) for name in COUNTS]
    marks = [Field(name, "check", label=f"facility.{name}", half=True, section=there) for name in MARKS]
    return (Field("jpb", "choice", needed=True, choices=kinds, half=True),
            Field("area_m2", "number", needed=True, half=True), Field("storeys", "number", needed=True, half=True),
            Field("built_year", "number", half=True), Field("renovated_year", "number", half=True),
            Field("value", "money", hint="tax.typed.value.hint", half=True), *materials,
            Field("lspop_number", most=30, half=True), *counts, *marks, ON, REASON)


CARRY = (Field("document", needed=True, label="document", hint="tax.typed.document.hint"),)
SHARE = (Field("members", "area", hint="tax.typed.members.hint", most=100_000), ON, REASON)
TAXPAYER = (
    Field("name", needed=True), Field("nik", most=24, hint="tax.typed.nik.change", half=True),
    Field("occupation", "choice", choices=[(code, message(f"tax.occupation.{code}")) for code in "12345"], half=True),
    *(replace(one, needed=False) for one in ADDRESS), Field("village", most=60, half=True),
    Field("city", most=60, half=True), Field("postal_code", most=5, half=True), Field("phone", most=20, half=True), ON,
    REASON)
NIR = (Field("tax_year", "number", needed=True, half=True), Field("nir", "money", needed=True, half=True),
       Field("document", needed=True, hint="tax.typed.document.hint"))
SALE = (Field("kind", "choice", needed=True, label="sale_kind", choices=worded(SaleKind, "sale_kind"), half=True),
        Field("sold_on", "day", needed=True, half=True), Field("price", "money", needed=True, half=True),
        Field("land_m2", "number", needed=True, half=True),
        Field("building_value", "money", half=True), Field("time_adjustment", "percent", half=True),
        Field("data_adjustment", "percent", half=True), Field("source", needed=True, hint="tax.typed.source.hint"))
ZONE = (Field("place", needed=True, most=10, hint="tax.typed.place.hint", half=True),
        Field("code", needed=True, label="zone", most=8, half=True), Field("description"))
WITHDRAW = (Field("reason", needed=True, most=200),)
