"""Effective age of a high-rise building in whole years (PMK 85/2024 Annex III.A.3.b).

    age = ((year - built) + 2 x (year - renovated)) / 3, rounded half up
    built at most 10 years ago and never renovated:                             year - built
    renovated more than 10 years ago, or older than 10 years and never renovated: 10 stands for (year - renovated)

``renovated`` None says that the building was never renovated. The formula of other buildings is a picture that the
public copy lacks: their age is refused, not guessed. It does not turn an age into depreciation.
"""

from __future__ import annotations

from dataclasses import dataclass

from sepadan.ground.messages import Message, message
from sepadan.ground.problems import refuse
from sepadan.ground.steps import Explained
from sepadan.tax.engine.valuation import pmk85

HIGH_RISE = "high_rise"
RECENT_YEARS = 10
BASIS = pmk85("effective_age_high_rise", "Annex III.A.3.b")


@dataclass(frozen=True, slots=True)
class BuildingAge:
    """Years since building and since renovation as they are counted (``since_renovation`` None: the plain age)."""

    year: int
    built: int
    renovated: int | None
    since_renovation: int | None
    effective_age: int

    @property
    def since_built(self) -> int:
        return self.year - self.built


def building_age(year: int, built: int, renovated: int | None, kind: str = HIGH_RISE) -> BuildingAge:
    """The effective age in *year*. Raises Refused on another kind of building or years out of order."""
    if kind != HIGH_RISE:
        raise refuse("tax.building_age.kind", remedy="tax.building_age.kind.remedy", kind=kind)
    if built > year:
        raise refuse("tax.building_age.order", name="built", before=str(built), after=str(year))
    if renovated is not None and not built <= renovated <= year:
        raise refuse("tax.building_age.renovated", renovated=str(renovated), built=str(built), year=str(year))
    since_built = year - built
    if renovated is None and since_built <= RECENT_YEARS:
        return BuildingAge(year, built, renovated, None, since_built)
    since = RECENT_YEARS if renovated is None else min(year - renovated, RECENT_YEARS)
    weighed = since_built + 2 * since
    return BuildingAge(year, built, renovated, since, (2 * weighed + 3) // 6)  # weighed / 3, half up


def explain_building_age(result: BuildingAge) -> list[Explained]:
    """Age since building, years since renovation as counted, and the effective age."""
    steps = [
        Explained(message("tax.building_age.step.since_built"), result.since_built, "number",
                  message("tax.building_age.step.span", later=str(result.year), earlier=str(result.built))),
    ]  # fmt: skip
    if result.since_renovation is None:
        how = message("tax.building_age.step.plain", years=RECENT_YEARS)
    else:
        steps.append(Explained(message("tax.building_age.step.since_renovation"), result.since_renovation, "number",
                               _counted(result)))
        how = message("tax.building_age.step.weighed", built=result.since_built, renovated=result.since_renovation)
    return [*steps, Explained(message("tax.building_age.step.age"), result.effective_age, "number", how, (BASIS,),
                              is_sum=True)]


def _counted(result: BuildingAge) -> Message:
    if result.renovated is None:
        return message("tax.building_age.step.never", years=RECENT_YEARS)
    if result.year - result.renovated > RECENT_YEARS:
        return message("tax.building_age.step.long_ago", year=str(result.renovated), years=RECENT_YEARS)
    return message("tax.building_age.step.span", later=str(result.year), earlier=str(result.renovated))
