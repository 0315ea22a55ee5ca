"""What the checks find in the book: copied years, jumps, falling counts, totals and percentages that do not add up.

Idea: run over everything, on the data as they are, so that a new figure is checked without anyone thinking of it. A
finding has a level: ``note`` is said beside the figure, ``doubt`` keeps it out of a comparison of levels.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from sepadan.ground.messages import Message, message
from sepadan.study.engine.book import Book, Fact
from sepadan.study.engine.checks import Break, Copy, band, breaks, carried_over, quotient_band, total_gap
from sepadan.study.engine.indicators import choose, count_falls, fall_message, plain

Level = Literal["note", "doubt"]
SERIES = ("waste_gen_t",)  # yearly series that the reporting office fills in itself


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing found. ``check`` names it; ``year`` where it concerns one."""

    check: str
    region: str
    indicator: str
    level: Level
    text: Message
    year: int | None = None


def findings(book: Book, region: str) -> list[Finding]:
    """All that the checks find in the figures of *region*."""
    found = []
    for indicator in SERIES:
        found += [_copy(region, indicator, one) for one in copies(book, region, indicator)]
        found += [_break(region, indicator, one) for one in jumps(book, region, indicator)]
    found += list(_falls(book, region))
    found += list(_totals(book, region))
    found += list(_printed(book, region))
    return found


def copies(book: Book, region: str, indicator: str) -> list[Copy]:
    """Years of the self-reported series that repeat the year before."""
    return carried_over(book.series(region, indicator, method="self_report"))


def jumps(book: Book, region: str, indicator: str) -> list[Break]:
    """Years of the self-reported series that lie far from the last known one; no policy is known to explain them."""
    return breaks(book.series(region, indicator, method="self_report"))


def copy_message(one: Copy) -> Message:
    return message("study.check.copied", year=str(one.year), earlier=str(one.earlier), value=one.value)


def break_message(one: Break) -> Message:
    key = "study.check.fell" if one.change < 0 else "study.check.rose"
    return message(key, year=str(one.year), earlier=str(one.earlier), share=abs(one.change))


def stated_total(book: Book, region: str, indicator: str, year: int) -> tuple[Fraction, Fraction, Fraction] | None:
    """Sum of the target parts, stated target, and the gap, for the year; None without parts or total.

    Only parts and total of one source are added: another source may count another set of taxes.
    """
    meaning = book.indicator(indicator)
    for total in book.facts(region, indicator):
        if total.kind != "target" or total.period.year != year or total.amount is None:
            continue
        parts = [fact.amount for name in meaning.gate.components for fact in book.facts(region, name)
                 if fact.kind == "target" and fact.period.year == year and fact.source == total.source
                 and fact.amount is not None]
        if len(parts) > 1:
            added, gap = total_gap(parts, total.amount)
            return added, total.amount, gap
    return None


def suspect_parts(book: Book, region: str, indicator: str, kind: str, years: range) -> list[Fact]:
    """Suspect figures of that kind among the components of *indicator*, in *years*."""
    return [
        fact for name in book.indicator(indicator).gate.components for fact in book.facts(region, name)
        if fact.kind == kind and fact.confidence == "suspect" and fact.period.year in years and fact.amount is not None
    ]


def _copy(region: str, indicator: str, one: Copy) -> Finding:
    return Finding("copied", region, indicator, "note", copy_message(one), one.year)


def _break(region: str, indicator: str, one: Break) -> Finding:
    return Finding("jump", region, indicator, "doubt", break_message(one), one.year)


def _falls(book: Book, region: str) -> Iterator[Finding]:
    for indicator in book.indicators.values():
        for fall in count_falls(indicator, book.facts(region, indicator.id)):
            yield Finding("falls", region, indicator.id, "doubt", fall_message(fall))


def _totals(book: Book, region: str) -> Iterator[Finding]:
    for indicator in book.indicators.values():
        if not indicator.gate.components:
            continue
        for year in sorted({fact.period.year for fact in book.facts(region, indicator.id)}):
            total = stated_total(book, region, indicator.id, year)
            if total is not None and total[2]:
                yield Finding("total", region, indicator.id, "note",
                              message("study.check.total", added=total[0], stated=total[1], gap=abs(total[2])), year)


def _printed(book: Book, region: str) -> Iterator[Finding]:
    for year, text in printed_misfits(book, region).items():
        yield Finding("printed", region, "tax_collection_vs_target_pct", "note", text, year)


def printed_misfits(book: Book, region: str) -> dict[int, Message]:
    """Years whose printed collection rate is not what realised and target give, and what rounding allows."""
    found = {}
    for printed in book.facts(region, "tax_collection_pct"):
        year = printed.period.year
        part = choose(book, region, "tax_total", period=str(year), kind="realised").fact
        whole = choose(book, region, "tax_total", period=str(year), kind="target").fact
        if printed.amount is None or part is None or whole is None or not part.complete:
            continue
        if part.amount is None or whole.amount is None:
            continue
        computed = part.amount / whole.amount * 100
        low, high = quotient_band(band(part.amount, part.rounded_to), band(whole.amount, whole.rounded_to))
        if abs(computed - printed.amount) >= Fraction(1, 20):
            key = "study.check.printed_within" if low <= printed.amount <= high else "study.check.printed_outside"
            found[year] = message(key, part=part.amount, whole=whole.amount, computed=computed,
                                  printed=plain(printed.amount), low=low, high=high)
    return found
