"""The gate: may two regions be compared on an indicator? Yes, with a note, or no; and always why.

Idea: a number set beside another invites a ranking. Before that the gate checks what could make it false: definition,
unit, kind (a target is not a result), period, edition, confidence, a break in the series, a yardstick that each region
sets itself, a definition that counts open dumping as done, and that a kota is not a kabupaten. The worst finding rules.
A refused pair shows both values and never a difference, a rank or a bar: ``difference`` and ``ratio`` are then None.

The checks are functions of the two figures and the book; see docs/explanation/gate.md for each. It judges only what the
data say: a pair may pass and still be a poor comparison.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from fractions import Fraction
from itertools import product

from sepadan.ground.cells import DISCS, Verdict
from sepadan.ground.messages import Message, message
from sepadan.study.engine.book import Book, Fact, GateTraits, Indicator
from sepadan.study.engine.derived import Figure, figure, of_choice, of_fact, years_of
from sepadan.study.engine.findings import break_message, copies, copy_message, jumps, printed_misfits, suspect_parts
from sepadan.study.engine.indicators import choose
from sepadan.study.names import AIMED, KIND_ORDER, OBSERVED, SAID

YEARS_WITH_NOTE = 2  # two years may lie this far apart and still stand side by side, with the years said
DAYS_WITH_NOTE = timedelta(days=15)  # running figures read this far apart may stand side by side
ORDER: dict[Verdict, int] = {"yes": 0, "note": 1, "no": 2}


@dataclass(frozen=True, slots=True)
class Reason:
    """One finding of the gate: the check that made it, how grave it is, and the sentence."""

    check: str
    level: Verdict
    text: Message


@dataclass(frozen=True, slots=True)
class Comparison:
    """The answer for a pair. ``level`` is yes, note or no; ``reasons`` are the gravest first, never empty.

    ``difference`` (left less right) and ``ratio`` (left over right) are None for a refused pair and for categories.
    """

    indicator: Indicator
    left: Figure
    right: Figure
    level: Verdict
    reasons: tuple[Reason, ...]

    @property
    def allowed(self) -> bool:
        return self.level != "no"

    @property
    def difference(self) -> Fraction | None:
        if not self.allowed or self.left.value is None or self.right.value is None:
            return None
        return self.left.value - self.right.value

    @property
    def ratio(self) -> Fraction | None:
        if not self.allowed or self.left.value is None or not self.right.value:
            return None
        return self.left.value / self.right.value


Check = Callable[[Book, Indicator, Figure, Figure], Iterator[Reason]]


def compare(book: Book, indicator: str, left: str, right: str, *, period: str | None = None) -> Comparison:
    """The gate's answer for two regions: of that period, else of the newest pair that has most in common."""
    return judge_pair(book, *pair(book, indicator, left, right, period=period))


def judge_pair(book: Book, left: Figure, right: Figure) -> Comparison:
    """The gate's answer for two figures, of whatever indicator each is."""
    indicator = left.indicator
    reasons = list(_missing(book, indicator, left, right))
    if not reasons:
        reasons = [reason for check in CHECKS for reason in check(book, indicator, left, right)]
    reasons.sort(key=lambda reason: -ORDER[reason.level])
    level: Verdict = reasons[0].level if reasons else "yes"
    return Comparison(indicator, left, right, level,
                      tuple(reasons) or (Reason("all", "yes", message("study.gate.same_in_all")),))


def pair(book: Book, indicator: str, left: str, right: str, *, period: str | None = None) -> tuple[Figure, Figure]:
    """The two figures to set side by side.

    Without a period: of the pairs of sound figures the one of the same kind, realised first, of the same edition, both
    complete, least far apart in time, newest. Where a region has none, its figure says why.
    """
    meaning = book.indicator(indicator)
    if period is not None:
        return figure(book, left, indicator, period=period), figure(book, right, indicator, period=period)
    if meaning.derived:
        years = [years_of(book, region, indicator) for region in (left, right)]
        common = sorted(set(years[0]) & set(years[1]), reverse=True)
        year = str(common[0]) if common else None
        return figure(book, left, indicator, period=year), figure(book, right, indicator, period=year)
    chosen = [choose(book, region, indicator) for region in (left, right)]
    sound = [
        [fact for fact in (*one.facts, *one.others) if fact.value is not None and fact.confidence != "suspect"]
        for one in chosen
    ]
    if any(one.unsettled or len(one.facts) > 1 for one in chosen) or not all(sound):
        return tuple(of_choice(book, region, meaning, one)  # type: ignore[return-value]
                     for region, one in zip((left, right), chosen, strict=True))
    best = max(product(*sound), key=_likeness)
    return of_fact(book, best[0]), of_fact(book, best[1])


def _likeness(two: tuple[Fact, ...]) -> tuple[object, ...]:
    one, other = two
    return (
        one.kind == other.kind,
        one.vintage == other.vintage,
        one.basis == other.basis,
        min(one.disc, other.disc) >= DISCS["medium"],
        (one.complete and other.complete) or _read_together(one, other),
        -max(KIND_ORDER.index(one.kind), KIND_ORDER.index(other.kind)),
        -abs(one.period.year - other.period.year),
        one.period.year + other.period.year,
        min(one.observed_until, other.observed_until),
        one.disc + other.disc,
    )


