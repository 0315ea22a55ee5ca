"""Making a study: two runs, each in the scope of its own region, joined as released aggregates; the rest is public.

A study is made from data alone and the day ``on``: the same law, rolls, figures and engines give the same study.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

from sepadan.ground.assumptions import AssumptionSet, load_assumptions
from sepadan.ground.columns import connect
from sepadan.ground.problems import refuse
from sepadan.ground.statutes import Book as LawBook
from sepadan.ground.statutes import load_book
from sepadan.study.engine.book import Book
from sepadan.study.engine.books import books_digest, replay_collection
from sepadan.study.engine.centre import centre_facts, recovery, replay_centre
from sepadan.study.engine.claims import Claim, check_claim
from sepadan.study.engine.conflicts import contradictions
from sepadan.study.engine.derived import figure
from sepadan.study.engine.findings import findings
from sepadan.study.engine.gate import Comparison, compare
from sepadan.study.engine.national import national
from sepadan.study.engine.practice import Version, notices, version_on
from sepadan.study.engine.study import SideChanges, StatedTotal, Study, fingerprints, last_day, tier_changes
from sepadan.study.engine.tax_neutral import Lever
from sepadan.study.engine.tax_practice import LEVY, TaxPractice, alternatives, read_tax_practice
from sepadan.study.engine.tax_replay import Replay
from sepadan.study.engine.tax_study import TaxStudy, study_tax
from sepadan.study.engine.visit import Visit
from sepadan.study.engine.waste import replay_waste, waste_facts
from sepadan.study.engine.wishes import requests_digest
from sepadan.study.facts import (
    load_claims,
    load_indicators,
    load_nearer,
    load_practices,
    load_visits,
    load_waste_assumptions,
)
from sepadan.study.names import Side
from sepadan.study.services.books import side_of
from sepadan.study.services.national_table import read_waste_table
from sepadan.study.services.region_rolls import roll_of
from sepadan.study.services.wishes import requests_of, wish_replay
from sepadan.territory.public import Region, hex_areas, region_of_code, village_names
from sepadan.waste.engine.balance import Balance, neraca

WASTE_YEAR = "2024"
_SIDES: tuple[Side, Side] = ("guest", "host")


def visit_of(guest: str, host: str) -> Visit | None:
    """The newest visit of *guest* to *host*, or of *host* to *guest* when there is none that way."""
    known = load_visits()
    for pair in ((guest, host), (host, guest)):
        found = [one for one in known if (one.guest, one.host) == pair]
        if found:
            return found[-1]
    return None


def day_of_study(guest: str, host: str, on: date | None) -> date:
    """The day asked for, else the first of the visit. Raises Refused when neither is known."""
    if on is not None:
        return on
    visit = visit_of(guest, host)
    if visit is None:
        raise refuse("study.no_visit", where=f"{guest} {host}", remedy="study.no_visit.remedy", guest=guest, host=host)
    return visit.first_day


def replay_tax(
    own: Region, foreign: str, on: date, assumptions: AssumptionSet, lever: Lever | None = None, *, whole: bool = True
) -> TaxStudy:
    """The roll of *own* under the law of *foreign*. Raises Refused on missing law or roll.

    Without *whole*, the band over other assumptions and the counts at cliffs are left out: a page answers at once.
    """
    book = load_book()

    def practices(changes: dict[str, Any]) -> tuple[TaxPractice, TaxPractice]:
        found = [read_tax_practice(book, code, on, assumptions, changes=changes) for code in (own.code, foreign)]
        return found[0], found[1]

    practices({})  # law first: what is wrong with it is said before a roll is read
    roll = roll_of(own)
    with connect() as connection:
        others = alternatives(assumptions) if whole else ()
        return study_tax(Replay(connection, roll.columns), roll.facts, practices, others, lever, counted=whole)


def make_study(
    guest: str,
    host: str,
    on: date | None = None,
    *,
    assumptions: str = "default",
    lever: Lever | None = None,
    waste_table: Path | None = None,
    today: date | None = None,
) -> Study:
    """The whole study. Raises Refused on an unknown region, a day before any law, a missing roll.

    *today* bounds what the books tell when *on* is to come.
    *waste_table* is a national table of waste by region (CSV) that the caller brings, for ranks.
    """
    law, figures = load_book(), load_indicators()
    on = day_of_study(*_checked(guest, host, law, figures), on)
    regions = {code: region_of_code(code) for code in (guest, host)}
    table = None if waste_table is None else read_waste_table(waste_table)
    chosen = load_assumptions(assumptions)
    tax = replay_tax(regions[guest], host, on, chosen, lever)
    back = replay_tax(regions[host], guest, on, chosen)
    visit, view = visit_of(guest, host), figures.view(on=on)
    until = max(on, last_day(law, (guest, host), visit, load_practices()))
    waste = {code: waste_facts(view, code, year=WASTE_YEAR) for code in (guest, host)}
    centre = {code: centre_facts(view, code) for code in (guest, host)}
    wasting = load_waste_assumptions()
    books = {code: side_of(one, on, view, today) for code, one in regions.items()}
    asked = {code: requests_of(one, on) for code, one in regions.items()}
    brought = books_digest(*(one.books for one in books.values())) + ("" if table is None else table.sha256)
    brought += requests_digest(*asked.values())
    same_way = visit is None or visit.guest == guest
    learns, teaches = _SIDES if same_way else _SIDES[::-1]
    return Study(
        guest=figures.region(guest), host=figures.region(host), on=on, until=until, assumptions=assumptions,
        visit=visit, tax=tax, tax_back=back, books=books,
        collection=replay_collection(books[guest], books[host], tax.as_is.before.payable),
        collection_back=replay_collection(books[host], books[guest], back.as_is.before.payable),
        waste=replay_waste(waste[guest], waste[host], wasting),
        waste_back=replay_waste(waste[host], waste[guest], wasting),
        balances={code: balance_of(view, code) for code in (host, guest)},
        recycled={code: recycled_of(view, code) for code in (host, guest)},
        centre=replay_centre(centre[guest], centre[host]), centre_back=replay_centre(centre[host], centre[guest]),
        recovery_since=recovery(centre_facts(figures, host)),
        wishes=wish_replay(regions[guest], regions[host], asked),
        wishes_back=wish_replay(regions[host], regions[guest], asked), gate=gate_rows(view, host, guest),
        clashes=tuple(one for code in (host, guest) for one in contradictions(figures, code) if one.region == code),
        findings=tuple(one for code in (host, guest) for one in findings(view, code)),
        totals=tuple(one for code in (host, guest) for one in stated_totals(view, code)),
        claims=tuple(check_claim(figures, one, wasting) for one in claims_about(visit, (guest, host))),
        changes=(changes_of(law, host, on, until), changes_of(law, guest, on, until)),
        happenings=() if visit is None else tuple(one for one in visit.timeline if on <= one.on or one.is_visit),
        nearer=tuple(one for one in load_nearer() if one.guest == guest),
        lessons=() if visit is None else visit.lessons_for(learns),
        lessons_back=() if visit is None else visit.lessons_for(teaches),
        cautions={code: found for code in (host, guest) if (found := unready(code, on)) is not None},
        national=None if table is None else national(table.rows),
        areas={code: tuple(hex_areas(one)) for code, one in regions.items()},
        village_names={code: name for one in regions.values() for code, name in village_names(one).items()},
        fingerprints=fingerprints(tax, back, on, brought),
    )  # fmt: skip


def _checked(guest: str, host: str, law: LawBook, figures: Book) -> tuple[str, str]:
    """Both codes, known to law and figures and not the same. Raises Refused."""
    for code in (guest, host):
        region_of_code(code, where=code)
        figures.region(code)
        law.law(code, LEVY, date.max)
    if guest == host:
        raise refuse("study.same_region", where=guest, remedy="study.same_region.remedy", code=guest)
    return guest, host


def unready(region: str, on: date) -> Version | None:
    """The version of the region's tax practice on that day, if something that it needs is not published."""
    for practice in load_practices():
        if practice.region == region and practice.service == "tax":
            version = version_on(practice, on)
            return version if version is not None and not version.replayable else None
    return None


