"""The assumption set of a waste replay, as the engine takes it."""

from __future__ import annotations

from functools import cache

from sepadan.ground.assumptions import load_assumptions
from sepadan.ground.money import exact
from sepadan.ground.problems import refuse
from sepadan.study.engine.waste import WasteAssumptions

_INFLOWS = ("landfilled_share", "all_handled", "published_inflow")


@cache
def load_waste_assumptions(name: str = "waste-default") -> WasteAssumptions:
    """The named set; its alternatives become the band. Refuses an unknown name, or a set that is not about waste."""
    found = load_assumptions(name)
    values, alternatives = found.values.get("waste", {}), found.alternatives.get("waste", {})
    for key in ("density_t_m3", "cover_share", "inflow"):
        if key not in values:
            raise refuse("study.data.key_missing", where=f"{name} (waste)", remedy="study.data.key_missing.remedy",
                         name=key)
    inflows = (values["inflow"], *alternatives.get("inflow", ()))
    for one in inflows:
        if one not in _INFLOWS:
            raise refuse("study.data.not_one_of", where=f"{name} (waste.inflow)",
                         remedy="study.data.not_one_of.remedy", given=str(one), allowed=", ".join(_INFLOWS))
    densities = {exact(value) for value in (values["density_t_m3"], *alternatives.get("density_t_m3", ()))}
    return WasteAssumptions(
        name=found.name, density_t_m3=exact(values["density_t_m3"]), densities_t_m3=tuple(sorted(densities)),
        cover_share=exact(values["cover_share"]), inflow=inflows, why=found.reasons.get("waste", {}))
