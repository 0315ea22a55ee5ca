"""Figures ready to compare: published ones as chosen, and derived ones computed from published parts.

Idea: a derived indicator is never stored. Its formula names the parts it takes, and the figure carries them, the
arithmetic in digits, and the confidence of its least sure part. Population stands beside a figure of another year when
the two lie at most one year apart, and both years are said.

Exact fractions; rounding happens where a figure is written. Processing level of all formulas here: major.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from sepadan.ground.cells import Cell, Confidence, Kind, Source, lowest
from sepadan.ground.messages import Message, message
from sepadan.ground.money import round_rupiah
from sepadan.study.engine.book import Book, Fact, Indicator
from sepadan.study.engine.indicators import Choice, cell_of, choose, joined, missing_cell, plain, unit_form
from sepadan.study.engine.periods import Period, period_of
from sepadan.study.names import Processing

YEARS_APART = 1  # how far population may lie from the figure it divides


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure of a region, published or derived, with all that a comparison must know.

    ``value`` is exact, in the unit of the indicator (per cent figures in per cent), None when missing or unsettled; a
    category has its code in ``category``. ``kind`` is the kind of the leading part (a target per head is a target).
    ``period``, ``as_of`` and ``complete`` are those of the leading part. ``facts`` are the parts, ``others`` the values
    not chosen.
    """

    region: str
    indicator: Indicator
    cell: Cell
    value: Fraction | None = None
    high: Fraction | None = None
    kind: Kind = "missing"
    confidence: Confidence | None = None
    period: Period | None = None
    as_of: date | None = None
    complete: bool = True
    facts: tuple[Fact, ...] = ()
    others: tuple[Fact, ...] = ()
    why: Message | None = None
    unsettled: Message | None = None
    category: str | None = None
    basis: str | None = None
    method: str | None = None
    vintage: str | None = None

    @property
    def known(self) -> bool:
        return self.value is not None or self.category is not None

    @property
    def processing(self) -> Processing:
        return "major" if self.indicator.derived else "none"


class _LackingError(Exception):
    """A part of a formula is not there; carries why."""

    def __init__(self, reason: Message):
        super().__init__(reason.key)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class _Computed:
    value: Fraction
    parts: tuple[Fact, ...]
    how: Message
    places: int
    note: Message | None = None
    confidence: Confidence | None = None


Formula = Callable[[Book, str, int], _Computed]


def figure(book: Book, region: str, indicator: str, *, period: str | None = None, kind: Kind | None = None) -> Figure:
    """The figure of *indicator* (published or derived) in *region*: of that period, else the newest that stands."""
    meaning = book.indicator(indicator)
    if not meaning.derived:
        return of_choice(book, region, meaning, choose(book, region, indicator, period=period, kind=kind))
    years = [period_of(period).year] if period is not None else _candidate_years(book, region, meaning)
    lacking: Message = message("study.derived.no_parts")
    for year in years:
        try:
            return _derived_figure(book, region, meaning, FORMULAS[indicator](book, region, year))
        except _LackingError as error:
            lacking = error.reason
    return Figure(region, meaning, missing_cell(meaning, lacking), why=lacking)


def years_of(book: Book, region: str, indicator: str) -> list[int]:
    """The years in which a derived indicator can be computed, newest first."""
    meaning = book.indicator(indicator)
    years = _candidate_years(book, region, meaning)
    return [year for year in years if figure(book, region, indicator, period=str(year)).known]


def of_choice(book: Book, region: str, meaning: Indicator, chosen: Choice) -> Figure:
    """A chosen published value as a figure."""
    fact = chosen.fact
    if fact is None:
        return Figure(region, meaning, chosen.cell, others=chosen.others, why=chosen.why, unsettled=chosen.unsettled)
    return Figure(
        region, meaning, chosen.cell, value=fact.amount,
        high=chosen.facts[-1].amount if len(chosen.facts) > 1 else None,
        kind=fact.kind, confidence=chosen.cell.confidence, period=fact.period, as_of=fact.as_of,
        complete=fact.complete, facts=chosen.facts, others=chosen.others, why=chosen.why,
        category=fact.category or (fact.value if isinstance(fact.value, str) else None), basis=fact.basis,
        method=fact.method, vintage=fact.vintage,
    )


