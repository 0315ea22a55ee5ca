"""One direction of the replay of tax, whole: what a study prints, as one plain value.

    guest's roll under the guest's own law  ->  the same roll under the host's law, as is and at the guest's revenue

Idea: everything that a page, a document or a file says about this direction is in ``TaxStudy``: both practices with
what they assume and what is not known, the as-is run, the revenue-neutral run by each lever with its shortfall, the
cliffs of both laws with how many objects stand just above them, the band over the alternatives of the assumption set,
and example households. Sentences are made elsewhere; here are exact values.

The roll's aggregates are released by ``tax_replay`` (no cell of fewer than ten owners). First-round effects only.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from sepadan.ground.messages import Message
from sepadan.ground.money import Rupiah
from sepadan.ground.provisions import Missing
from sepadan.ground.steps import Explained
from sepadan.study.engine.tax_cells import MIN_OWNERS
from sepadan.study.engine.tax_neutral import (
    BandRatio,
    Lever,
    Neutral,
    neutral_by_band,
    neutral_by_rates,
    neutral_by_ratio,
    ratios_by_band,
)
from sepadan.study.engine.tax_practice import LEVY, TaxPractice, engine_fingerprint
from sepadan.study.engine.tax_replay import Comparison, Replay
from sepadan.tax.engine.pbb import Assessment, PbbRule, assess
from sepadan.tax.engine.pbb_steps import explain
from sepadan.tax.engine.what_if_cliffs import Cliff, cliffs
from sepadan.tax.engine.what_if_levers import LeverBounds, lever_bounds
from sepadan.tax.names import Use

NEAR = Fraction(5, 100)  # an object this little above a limit stands at its cliff
EXAMPLES: tuple[Rupiah, ...] = (
    100_000_000, 300_000_000, 500_000_000, 750_000_000, 1_000_000_000, 1_500_000_000, 1_500_000_001, 2_000_000_000,
    5_000_000_000, 10_000_000_000,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class RollFacts:
    """What a study says of the roll it ran on. ``label`` names it and says when it is synthetic.

    ``divisor`` above 1: a small example, one object in that many.
    """

    region: str
    name: str
    label: Message
    synthetic: bool
    tax_year: int
    content_hash: str
    objects: int
    owners: int
    divisor: int = 1
    holders: Message | None = None
    """What the region's own table of who takes the NJOPTKP does; None where it says nothing of the roll's year."""


@dataclass(frozen=True, slots=True)
class CliffRow:
    """A cliff of one law, and the objects and owners within ``NEAR`` above it (None: too few to say)."""

    cliff: Cliff
    objects: int | None
    owners: int | None


@dataclass(frozen=True, slots=True)
class AssumedValue:
    """A parameter that a law leaves open, the value it was given, and why. ``sides``: own, foreign."""

    name: str
    value: Any
    why: Message | None
    sides: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Alternative:
    """The two totals when one assumption is replaced by its alternative."""

    name: str
    value: Any
    before: Rupiah
    as_is: Rupiah

    @property
    def change(self) -> Fraction | None:
        return Fraction(self.as_is - self.before, self.before) if self.before else None


@dataclass(frozen=True, slots=True)
class Household:
    """One object under three rules. A side is None where a parameter it needs is not known (``refused`` says which)."""

    njop: Rupiah
    use: Use
    takes_njoptkp: bool
    own: Assessment | None
    as_is: Assessment | None
    neutral: Assessment | None


@dataclass(frozen=True)
class TaxStudy:
    """The outcome for one direction. ``neutral`` is the run of the lever that was asked for, or that works."""

    roll: RollFacts
    own: TaxPractice
    foreign: TaxPractice
    bounds: LeverBounds
    as_is: Comparison
    ratio: Neutral
    bands: tuple[BandRatio, ...]
    by_band: Neutral
    rates: Neutral
    lever: Lever
    neutral: Neutral
    neutral_comparison: Comparison
    own_cliffs: tuple[CliffRow, ...]
    foreign_cliffs: tuple[CliffRow, ...]
    alternatives: tuple[Alternative, ...]
    assumed: tuple[AssumedValue, ...]
    own_gaps: tuple[Missing, ...]
    foreign_gaps: tuple[Missing, ...]
    examples: tuple[Household, ...]
    fingerprint: str

    @property
    def as_is_band(self) -> tuple[Rupiah, Rupiah]:
        """Lowest and highest as-is revenue over the alternatives, the chosen assumptions included."""
        totals = [self.as_is.after.payable, *(one.as_is for one in self.alternatives)]
        return min(totals), max(totals)

    @property
    def change_band(self) -> tuple[Fraction, Fraction] | None:
        """Smallest and largest change of revenue over the alternatives."""
        changes = [self.as_is.change, *(one.change for one in self.alternatives)]
        known = [one for one in changes if one is not None]
        return (min(known), max(known)) if known else None


Practices = Callable[[dict[str, Any]], tuple[TaxPractice, TaxPractice]]


def study_tax(
    replay: Replay,
    roll: RollFacts,
    practices: Practices,
    alternatives: Sequence[tuple[str, Any]] = (),
    lever: Lever | None = None,
    *,
    counted: bool = True,
) -> TaxStudy:
    """Everything about one direction. *practices* gives own and foreign practice with changed assumptions.

    *lever* None takes the ratio where it has a solution within its bounds, else the factor on rates. Without *counted*,
    no objects are counted at the cliffs: a page that must answer at once leaves that, and the alternatives, for later.
    """
    own, foreign = practices({})
    bounds, before = lever_bounds(own.law), own.rule
    as_is = replay.compare(before, foreign.rule)
    ratio = neutral_by_ratio(replay, before, foreign.rule, bounds)
    rates = neutral_by_rates(replay, before, foreign.rule, bounds)
    bands = ratios_by_band(replay, before, foreign.rule, bounds)
    by_band = neutral_by_band(replay, before, foreign.rule, bands)
    chosen: Lever = lever or ("ratio" if ratio.within_bounds else "rates")
    neutral = {"ratio": ratio, "rates": rates, "ratio_by_band": by_band}[chosen]
    own_cliffs, foreign_cliffs = _cliff_rows(replay if counted else None, before, foreign.rule)
    return TaxStudy(
        roll=roll, own=own, foreign=foreign, bounds=bounds, as_is=as_is, ratio=ratio, bands=tuple(bands),
        by_band=by_band, rates=rates, lever=chosen, neutral=neutral,
        neutral_comparison=replay.compare(before, neutral.rule), own_cliffs=own_cliffs, foreign_cliffs=foreign_cliffs,
        alternatives=_alternatives(replay, practices, alternatives, own, foreign), assumed=_assumed(own, foreign),
        own_gaps=_gaps(own), foreign_gaps=_gaps(foreign),
        examples=tuple(household(before, foreign.rule, neutral.rule, njop) for njop in EXAMPLES),
        fingerprint=run_fingerprint(own, foreign, roll.content_hash, chosen),
    )  # fmt: skip


def run_fingerprint(own: TaxPractice, foreign: TaxPractice, content_hash: str, lever: Lever) -> str:
    """sha256 over both practices, the roll, the lever and the engine: the citable name of a run."""
    parts = [own.fingerprint(), foreign.fingerprint(), content_hash, lever, engine_fingerprint()]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


def household(
    own: PbbRule,
    foreign: PbbRule,
    neutral: PbbRule,
    njop: Rupiah,
    *,
    takes_njoptkp: bool = True,
    use: Use = Use.GENERAL,
) -> Household:
    """One object under the own law, the foreign one as it is, and the neutral run."""
    found = [_bill(rule, njop, takes_njoptkp, use) for rule in (own, foreign, neutral)]
    return Household(njop, use, takes_njoptkp, *found)


def bill_steps(rule: PbbRule, njop: Rupiah, *, takes_njoptkp: bool = True, use: Use = Use.GENERAL) -> list[Explained]:
    """The named steps of one bill. Raises Refused where a parameter it needs is not known."""
    result = assess(rule, njop, takes_njoptkp=takes_njoptkp, use=use)
    return explain(rule, result, takes_njoptkp=takes_njoptkp, use=use)


def _bill(rule: PbbRule, njop: Rupiah, takes_njoptkp: bool, use: Use) -> Assessment | None:
    unknown_food = use is Use.FOOD_LAND and rule.food_land_rate is None and not rule.food_land_as_general
    if unknown_food or (takes_njoptkp and rule.njoptkp is None) or _rate_unknown(rule, njop):
        return None
    return assess(rule, njop, takes_njoptkp=takes_njoptkp, use=use)


def _rate_unknown(rule: PbbRule, njop: Rupiah) -> bool:
    """Whether a tier that an object of this NJOP may reach has no known rate."""
    over = 0
    for tier in rule.tiers:
        if tier.rate is None and njop > over:
            return True
        over = tier.to or over
    return False


def _cliff_rows(
    replay: Replay | None, own: PbbRule, foreign: PbbRule
) -> tuple[tuple[CliffRow, ...], tuple[CliffRow, ...]]:
    """The cliffs of both laws, counted on the roll in one pass."""
    found = [cliffs(own), cliffs(foreign)]
    if replay is None:
        own_rows, foreign_rows = (tuple(CliffRow(cliff, None, None) for cliff in law) for law in found)
        return own_rows, foreign_rows
    near = replay.near_limits([cliff.at for law in found for cliff in law], NEAR)
    rows = [_cliff_row(cliff, *pair) for cliff, pair in zip([*found[0], *found[1]], near, strict=True)]
    return tuple(rows[: len(found[0])]), tuple(rows[len(found[0]) :])


def _cliff_row(cliff: Cliff, objects: int, owners: int) -> CliffRow:
    few = 0 < owners < MIN_OWNERS
    return CliffRow(cliff, None if few else objects, None if few else owners)


def _alternatives(
    replay: Replay,
    practices: Practices,
    offered: Sequence[tuple[str, Any]],
    own: TaxPractice,
    foreign: TaxPractice,
) -> tuple[Alternative, ...]:
    """Only alternatives of what one of the two laws really leaves open."""
    open_names = {*own.assumed, *foreign.assumed}
    wanted = [(name, value) for name, value in offered if name in open_names]
    if not wanted:
        return ()
    rules = [practice.rule for name, value in wanted for practice in practices({name: value})]
    totals = replay.revenues(rules)
    return tuple(Alternative(name, value, totals[2 * k], totals[2 * k + 1]) for k, (name, value) in enumerate(wanted))


def _assumed(own: TaxPractice, foreign: TaxPractice) -> tuple[AssumedValue, ...]:
    names = sorted({*own.assumed, *foreign.assumed})
    values = own.assumptions.values[LEVY]
    return tuple(
        AssumedValue(name, values[name], own.assumptions.why(LEVY, name), tuple(
            side for side, practice in (("own", own), ("foreign", foreign)) if name in practice.assumed))
        for name in names
    )  # fmt: skip


def _gaps(practice: TaxPractice) -> tuple[Missing, ...]:
    """What was looked for in this law and not found, as far as a bill depends on it."""
    asked = {*practice.rule.bases, "food_land_rate", "stimulus", "waiver_up_to", "minimum"}
    return tuple(gap for gap in practice.law.missing if gap.name in asked)
