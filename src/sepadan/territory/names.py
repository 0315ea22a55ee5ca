"""Plain words of the territory: kinds of regions and villages, kinds and confidence of a sourced value.

The values are those stored in the database and written in the shipped tables.
"""

from __future__ import annotations

from enum import StrEnum


class RegionKind(StrEnum):
    KOTA = "kota"
    KABUPATEN = "kabupaten"


class VillageKind(StrEnum):
    """What a fourth-level area is by law. Its code says so: the fourth part starts with 1 (kelurahan) or 2 (desa)."""

    KELURAHAN = "kelurahan"
    DESA = "desa"


class Zone(StrEnum):
    """The three legal time zones of Indonesia (WIB, WITA, WIT) by their IANA names."""

    WIB = "Asia/Jakarta"
    WITA = "Asia/Makassar"
    WIT = "Asia/Jayapura"


class Level(StrEnum):
    """The level of an area in the hierarchy; also the level of a boundary layer."""

    REGION = "region"
    KECAMATAN = "kecamatan"
    KELURAHAN = "kelurahan"


class FactKind(StrEnum):
    """How a value came about. ``missing`` has no value and a note that says why."""

    REALISED = "realised"
    ESTIMATE = "estimate"
    TARGET = "target"
    CLAIM = "claim"
    DERIVED = "derived"
    MISSING = "missing"


class Confidence(StrEnum):
    HIGH = "high"
    MEDIUM_HIGH = "medium-high"
    MEDIUM = "medium"
    LOW = "low"
    SUSPECT = "suspect"


class Measure(StrEnum):
    """What a territory fact measures. Only whole residents and square kilometres; other figures are indicators."""

    POPULATION = "population"
    POPULATION_MALE = "population_male"
    POPULATION_FEMALE = "population_female"
    AREA_KM2 = "area_km2"
