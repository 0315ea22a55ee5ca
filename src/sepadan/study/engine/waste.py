"""Replay of a waste practice: the host's rates on the guest's waste, and what that means for a landfill.

    reduced = A(guest) x B/A(host)        handled = A(guest) x C/A(host)        unmanaged = A - reduced - handled

Idea: a practice is a pair of rates and a cell in the ground. The rates are applied to what the guest generates, per
year and per day; the flow to the landfill follows by a named assumption; the life of the host's cell under each flow is
a band over density. Warnings come from the data: handled is not the same as safely disposed of, a year may be a copy of
the last, a method may have changed. Both directions are two calls with the sides exchanged.

First-round arithmetic: no one changes behaviour, no cost is counted, and the guest's own landfill stays unknown where
its volume is not published. Tonnes and days of 365 a year; exact fractions; assumptions:
``assumptions/waste-default.yaml``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from sepadan.ground.messages import Message, message
from sepadan.ground.provisions import Words
from sepadan.study.engine.book import Book
from sepadan.study.engine.derived import Figure, figure
from sepadan.study.engine.findings import break_message, copies, copy_message, jumps
from sepadan.study.engine.indicators import plain
from sepadan.study.names import ClaimVerdict
from sepadan.waste.engine.landfill import DAYS_IN_YEAR, LifeBand, density_needed, inflow_allowed, life_band

Grade = Literal["care", "bad"]
REPORTED = ("waste_gen_t", "waste_reduced_t", "waste_handled_t")


@dataclass(frozen=True, slots=True)
class WasteAssumptions:
    """A named set; ``why`` by parameter. ``densities_t_m3`` from least to most dense, the standard one among them."""

    name: str
    density_t_m3: Fraction
    densities_t_m3: tuple[Fraction, ...]
    cover_share: Fraction
    inflow: tuple[str, ...]
    why: Mapping[str, Words]


@dataclass(frozen=True, slots=True)
class WasteFacts:
    """What is published of one region: figures ready to print, each with its origin or the reason why it is missing."""

    region: str
    name: str
    generated: Figure
    reduced: Figure
    handled: Figure
    inflow: Figure
    landfill: Figure
    capacity: Figure
    design: Figure
    announced: Figure
    served: Figure
    findings: tuple[Message, ...]

    @property
    def inflow_t_per_day(self) -> Fraction | None:
        """The flow to its landfill; of a published range the upper end, which is the harder case."""
        return self.inflow.value if self.inflow.high is None else self.inflow.high

    @property
    def open_dump(self) -> bool:
        return self.landfill.category == "open_dumping"


@dataclass(frozen=True, slots=True)
class WasteYear:
    """Tonnes of a year under some rates; ``per_day`` is each of them divided by 365."""

    generated_t: Fraction
    reduced_t: Fraction
    handled_t: Fraction

    @property
    def managed_t(self) -> Fraction:
        return self.reduced_t + self.handled_t

    @property
    def unmanaged_t(self) -> Fraction:
        return self.generated_t - self.managed_t

    @property
    def managed_share(self) -> Fraction:
        return self.managed_t / self.generated_t

    @property
    def per_day(self) -> WasteYear:
        return WasteYear(self.generated_t / DAYS_IN_YEAR, self.reduced_t / DAYS_IN_YEAR, self.handled_t / DAYS_IN_YEAR)


@dataclass(frozen=True, slots=True)
class Inflow:
    """Tonnes a day to the landfill by one assumption, named by ``rule``."""

    rule: str
    t_per_day: Fraction
    how: Message


@dataclass(frozen=True, slots=True)
class LifeRow:
    """How long the cell lasts under one flow. ``side`` says whose flow it is; ``replayed`` that it is computed."""

    label: Message
    side: Literal["host", "guest"]
    replayed: bool
    band: LifeBand


@dataclass(frozen=True, slots=True)
class AnnouncedLife:
    """The announced life of the host's cell, and what it would need: a density, or a smaller flow."""

    low_years: Fraction
    high_years: Fraction
    density_low: Fraction
    density_high: Fraction
    inflow_high: Fraction
    inflow_low: Fraction
    verdict: ClaimVerdict


@dataclass(frozen=True, slots=True)
class WasteWarning:
    check: str
    grade: Grade
    text: Message


@dataclass(frozen=True, slots=True)
class ThreeMeasures:
    """One region by three definitions that must not be mixed; per cent, ranges where a part is not published."""

    region: str
    sipsn_pct: Fraction | None
    without_dumping_pct: tuple[Fraction, Fraction] | None
    controlled_pct: tuple[Fraction, Fraction] | None


