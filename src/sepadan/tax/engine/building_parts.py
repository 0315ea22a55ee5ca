"""What LSPOP says of a building, as SISMIOP codes it: kinds (JPB), materials, and facilities with their measures.

Facilities are kept as one mapping of the names below to whole numbers, or to true; a facility that is not there is left
out. Codes are written as in SISMIOP. None of this gives a value: the cost tables of PMK 85/2024 are not in its public
copy, so that the value of a building is entered.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sepadan.ground.messages import message
from sepadan.ground.problems import refuse

JPB = tuple(f"{number:02d}" for number in range(1, 17))
MATERIALS: Mapping[str, tuple[str, ...]] = {
    "condition": ("1", "2", "3", "4"),
    "construction": ("1", "2", "3", "4"),
    "roof": ("1", "2", "3", "4", "5"),
    "wall": ("1", "2", "3", "4", "5", "6"),
    "floor": ("1", "2", "3", "4", "5"),
    "ceiling": ("1", "2", "3"),
}
COUNTS = ("electricity_va", "ac_split", "ac_window", "pool_m2", "paving_light_m2", "paving_medium_m2",
          "paving_heavy_m2", "paving_covered_m2", "tennis_courts", "lifts_passenger", "lifts_goods", "escalators",
          "fence_m", "pabx_lines", "well_m")
MARKS = ("ac_central", "hydrant", "sprinkler", "fire_alarm")
LARGEST = 10_000_000
EARLIEST_YEAR = 1500


def read_facilities(given: Mapping[str, Any]) -> dict[str, Any]:
    """The facilities that are there. Raises Refused on a name or measure that LSPOP does not have."""
    found: dict[str, Any] = {}
    for name, value in given.items():
        sound = (name in MARKS and isinstance(value, bool)) or \
            (name in COUNTS and isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= LARGEST)
        if not sound:
            raise refuse("tax.building.facility", where=str(name)[:40], remedy="tax.building.facility.remedy",
                         names=", ".join((*COUNTS, *MARKS)))
        if value:
            found[name] = value
    return found


def check_years(built: int | None, renovated: int | None, year: int) -> None:
    """Years as they can be on a day of *year*. Raises Refused."""
    for one in (built, renovated):
        if one is not None and not EARLIEST_YEAR <= one <= year:
            raise refuse("tax.building.year", where=str(one), remedy="tax.building.year.remedy", year=str(year))
    if built is not None and renovated is not None and renovated < built:
        raise refuse("tax.building.renovated", where=str(renovated), remedy="tax.building.renovated.remedy",
                     built=str(built))


def check_materials(values: Mapping[str, Any]) -> None:
    """Codes of materials and kind; an empty one is unknown. Raises Refused."""
    for name, codes in MATERIALS.items():
        if values.get(name) and values[name] not in codes:
            raise refuse("tax.building.code", where=str(values[name])[:10], remedy="tax.building.code.remedy",
                         field=message(f"tax.field.{name}"), codes=", ".join(codes))
    if "jpb" in values and values["jpb"] not in JPB:
        raise refuse("tax.building.code", where=str(values["jpb"])[:10], remedy="tax.building.code.remedy",
                     field=message("tax.field.jpb"), codes=", ".join(JPB))