def balance_of(book: Book, region: str) -> Balance:
    """The waste balance of the year, with its recycling rate."""
    generated, reduced, handled = (figure(book, region, name, period=WASTE_YEAR).value
                                   for name in ("waste_gen_t", "waste_reduced_t", "waste_handled_t"))  # fmt: skip
    recycled, raw = recycled_of(book, region)
    return neraca(generated_t=generated, reduced_t=reduced, handled_t=handled, recycled_t=recycled, raw_material_t=raw)


def recycled_of(book: Book, region: str) -> tuple[Fraction | None, Fraction | None]:
    """Tonnes recycled, and used as raw material, in the year; None where not reported."""
    recycled = figure(book, region, "waste_recycled_t", period=WASTE_YEAR).value
    return recycled, figure(book, region, "waste_raw_t", period=WASTE_YEAR).value


def gate_rows(book: Book, host: str, guest: str) -> tuple[Comparison, ...]:
    """Every indicator that at least one of the two has, in the order of the book; the host stands left."""
    rows = (compare(book, name, host, guest) for name in book.indicators)
    return tuple(one for one in rows if one.left.known or one.right.known or one.left.unsettled or one.right.unsettled)


def stated_totals(book: Book, region: str) -> Iterable[StatedTotal]:
    """Published targets of one source whose parts do not give the total that it states."""
    for meaning in book.indicators.values():
        for total in book.facts(region, meaning.id) if meaning.gate.components else ():
            if total.kind != "target" or total.amount is None:
                continue
            parts = [fact.amount for name in meaning.gate.components for fact in book.facts(region, name)
                     if fact.kind == "target" and fact.period.year == total.period.year
                     and fact.source == total.source and fact.amount is not None]  # fmt: skip
            if len(parts) > 1 and sum(parts) != total.amount:
                added = sum(parts, Fraction(0))
                yield StatedTotal(region, meaning.id, total.period.year, tuple(parts), added, total.amount)


def claims_about(visit: Visit | None, regions: tuple[str, str]) -> list[Claim]:
    """Claims of this visit, and others about the two regions that belong to no visit."""
    of_visit = None if visit is None else visit.id
    return [one for one in load_claims() if one.visit == of_visit or (one.visit is None and one.about in regions)]


def changes_of(law: LawBook, region: str, on: date, until: date) -> SideChanges:
    """What changed in *region* after *on*, as far as the data knows."""
    rows = tuple(one for one in law.compare(region, on, region, until) if one.changed) if until > on else ()
    tiers = next((one.right for one in rows if one.levy == LEVY and one.name == "tiers"), None)
    changed = tier_changes(law, region, on, until) if until > on else ()
    return SideChanges(region, notices(load_practices(), region, seen_on=on, today=until), rows, changed,
                       tiers.since if tiers else None)  # fmt: skip