@dataclass(frozen=True, slots=True)
class WasteReplay:
    """The outcome for one direction. ``as_host`` is None, with ``lacking`` saying why, when a rate is not published.

    ``lives`` are of the host's cell under the host's and the guest's flows, ``own_lives`` of the guest's own cell under
    the replayed flows; each is empty, with the reason, where the volume of the cell is not published.
    """

    guest: WasteFacts
    host: WasteFacts
    assumptions: WasteAssumptions
    reduced_rate: Fraction | None
    handled_rate: Fraction | None
    now: WasteYear | None
    as_host: WasteYear | None
    lacking: Message | None
    inflows: tuple[Inflow, ...]
    lives: tuple[LifeRow, ...]
    lives_lacking: Message | None
    own_lives: tuple[LifeRow, ...]
    own_lives_lacking: Message | None
    announced: AnnouncedLife | None
    measures: tuple[ThreeMeasures, ThreeMeasures]
    warnings: tuple[WasteWarning, ...]

    @property
    def unmanaged_change_t(self) -> Fraction | None:
        """Tonnes a year less (below zero) or more that stay unmanaged."""
        if self.now is None or self.as_host is None:
            return None
        return self.as_host.unmanaged_t - self.now.unmanaged_t


def waste_facts(book: Book, region: str, *, year: str = "2024") -> WasteFacts:
    """What the book knows of the waste of *region*: the balance of *year*, the newest figures of its landfill."""
    found = tuple(copy_message(one) for one in copies(book, region, "waste_gen_t") if str(one.year) == year)
    found += tuple(break_message(one) for one in jumps(book, region, "waste_gen_t") if str(one.year) == year)
    generated, reduced, handled = (figure(book, region, name, period=year) for name in REPORTED)

    def newest(name: str) -> Figure:
        return figure(book, region, name)

    return WasteFacts(
        region, book.region(region).name, generated=generated, reduced=reduced, handled=handled,
        inflow=newest("landfill_inflow_tpd"), landfill=newest("landfill_type"), capacity=newest("landfill_capacity_m3"),
        design=newest("landfill_design_tpd"), announced=newest("landfill_life_years"),
        served=newest("waste_served_kecamatan"), findings=found)


def replay_waste(guest: WasteFacts, host: WasteFacts, assumptions: WasteAssumptions) -> WasteReplay:
    """The host's practice on the guest's waste. Never refuses: what cannot be computed is None with its reason."""
    now, theirs = year_of(guest), year_of(host)
    lacking = _lacking(guest, host)
    as_host = None
    if theirs is not None and guest.generated.value is not None:
        as_host = WasteYear(guest.generated.value, guest.generated.value * theirs.reduced_t / theirs.generated_t,
                            guest.generated.value * theirs.handled_t / theirs.generated_t)
    inflows = _inflows(guest, host, as_host, assumptions)
    return WasteReplay(
        guest=guest, host=host, assumptions=assumptions,
        reduced_rate=None if theirs is None else theirs.reduced_t / theirs.generated_t,
        handled_rate=None if theirs is None else theirs.handled_t / theirs.generated_t,
        now=now, as_host=as_host, lacking=lacking, inflows=inflows,
        lives=_lives(guest, host, inflows, assumptions), lives_lacking=_no_life(host),
        own_lives=tuple(_life_row(guest, one, guest, assumptions) for one in inflows if guest.capacity.value),
        own_lives_lacking=_no_life(guest), announced=announced_life(host, assumptions),
        measures=(three_measures(host), three_measures(guest)), warnings=_warnings(guest, host))


def year_of(facts: WasteFacts) -> WasteYear | None:
    """The published year; None unless generated, reduced and handled are all published."""
    whole, reduced, handled = facts.generated.value, facts.reduced.value, facts.handled.value
    if whole is None or reduced is None or handled is None:
        return None
    return WasteYear(whole, reduced, handled)


def announced_life(facts: WasteFacts, assumptions: WasteAssumptions) -> AnnouncedLife | None:
    """What the announced life of the cell needs at its design flow; None when a part is not published."""
    capacity, flow, life = facts.capacity.value, facts.design.value, facts.announced
    if capacity is None or flow is None or life.value is None or not life.facts:
        return None
    upper = life.facts[0].high
    low, high = life.value, life.value if upper is None else Fraction(upper)
    needed = [density_needed(capacity_m3=capacity, t_per_day=flow, cover_share=assumptions.cover_share, years=years)
              for years in (low, high)]
    allowed = [inflow_allowed(capacity_m3=capacity, density_t_m3=assumptions.density_t_m3,
                              cover_share=assumptions.cover_share, years=years) for years in (low, high)]
    believable = needed[0] <= max(assumptions.densities_t_m3)
    return AnnouncedLife(low, high, needed[0], needed[1], allowed[0], allowed[1],
                         "supported" if believable else "not_supported")


def three_measures(facts: WasteFacts) -> ThreeMeasures:
    """Managed by SIPSN; managed without open dumping (a range); collected into control as in SDG 11.6.1 (a range).

    Without a published score of control a sanitary cell counts as anything from nothing to all it receives; an open
    dump as nothing.
    """
    year = year_of(facts)
    if year is None:
        return ThreeMeasures(facts.region, None, None, None)
    managed = year.managed_share * 100
    dumped = facts.inflow_t_per_day
    if not facts.open_dump:
        without: tuple[Fraction, Fraction] | None = (managed, managed) if facts.landfill.known else None
    else:
        kept = year.managed_t - (dumped or 0) * DAYS_IN_YEAR
        without = (year.reduced_t / year.generated_t * 100, max(kept, year.reduced_t) / year.generated_t * 100)
        if dumped is None:
            without = (without[0], managed)
    controlled = None
    if dumped is not None and facts.landfill.known:
        received = dumped * DAYS_IN_YEAR / year.generated_t * 100
        controlled = (Fraction(0), Fraction(0) if facts.open_dump else received)
    return ThreeMeasures(facts.region, managed, without, controlled)