def of_fact(book: Book, fact: Fact) -> Figure:
    """One published value as a figure, whether or not the rule would choose it; the others beside it."""
    others = tuple(one for one in book.facts(fact.region, fact.indicator) if one is not fact)
    return of_choice(book, fact.region, book.indicator(fact.indicator),
                     Choice(cell_of(book, (fact,)), (fact,), others, message("study.choice.likest")))


def _derived_figure(book: Book, region: str, meaning: Indicator, computed: _Computed) -> Figure:
    lead = computed.parts[0]
    sure = computed.confidence or lowest(fact.confidence for fact in computed.parts)
    form, unit = unit_form(meaning.unit)
    titles = list(dict.fromkeys(book.sources[fact.source].title for fact in computed.parts))
    source = book.sources[lead.source].source()
    cell = Cell(
        label=meaning.name, value=round_rupiah(computed.value, "half_up") if form == "rupiah" else computed.value,
        unit=unit, kind="derived", period=lead.period_words, confidence=sure,
        form=form if form != "number" else f"number{computed.places}",
        source=source if len(titles) == 1 else Source("; ".join(titles), source.url),
        method=computed.how, meaning=meaning.definition, trap=joined(computed.note, meaning.trap),
    )
    return Figure(region, meaning, cell, value=computed.value, kind=lead.kind, confidence=sure, period=lead.period,
                  as_of=lead.as_of, complete=lead.complete, facts=computed.parts, why=computed.how,
                  method=lead.method, basis=lead.basis, vintage=lead.vintage)


def _candidate_years(book: Book, region: str, meaning: Indicator) -> list[int]:
    lead = book.facts(region, meaning.parts[0])
    return sorted({fact.period.year for fact in lead if fact.value is not None}, reverse=True)


def _part(book: Book, region: str, indicator: str, year: int, kind: Kind, *, apart: int = 0) -> Fact:
    """The full-year value of that kind for *year*, or of the nearest year at most *apart* away (later first)."""
    for gap in sorted(range(-apart, apart + 1), key=lambda gap: (abs(gap), -gap)):
        chosen = choose(book, region, indicator, period=str(year + gap), kind=kind)
        if chosen.fact is not None and chosen.fact.complete and chosen.fact.amount is not None:
            return chosen.fact
    raise _LackingError(message("study.derived.lacks", part=book.indicator(indicator).name,
                                year=str(year), kind=message(f"ground.cells.kind.{kind}")))


def _amount(fact: Fact) -> Fraction:
    if fact.amount is None:
        raise ValueError(f"{fact.place}: a number is needed")
    return fact.amount


def _quotient(top: Fact, below: Fact, *, times: int = 1, places: int) -> _Computed:
    """top x times / below, with both years named where they differ."""
    if _amount(below) == 0:
        raise _LackingError(message("study.derived.by_zero"))
    how = message("study.method.quotient" if times in (1, 100) else "study.method.quotient_times",
                  top=plain(_amount(top)), below=plain(_amount(below)), times=times)
    note = None
    if top.period.year != below.period.year:
        note = message("study.derived.other_year", year=str(below.period.year), top_year=str(top.period.year))
    return _Computed(_amount(top) * times / _amount(below), (top, below), how, places, note)


def _density(book: Book, region: str, year: int) -> _Computed:
    return _quotient(_part(book, region, "pop_dukcapil", year, "realised"),
                     _part(book, region, "area_km2", year, "realised", apart=YEARS_APART), places=0)


