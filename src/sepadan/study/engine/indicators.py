"""Which of the published values stands for an indicator in a region, by a stated rule, with the others beside it.

The rule, first that decides: a value that fails a consistency check never stands; realised before budget before target
before claim, unless a kind is asked for; one known at least fairly well before one that is not; the newest period; the
newest edition of a series; the heavier source (gazetted, then the producer of the statistic, then an office, then the
press); the surer; the one read last. Two that tie and differ are shown as a range. A cumulative count of which a wider
window holds fewer than a window inside it is not settled: no value stands.

Returns plain values with a ``Cell`` ready to print. Derived indicators: ``derived``.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from sepadan.ground.cells import DISCS, Cell, Confidence, Kind, Source, lowest
from sepadan.ground.messages import Message, message
from sepadan.ground.money import Exact, decimal_of
from sepadan.study.engine.book import Book, Fact, Indicator, Origin, standing_rank
from sepadan.study.engine.checks import Fall, falling_totals
from sepadan.study.engine.periods import period_of
from sepadan.study.names import KIND_ORDER

VINTAGES: tuple[str | None, ...] = ("old", None, "lf_sp2020")  # older to newer
WELL = DISCS["medium"]


@dataclass(frozen=True, slots=True)
class Choice:
    """What stands for an indicator in a region.

    ``facts`` are those behind the cell (two when it is a range, none when nothing stands), ``others`` the rest, ``why``
    the rule that decided. ``unsettled`` says why no value stands although some are published.
    """

    cell: Cell
    facts: tuple[Fact, ...]
    others: tuple[Fact, ...]
    why: Message
    unsettled: Message | None = None

    @property
    def fact(self) -> Fact | None:
        return self.facts[0] if self.facts else None


def choose(book: Book, region: str, indicator: str, *, period: str | None = None, kind: Kind | None = None) -> Choice:
    """What stands for *indicator* (not a derived one) in *region*, of that period and kind if given."""
    meaning = book.indicator(indicator)
    published = [
        fact for fact in book.facts(region, indicator)
        if (period is None or fact.period == period_of(period)) and (kind is None or fact.kind == kind)
    ]
    values = [fact for fact in published if fact.value is not None]
    if not values:
        return _nothing(book, meaning, published, period)
    sound = [fact for fact in values if fact.confidence != "suspect"]
    if not sound:
        return _unsettled(book, meaning, values, message("study.choice.only_suspect"))
    falls = count_falls(meaning, sound)
    if falls:
        return _unsettled(book, meaning, values, fall_message(falls[-1]))
    ordered = sorted(sound, key=lambda fact: rank(book, fact), reverse=True)
    best = [fact for fact in ordered if rank(book, fact) == rank(book, ordered[0]) and fact.amount is not None]
    best = best or ordered[:1]
    distinct = {fact.amount for fact in best}
    chosen = (min(best, key=_amount), max(best, key=_amount)) if len(distinct) > 1 else (best[0],)
    why = message("study.choice.range") if len(chosen) == 2 else _reason(book, ordered)
    others = tuple(fact for fact in published if fact not in chosen)
    return Choice(cell_of(book, chosen), chosen, others, why)


def count_falls(indicator: Indicator, facts: Iterable[Fact]) -> list[Fall]:
    """Where a cumulative count falls; empty for other indicators."""
    if not indicator.gate.cumulative:
        return []
    return falling_totals([(fact.period, _exact(fact)) for fact in facts if fact.amount is not None])


def fall_message(fall: Fall) -> Message:
    return message("study.check.falls", inner=plain(fall.inner_count), inner_period=fall.inner.named(),
                   wider=plain(fall.wider_count), wider_period=fall.wider.named())


def plain(value: Fraction) -> int | Decimal:
    """A terminating fraction as the number it was written as, for a sentence."""
    return value.numerator if value.denominator == 1 else decimal_of(value)


def rank(book: Book, fact: Fact) -> tuple[object, ...]:
    """Sort key of the rule in the module's head; higher stands."""
    source = book.sources[fact.source]
    return (
        -KIND_ORDER.index(fact.kind),
        fact.disc >= WELL,
        fact.period.end,
        VINTAGES.index(fact.vintage),
        fact.observed_until,
        standing_rank(source.standing),
        fact.disc,
    )