def _lacking(guest: WasteFacts, host: WasteFacts) -> Message | None:
    wanted = [(guest, guest.generated), (host, host.generated), (host, host.reduced), (host, host.handled)]
    for facts, one in wanted:
        if one.value is None:
            return message("study.waste.lacks", region=facts.name, part=one.indicator.name, why=one.why or "")
    return None


def _inflows(guest: WasteFacts, host: WasteFacts, as_host: WasteYear | None,
             assumptions: WasteAssumptions) -> tuple[Inflow, ...]:
    found: dict[str, Inflow] = {}
    generated, flow = guest.generated.value, host.inflow_t_per_day
    if generated is not None and flow is not None and host.generated.value is not None:
        per_day, host_day = generated / DAYS_IN_YEAR, host.generated.value / DAYS_IN_YEAR
        found["landfilled_share"] = Inflow(
            "landfilled_share", per_day * flow / host_day,
            message("study.waste.inflow.landfilled_share", inflow=plain(flow), generated=host_day,
                    share=flow / host_day, guest=per_day))
    if as_host is not None:
        found["all_handled"] = Inflow("all_handled", as_host.per_day.handled_t,
                                      message("study.waste.inflow.all_handled", t=as_host.handled_t))
    if guest.inflow_t_per_day is not None:
        found["published_inflow"] = Inflow(
            "published_inflow", guest.inflow_t_per_day,
            message("study.waste.inflow.published", period=guest.inflow.cell.period))
    return tuple(found[rule] for rule in assumptions.inflow if rule in found)


def _lives(guest: WasteFacts, host: WasteFacts, inflows: tuple[Inflow, ...],
           assumptions: WasteAssumptions) -> tuple[LifeRow, ...]:
    if host.capacity.value is None:
        return ()
    rows = []
    if host.design.value is not None:
        rows.append(LifeRow(message("study.waste.life.design", t=host.design.value), "host", False,
                            _band(host, host.design.value, assumptions)))
    flow = host.inflow_t_per_day
    if flow is not None:
        rows.append(LifeRow(message("study.waste.life.inflow", region=host.name, t=flow), "host", False,
                            _band(host, flow, assumptions)))
    rows += [_life_row(host, inflow, guest, assumptions) for inflow in inflows]
    return tuple(rows)


def _life_row(cell_of: WasteFacts, inflow: Inflow, guest: WasteFacts, assumptions: WasteAssumptions) -> LifeRow:
    """How long the cell of one region lasts under a flow of the guest."""
    label = message(f"study.waste.life.{inflow.rule}", region=guest.name, t=inflow.t_per_day)
    return LifeRow(label, "guest", inflow.rule != "published_inflow", _band(cell_of, inflow.t_per_day, assumptions))


def _band(facts: WasteFacts, flow: Fraction, assumptions: WasteAssumptions) -> LifeBand:
    return life_band(capacity_m3=facts.capacity.value or 0, t_per_day=flow, densities_t_m3=assumptions.densities_t_m3,
                     cover_share=assumptions.cover_share)


def _no_life(facts: WasteFacts) -> Message | None:
    if facts.capacity.value is not None:
        return None
    return message("study.waste.life_unknown", region=facts.name, why=facts.capacity.why or "")


def _warnings(guest: WasteFacts, host: WasteFacts) -> tuple[WasteWarning, ...]:
    found = [WasteWarning("handled_is_not_safe", "care", message("study.waste.warn.handled"))]
    for facts in (host, guest):
        if facts.open_dump:
            found.append(WasteWarning("open_dump", "bad", message("study.waste.warn.open_dump", region=facts.name)))
        for text in facts.findings:
            found.append(WasteWarning("series", "care", message("study.gate.of_region", region=facts.name, text=text)))
        if facts.served.value is not None:
            found.append(WasteWarning("served", "care", message(
                "study.waste.warn.served", region=facts.name, served=plain(facts.served.value),
                period=facts.served.cell.period, note=facts.served.facts[0].note or message("study.unit.kecamatan"))))
    if host.inflow.known and guest.inflow.known and host.inflow.method != guest.inflow.method:
        found.append(WasteWarning("method", "care", message(
            "study.gate.method", left=message(f"study.method.{host.inflow.method}"),
            right=message(f"study.method.{guest.inflow.method}"))))
    if host.capacity.value is not None:
        found.append(WasteWarning("remaining_volume", "care", message("study.waste.warn.remaining", region=host.name)))
    return tuple(found)