def _waste_per_head(book: Book, region: str, year: int) -> _Computed:
    return _quotient(_part(book, region, "waste_gen_tpd", year, "realised"),
                     _part(book, region, "pop_dukcapil", year, "realised", apart=YEARS_APART), times=1000, places=3)


def _unmanaged(book: Book, region: str, year: int) -> _Computed:
    parts = [_part(book, region, name, year, "realised")
             for name in ("waste_gen_t", "waste_reduced_t", "waste_handled_t")]
    whole, reduced, handled = map(_amount, parts)
    how = message("study.method.less", whole=plain(whole), first=plain(reduced), second=plain(handled))
    return _Computed(whole - reduced - handled, tuple(parts), how, 0)


def _waste_share(indicator: str) -> Formula:
    def share(book: Book, region: str, year: int) -> _Computed:
        return _quotient(_part(book, region, indicator, year, "realised"),
                         _part(book, region, "waste_gen_t", year, "realised"), times=100, places=2)

    return share


def _landfilled(book: Book, region: str, year: int) -> _Computed:
    return _quotient(_part(book, region, "landfill_inflow_tpd", year, "realised"),
                     _part(book, region, "waste_gen_tpd", year, "realised", apart=YEARS_APART), times=100, places=1)


def _tax_ratio(book: Book, region: str, year: int) -> _Computed:
    tax = _part(book, region, "tax_total", year, "realised")
    try:
        return _quotient(tax, _part(book, region, "pdrb_adhb", year, "realised"), times=100, places=3)
    except _LackingError:
        head = _part(book, region, "pdrb_per_capita", year, "realised", apart=2)
        people = _part(book, region, "pop_bps", year, "realised", apart=2)
    how = message("study.method.over_product", top=plain(_amount(tax)), first=plain(_amount(head)),
                  second=plain(_amount(people)))
    note = message("study.derived.mixed_years", first=str(tax.period.year), second=str(head.period.year),
                   third=str(people.period.year))
    return _Computed(_amount(tax) * 100 / (_amount(head) * _amount(people)), (tax, head, people), how, 3, note, "low")


def _tax_per_head(book: Book, region: str, year: int) -> _Computed:
    return _quotient(_part(book, region, "tax_total", year, "realised"),
                     _part(book, region, "pop_dukcapil", year, "realised", apart=YEARS_APART), places=0)


def _pbb_target_per_head(book: Book, region: str, year: int) -> _Computed:
    target = _part(book, region, "tax_pbb", year, "target")
    if target.confidence == "low":
        raise _LackingError(message("study.derived.target_unsure", year=str(year)))
    return _quotient(target, _part(book, region, "pop_dukcapil", year, "realised", apart=YEARS_APART), places=0)


def _collection(book: Book, region: str, year: int) -> _Computed:
    return _quotient(_part(book, region, "tax_total", year, "realised"),
                     _part(book, region, "tax_total", year, "target"), times=100, places=1)


def _ekraf_share(book: Book, region: str, year: int) -> _Computed:
    return _quotient(_part(book, region, "ekraf_grdp", year, "realised"),
                     _part(book, region, "pdrb_adhb", year, "realised"), times=100, places=1)


FORMULAS: dict[str, Formula] = {
    "density": _density,
    "waste_kg_cap_day": _waste_per_head,
    "waste_unmanaged_t": _unmanaged,
    "reduction_share_pct": _waste_share("waste_reduced_t"),
    "handled_share_pct": _waste_share("waste_handled_t"),
    "landfilled_share_pct": _landfilled,
    "tax_ratio_pct": _tax_ratio,
    "tax_per_capita_rp": _tax_per_head,
    "pbb_target_per_capita_rp": _pbb_target_per_head,
    "tax_collection_vs_target_pct": _collection,
    "ekraf_share_pct": _ekraf_share,
}


def missing_formulas(indicators: Iterable[Indicator]) -> list[str]:
    """Derived indicators without a formula; empty when all is well."""
    return [one.id for one in indicators if one.derived and one.id not in FORMULAS]
