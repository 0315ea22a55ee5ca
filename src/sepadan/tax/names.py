"""Plain names of the tax module, used by its engines and models alike."""

from __future__ import annotations

from enum import StrEnum


class Use(StrEnum):
    """Use of a taxable object as far as the PBB rate depends on it (UU 1/2022 Art. 41(2))."""

    GENERAL = "general"
    FOOD_LAND = "food_land"


class RatioOrder(StrEnum):
    """Whether the assessment ratio is taken of NJOP less NJOPTKP (UU 1/2022 Art. 40(5)) or of NJOP before it."""

    AFTER_NJOPTKP = "after_njoptkp"
    BEFORE_NJOPTKP = "before_njoptkp"


class BandBase(StrEnum):
    """The value by which the tier of a rate is chosen."""

    NJOP = "njop"
    TAXABLE = "taxable"


class Tiering(StrEnum):
    """``slab``: the rate of the tier reached applies to the whole value; ``marginal``: each tier to its own part."""

    SLAB = "slab"
    MARGINAL = "marginal"


class NjoptkpChoice(StrEnum):
    """Which object of a taxpayer takes the one NJOPTKP of UU 1/2022 Art. 40(4)."""

    HIGHEST_NJOP_THEN_LOWEST_ID = "highest_njop_then_lowest_id"


class RollState(StrEnum):
    """How far a roll is. Only ``ready`` is shown or computed with."""

    LOADING = "loading"
    READY = "ready"
    FAILED = "failed"