def _read_together(one: Fact, other: Fact) -> bool:
    return (not one.complete and not other.complete and one.period == other.period
            and abs(one.observed_until - other.observed_until) <= DAYS_WITH_NOTE)


def compare_all(book: Book, indicator: str, region: str) -> tuple[Comparison, ...]:
    """*region* against every other region of the book, in the order of their codes."""
    return tuple(compare(book, indicator, region, other) for other in sorted(book.regions) if other != region)


# --- the checks: each yields what it finds ---------------------------------------------------------------------------


def _missing(_book: Book, _indicator: Indicator, left: Figure, right: Figure) -> Iterator[Reason]:
    for one in (left, right):
        if not one.known:
            key = "study.gate.unsettled" if one.unsettled else "study.gate.missing"
            yield Reason("missing", "no", message(key, region=_name(_book, one), why=one.unsettled or one.why or ""))


def _definition(book: Book, _indicator: Indicator, left: Figure, right: Figure) -> Iterator[Reason]:
    if left.indicator.id != right.indicator.id:
        yield Reason("definition", "no", message("study.gate.other_indicator", left=left.indicator.name,
                                                 right=right.indicator.name))
    elif left.basis != right.basis:
        for one in (left, right):
            if one.basis is not None:
                yield Reason("definition", "no", message("study.gate.other_definition", region=_name(book, one),
                                                         counts=message(f"study.basis.{one.basis}")))


def _unit(_book: Book, _indicator: Indicator, left: Figure, right: Figure) -> Iterator[Reason]:
    if left.indicator.unit != right.indicator.unit:
        yield Reason("unit", "no", message("study.gate.unit", left=message(f"study.unit.{left.indicator.unit}"),
                                           right=message(f"study.unit.{right.indicator.unit}")))


def _kind(book: Book, _indicator: Indicator, left: Figure, right: Figure) -> Iterator[Reason]:
    kinds = {left.kind, right.kind}
    words = {"left": _kind_words(left), "right": _kind_words(right)}
    if kinds == {"realised"}:
        return
    if kinds <= OBSERVED:
        yield Reason("kind", "note", message("study.gate.estimate", **words))
    elif kinds <= SAID:
        yield Reason("kind", "note", message("study.gate.claims"))
    elif len(kinds) == 1 and kinds <= AIMED:
        yield Reason("kind", "note", message("study.gate.aimed", kind=words["left"]))
    else:
        yield Reason("kind", "no", message("study.gate.kinds", left_region=_name(book, left),
                                           right_region=_name(book, right), **words))


def _vintage(_book: Book, _indicator: Indicator, left: Figure, right: Figure) -> Iterator[Reason]:
    if left.vintage != right.vintage:
        yield Reason("vintage", "no", message("study.gate.vintage"))


def _confidence(book: Book, _indicator: Indicator, left: Figure, right: Figure) -> Iterator[Reason]:
    for one in (left, right):
        if one.confidence == "suspect":
            yield Reason("confidence", "no", message("study.gate.suspect", region=_name(book, one)))
        elif one.confidence == "low":
            yield Reason("confidence", "note", message("study.gate.low", region=_name(book, one)))


def _period(_book: Book, indicator: Indicator, left: Figure, right: Figure) -> Iterator[Reason]:
    if left.period is None or right.period is None:
        return
    words = {"left": left.period.named(left.as_of), "right": right.period.named(right.as_of)}
    if not (left.period.is_year and right.period.is_year):
        if (left.period.start, left.period.end) != (right.period.start, right.period.end):
            yield Reason("period", "no", message("study.gate.windows", **words))
        return
    if left.complete != right.complete:
        yield Reason("period", "no", message("study.gate.part_of_year", **words))
        return
    apart = abs(left.period.year - right.period.year)
    if not left.complete and left.as_of is not None and right.as_of is not None:
        if apart or abs(left.as_of - right.as_of) > DAYS_WITH_NOTE:
            yield Reason("period", "no", message("study.gate.read_apart", **words))
        elif left.as_of != right.as_of:
            yield Reason("period", "note", message("study.gate.read_near", **words))
        return
    if apart > YEARS_WITH_NOTE:
        yield Reason("period", "no", message("study.gate.years_far", **words))
    elif apart:
        yield Reason("period", "note", message("study.gate.years", **words))


def _series_break(book: Book, indicator: Indicator, left: Figure, right: Figure) -> Iterator[Reason]:
    if left.period is None or right.period is None:
        return
    for one in _breaks(book, indicator.gate):
        first, second = (figure_.period.end >= one.on for figure_ in (left, right) if figure_.period is not None)
        if first != second:
            yield Reason("series_break", "no", message("study.gate.break_between", on=one.on, what=one.what))
        elif left.period.year != right.period.year and not first:
            yield Reason("series_break", "note", message("study.gate.both_before", on=one.on, what=one.what))


