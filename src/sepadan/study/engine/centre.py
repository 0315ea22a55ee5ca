"""Replay of a creative centre: what it costs per resident and attendance, carried to the guest in two ways.

Idea: a building costs the same anywhere (fixed cost), or the same reach asks for cost in proportion to residents (per
resident); the truth lies between, so both are shown. Counts of events and attendances that contradict each other are
rejected with the reason; a cost per attendance is then shown only as "if the claim were true". Cost recovery is printed
as announced and, beside it, over the months the income target really covers.

Ranges come from published statements, not from a model: no demand, no benefit, no inflation. Money in rupiah, exact.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from sepadan.ground.cells import Cell
from sepadan.ground.messages import Message, message
from sepadan.study.engine.book import Book, Fact
from sepadan.study.engine.derived import Figure, figure
from sepadan.study.engine.indicators import cell_of, count_falls, fall_message

MONTHS_IN_YEAR = 12
Range = tuple[Fraction, Fraction]


@dataclass(frozen=True, slots=True)
class CentreFacts:
    """What is published of a region's creative centre; counts as published, each with its window."""

    region: str
    name: str
    residents: Figure
    running_cost: Figure
    building_cost: Figure
    income_target: Figure
    events: tuple[Fact, ...]
    attendances: tuple[Fact, ...]
    event_figure: Figure
    attendance_figure: Figure
    attendance_cells: tuple[Cell, ...]
    rejected: tuple[Message, ...]


@dataclass(frozen=True, slots=True)
class PerAttendance:
    """Running cost per attendance if a claimed count were true. ``refused`` says why it may not be relied on."""

    claim: Cell
    per_year: Fraction
    cost: Range
    refused: Message | None


@dataclass(frozen=True, slots=True)
class Recovery:
    """Income target against running cost. ``printed``: as announced; ``like_for_like``: over the same ``months``."""

    income: Fraction
    months: int
    printed: Range
    like_for_like: Range
    label: Message


@dataclass(frozen=True, slots=True)
class Transfer:
    """What the host's centre would cost the guest, in one way. Running cost a year and per resident; building cost."""

    way: str
    running: Range
    running_per_resident: Range
    building: Fraction | None
    building_per_resident: Fraction | None
    how: Message


@dataclass(frozen=True, slots=True)
class CentreReplay:
    """The outcome for one direction; parts are None or empty, with ``lacking``, where a figure is not published."""

    guest: CentreFacts
    host: CentreFacts
    cost_per_resident: Range | None
    building_per_resident: Fraction | None
    per_attendance: tuple[PerAttendance, ...]
    transfers: tuple[Transfer, ...]
    recovery: Recovery | None
    rejected: tuple[Message, ...]
    lacking: tuple[Message, ...]


def centre_facts(book: Book, region: str) -> CentreFacts:
    """What the book knows of the creative centre of *region*."""
    counts = {name: tuple(fact for fact in book.facts(region, name) if fact.value is not None)
              for name in ("hub_events", "hub_beneficiaries")}
    rejected = tuple(
        message("study.centre.rejected", what=book.indicator(name).name, why=fall_message(fall))
        for name, facts in counts.items() for fall in count_falls(book.indicator(name), facts)
    )
    return CentreFacts(
        region, book.region(region).name, residents=figure(book, region, "pop_dukcapil"),
        running_cost=figure(book, region, "hub_opex"), building_cost=figure(book, region, "hub_capex"),
        income_target=figure(book, region, "hub_revenue", kind="target"), events=counts["hub_events"],
        attendances=counts["hub_beneficiaries"], event_figure=figure(book, region, "hub_events"),
        attendance_figure=figure(book, region, "hub_beneficiaries"),
        attendance_cells=tuple(cell_of(book, (fact,)) for fact in counts["hub_beneficiaries"]), rejected=rejected)


def replay_centre(guest: CentreFacts, host: CentreFacts) -> CentreReplay:
    """The host's centre on the guest's residents. Never refuses: what is missing stays missing, with its reason."""
    cost, people = _range(host.running_cost), host.residents.value
    per_resident = None if cost is None or not people else (cost[0] / people, cost[1] / people)
    building = host.building_cost.value
    return CentreReplay(
        guest=guest, host=host, cost_per_resident=per_resident,
        building_per_resident=None if building is None or not people else building / people,
        per_attendance=_per_attendance(host, cost), transfers=_transfers(guest, host, cost, per_resident),
        recovery=recovery(host), rejected=host.rejected, lacking=_lacking(guest, host))


def recovery(facts: CentreFacts) -> Recovery | None:
    """How much of the running cost the income target covers; None when either is not published."""
    cost, target = _range(facts.running_cost), facts.income_target
    if cost is None or target.value is None or target.period is None:
        return None
    months = target.period.months
    share = Fraction(months, MONTHS_IN_YEAR)
    printed = (target.value / cost[1], target.value / cost[0])
    like = (printed[0] / share, printed[1] / share)
    label = message("study.centre.recovery_label", period=target.period.named(), months=months)
    return Recovery(target.value, months, printed, like, label)


def _range(one: Figure) -> Range | None:
    return None if one.value is None else (one.value, one.value if one.high is None else one.high)


def _per_attendance(host: CentreFacts, cost: Range | None) -> tuple[PerAttendance, ...]:
    if cost is None:
        return ()
    found = []
    refused = host.attendance_figure.unsettled
    for fact, cell in zip(host.attendances, host.attendance_cells, strict=True):
        if fact.amount:
            per_year = fact.amount / fact.period.months * MONTHS_IN_YEAR
            found.append(PerAttendance(cell, per_year, (cost[0] / per_year, cost[1] / per_year), refused))
    return tuple(found)


def _transfers(guest: CentreFacts, host: CentreFacts, cost: Range | None,
               per_resident: Range | None) -> tuple[Transfer, ...]:
    people, hosts = guest.residents.value, host.residents.value
    if cost is None or per_resident is None or not people or not hosts:
        return ()
    building = host.building_cost.value
    scaled = (per_resident[0] * people, per_resident[1] * people)
    return (
        Transfer("fixed_cost", cost, (cost[0] / people, cost[1] / people), building,
                 None if building is None else building / people, message("study.centre.fixed_cost")),
        Transfer("per_resident", scaled, per_resident, None if building is None else building / hosts * people,
                 None if building is None else building / hosts,
                 message("study.centre.per_resident", times=people / hosts)),
    )


def _lacking(guest: CentreFacts, host: CentreFacts) -> tuple[Message, ...]:
    wanted = [(facts, one) for facts in (host, guest)
              for one in (facts.residents, facts.running_cost, facts.building_cost, facts.income_target,
                          facts.event_figure, facts.attendance_figure)]
    return tuple(message("study.centre.unsettled" if one.unsettled else "study.centre.lacks", region=facts.name,
                         part=one.indicator.name, why=one.unsettled or one.why or "")
                 for facts, one in wanted if not one.known)