def cell_of(book: Book, facts: Sequence[Fact]) -> Cell:
    """The cell of one fact, or of two as a range from the lower to the higher."""
    fact, meaning = facts[0], book.indicator(facts[0].indicator)
    form, unit = unit_form(meaning.unit)
    high = facts[-1].amount if len(facts) > 1 else (None if fact.high is None else _exact_high(fact))
    text = isinstance(fact.value, str)
    return Cell(
        label=meaning.name,
        value=None if text or fact.value is None else fact.value,
        instead=(fact.shown or str(fact.value)) if text else "",
        unit="" if text else unit,
        kind=fact.kind,
        period=fact.period_words,
        confidence=lowest_of(facts),
        form=form,
        high=high,
        source=shown_source(book, facts),
        method=message("study.method.range", count=len(facts)) if len(facts) > 1 else method_words(fact),
        meaning=meaning.definition,
        trap=joined(fact.note, meaning.trap),
    )


def cells_of(book: Book, facts: Iterable[Fact]) -> tuple[Cell, ...]:
    """A cell for each fact that has a value: the others beside a choice."""
    return tuple(cell_of(book, (fact,)) for fact in facts if fact.value is not None)


def missing_cell(meaning: Indicator, reason: Message, *, instead: Message | None = None,
                 source: Origin | None = None) -> Cell:
    """A dashed box with its reason."""
    return Cell(meaning.name, None, kind="missing", instead=instead or message("study.choice.none"), trap=reason,
                meaning=meaning.definition, source=None if source is None else source.source())


def unit_form(unit: str) -> tuple[str, Message | str]:
    """The form of a figure in that unit, and the words beside it."""
    if unit == "rupiah":
        return "rupiah_short", ""
    if unit == "rupiah_per_year":
        return "rupiah_short", message("study.unit.rupiah_per_year")
    if unit.startswith("rupiah_per"):
        return "rupiah", message(f"study.unit.{unit}")
    return "number", message(f"study.unit.{unit}")


def method_words(fact: Fact) -> Message:
    """How the value was come by, as far as it is known."""
    return message("study.method.as_is") if fact.method is None else message(f"study.method.{fact.method}")


def joined(*parts: Message | None) -> Message | str:
    """Sentences one after another; empty for none."""
    known = [part for part in parts if part is not None]
    if not known:
        return ""
    text = known[0]
    for part in known[1:]:
        text = message("study.sentences", first=text, second=part)
    return text


def lowest_of(facts: Sequence[Fact]) -> Confidence:
    return lowest(fact.confidence for fact in facts)


def shown_source(book: Book, facts: Sequence[Fact]) -> Source:
    """The source of one fact; of several, their titles together and the address of the first."""
    origins = list(dict.fromkeys(fact.source for fact in facts))
    first = book.sources[origins[0]].source()
    if len(origins) == 1:
        return first
    return Source("; ".join(book.sources[origin].title for origin in origins), first.url, first.published)


def _nothing(book: Book, meaning: Indicator, published: Sequence[Fact], period: str | None) -> Choice:
    looked = next((fact for fact in published if fact.kind == "missing"), None)
    source = None if looked is None else book.sources[looked.source]
    reason: Message
    if looked is not None and looked.note is not None:
        reason = looked.note
    else:
        reason = message("study.choice.none_published") if period is None else message(
            "study.choice.none_for_period", period=period_of(period).named())
    return Choice(missing_cell(meaning, reason, source=source), (), tuple(published), reason)


def _unsettled(book: Book, meaning: Indicator, values: Sequence[Fact], reason: Message) -> Choice:
    cell = missing_cell(meaning, reason, instead=message("study.choice.unsettled"))
    return Choice(cell, (), tuple(values), reason, reason)


def _reason(book: Book, ordered: Sequence[Fact]) -> Message:
    """The first test by which the first beats the second."""
    if len(ordered) == 1:
        return message("study.choice.only_one")
    first, second = rank(book, ordered[0]), rank(book, ordered[1])
    names = ("kind", "well", "newest", "vintage", "read_last", "standing", "surer")
    for name, mine, other in zip(names, first, second, strict=True):
        if mine != other:
            return message(f"study.choice.{name}")
    return message("study.choice.same")


def _amount(fact: Fact) -> Exact:
    return _exact(fact)


def _exact(fact: Fact) -> Exact:
    if fact.amount is None:
        raise ValueError(f"{fact.place}: a number is needed")
    return fact.amount


def _exact_high(fact: Fact) -> Exact:
    if fact.high is None:
        raise ValueError(f"{fact.place}: the range has no upper end")
    return fact.high