def _own_yardstick(book: Book, indicator: Indicator, left: Figure, right: Figure) -> Iterator[Reason]:
    if not indicator.gate.own_yardstick or left.period is None or right.period is None:
        return
    if left.period.year != right.period.year:
        yield Reason("own_yardstick", "no", message("study.gate.own_yardstick_years", left=str(left.period.year),
                                                    right=str(right.period.year)))
    else:
        yield Reason("own_yardstick", "note", message("study.gate.own_yardstick"))


def _suspect_target(book: Book, indicator: Indicator, left: Figure, right: Figure) -> Iterator[Reason]:
    """A total whose part is suspect, or a yardstick of a region that has set a suspect one a year before or after."""
    for one in (left, right):
        if one.period is None:
            continue
        year = one.period.year
        totals = [(name, "target", range(year - 1, year + 2)) for name in indicator.gate.targets]
        if indicator.gate.components:
            totals.append((indicator.id, one.kind, range(year, year + 1)))
        for total, kind, years in totals:
            for fact in suspect_parts(book, one.region, total, kind, years):
                yield Reason("suspect_part", "no", _suspect_words(book, one, fact))


def _suspect_words(book: Book, one: Figure, fact: Fact) -> Message:
    part = book.indicator(fact.indicator).name
    realised = choose(book, one.region, fact.indicator, period=fact.period.text, kind="realised").fact
    params = {"region": _name(book, one), "part": part, "amount": fact.amount, "period": fact.period.named()}
    if realised is None:
        return message("study.gate.suspect_part", **params)
    return message("study.gate.suspect_part_collected", collected=realised.amount, read=realised.period_words, **params)


def _printed(book: Book, indicator: Indicator, left: Figure, right: Figure) -> Iterator[Reason]:
    if indicator.printed is None:
        return
    for one in (left, right):
        misfit = printed_misfits(book, one.region).get(one.period.year) if one.period is not None else None
        if misfit is not None:
            yield Reason("printed", "note", message("study.gate.of_region", region=_name(book, one), text=misfit))


def _method(_book: Book, _indicator: Indicator, left: Figure, right: Figure) -> Iterator[Reason]:
    if left.method != right.method and left.method is not None and right.method is not None:
        yield Reason("method", "note", message("study.gate.method", left=message(f"study.method.{left.method}"),
                                               right=message(f"study.method.{right.method}")))


def _method_change(book: Book, indicator: Indicator, left: Figure, right: Figure) -> Iterator[Reason]:
    """A jump without a known cause: decisive for a level, a note for a share within the same report."""
    level: Verdict = "note" if indicator.gate.ratio_within_report else "no"
    for one in (left, right):
        for name in indicator.gate.of_report:
            for jump in jumps(book, one.region, name):
                if one.period is not None and jump.year == one.period.year:
                    yield Reason("method_change", level, message("study.gate.of_region", region=_name(book, one),
                                                                 text=break_message(jump)))


def _copied(book: Book, indicator: Indicator, left: Figure, right: Figure) -> Iterator[Reason]:
    for one in (left, right):
        for name in indicator.gate.of_report:
            for copy in copies(book, one.region, name):
                if one.period is not None and copy.year == one.period.year:
                    yield Reason("copied", "note", message("study.gate.of_region", region=_name(book, one),
                                                           text=copy_message(copy)))


def _counts_dumping(book: Book, indicator: Indicator, left: Figure, right: Figure) -> Iterator[Reason]:
    if not indicator.gate.counts_dumping:
        return
    for one in (left, right):
        if figure(book, one.region, "landfill_type").category == "open_dumping":
            yield Reason("counts_dumping", "note", message("study.gate.counts_dumping", region=_name(book, one)))


def _kind_of_region(book: Book, indicator: Indicator, left: Figure, right: Figure) -> Iterator[Reason]:
    if indicator.direction != "neutral" and book.region(left.region).kind != book.region(right.region).kind:
        yield Reason("kind_of_region", "note", message("study.gate.kind_of_region"))


def _context(book: Book, indicator: Indicator, left: Figure, right: Figure) -> Iterator[Reason]:
    for one in (left, right):
        for context in book.region(one.region).context:
            if indicator.id in context.about:
                yield Reason("context", "note", context.note)


CHECKS: tuple[Check, ...] = (
    _definition, _unit, _kind, _vintage, _confidence, _period, _series_break, _own_yardstick, _suspect_target, _printed,
    _method, _method_change, _copied, _counts_dumping, _kind_of_region, _context,
)


def _breaks(book: Book, traits: GateTraits) -> list:  # type: ignore[type-arg]
    found = list(traits.breaks)
    for name in traits.breaks_of:
        found += book.indicator(name).gate.breaks
    return found


def _name(book: Book, one: Figure) -> str:
    return book.region(one.region).name


def _kind_words(one: Figure) -> Message:
    return message(f"ground.cells.kind.{one.kind}")
