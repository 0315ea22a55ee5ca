"""A whole study as one plain value: the guest learns from the host, and the host from the guest.

Idea: pages, PDF, JSON and CSV all say what is in ``Study`` and nothing else, so that no figure can differ between them.
Both directions always: the guest's roll under the host's law and the reverse, waste and creative centre likewise.
Figures are of the day ``on`` (what was so by then); claims are checked, and changes told, by everything that is known.

``until`` is the last day that any of the data speaks of: a study made next year from the same data says the same.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import cache
from importlib.resources import files
from pathlib import Path

from sepadan.ground.money import Rupiah, exact
from sepadan.ground.statutes import Book as LawBook
from sepadan.ground.statutes import Difference
from sepadan.study.engine.book import Region
from sepadan.study.engine.books import BookSide, CollectionReplay
from sepadan.study.engine.centre import CentreReplay, Recovery
from sepadan.study.engine.claims import CheckedClaim
from sepadan.study.engine.conflicts import Clash
from sepadan.study.engine.findings import Finding
from sepadan.study.engine.gate import Comparison
from sepadan.study.engine.national import National
from sepadan.study.engine.neutral_ratio import NeutralRatio, neutral_ratio
from sepadan.study.engine.practice import Nearer, Notice, Practice, Version
from sepadan.study.engine.tax_practice import LEVY
from sepadan.study.engine.tax_study import TaxStudy
from sepadan.study.engine.visit import Happening, Lesson, Visit
from sepadan.study.engine.waste import WasteReplay
from sepadan.study.engine.wishes import WishReplay
from sepadan.territory.engine.hexmap import Area
from sepadan.waste.engine.balance import Balance

_ENGINES = ("ground/columns.py", "ground/money.py", "tax/names.py", "tax/engine/*.py", "creative/engine/*.py",
            "waste/engine/*.py", "study/engine/*.py")  # fmt: skip
_DATA = ("study/facts/**/*.yaml", "assumptions/*.yaml")


@dataclass(frozen=True, slots=True)
class TierChange:
    """An old tier where one rate replaces tiers: what ratio would keep its bills, and whether the law allows it."""

    over: Rupiah
    to: Rupiah | None
    old_rate: Fraction
    new_rate: Fraction
    ratio: NeutralRatio


@dataclass(frozen=True, slots=True)
class SideChanges:
    """What changed in one region after ``on``: notices on its practices, law parameters, and its tiers."""

    region: str
    notices: tuple[Notice, ...]
    law: tuple[Difference, ...]
    tiers: tuple[TierChange, ...]
    tiers_since: date | None


@dataclass(frozen=True, slots=True)
class StatedTotal:
    """Published parts that were said to add up to a total, and what they give."""

    region: str
    indicator: str
    year: int
    parts: tuple[Fraction, ...]
    added: Fraction
    stated: Fraction


@dataclass(frozen=True, slots=True)
class Fingerprints:
    """sha256 of what a study rests on. ``whole`` is its citable name."""

    whole: str
    law: Mapping[str, str]
    roll: Mapping[str, str]
    figures: str
    assumptions: str
    engine: str


@dataclass(frozen=True)
class Study:
    """``tax``, ``waste``, ``centre``: the host's practice on the guest's numbers; ``..._back``: the reverse.

    ``books``: what the books of each region say, by region; ``collection``: the host's collection on the guest.
    ``cautions``: the version of a region's tax practice on that day, where it cannot be replayed without a guess.
    ``recycled``: recycled and used as raw material, tonnes, by region. ``areas``: hexagons of each region's kelurahan.
    """

    guest: Region
    host: Region
    on: date
    until: date
    assumptions: str
    visit: Visit | None
    tax: TaxStudy
    tax_back: TaxStudy
    books: Mapping[str, BookSide]
    collection: CollectionReplay
    collection_back: CollectionReplay
    waste: WasteReplay
    waste_back: WasteReplay
    balances: Mapping[str, Balance]
    recycled: Mapping[str, tuple[Fraction | None, Fraction | None]]
    centre: CentreReplay
    centre_back: CentreReplay
    recovery_since: Recovery | None
    wishes: WishReplay
    wishes_back: WishReplay
    gate: tuple[Comparison, ...]
    clashes: tuple[Clash, ...]
    findings: tuple[Finding, ...]
    totals: tuple[StatedTotal, ...]
    claims: tuple[CheckedClaim, ...]
    changes: tuple[SideChanges, SideChanges]
    happenings: tuple[Happening, ...]
    nearer: tuple[Nearer, ...]
    lessons: tuple[Lesson, ...]
    lessons_back: tuple[Lesson, ...]
    cautions: Mapping[str, Version]
    national: National | None
    areas: Mapping[str, tuple[Area, ...]]
    village_names: Mapping[str, str]
    fingerprints: Fingerprints

    @property
    def synthetic(self) -> bool:
        return self.tax.roll.synthetic or self.tax_back.roll.synthetic


def tier_changes(book: LawBook, region: str, on: date, until: date) -> tuple[TierChange, ...]:
    """Where one known rate replaces the tiers of *on* by *until*; empty otherwise."""
    old, new = (book.law(region, LEVY, day).known("tiers") for day in (on, until))
    if old is None or new is None or old.value == new.value or len(new.value) != 1 or new.value[0]["rate"] is None:
        return ()
    new_rate, over, rows = exact(new.value[0]["rate"]), 0, []
    for tier in old.value:
        if tier["rate"] is not None:
            rate = exact(tier["rate"])
            rows.append(TierChange(over, tier["to"], rate, new_rate, neutral_ratio(rate, new_rate)))
        over = tier["to"] or over
    return tuple(rows)


def last_day(book: LawBook, regions: Iterable[str], visit: Visit | None, practices: Iterable[Practice]) -> date:
    """The last day that the law of *regions*, the visit's timeline or a practice's version speaks of."""
    regions = tuple(regions)
    days = [date.min]
    for region in regions:
        days += [value.since for levy in book.levies(region) for one in book.parameters(region, levy)
                 for value in one.values if value.since is not None]  # fmt: skip
    days += [one.on for one in visit.timeline] if visit is not None else []
    days += [version.since for practice in practices if practice.region in regions for version in practice.versions
             if version.since is not None]  # fmt: skip
    return max(days)


@cache
def engines_fingerprint() -> str:
    """sha256 over the source of everything that computes a study."""
    return _digest(_ENGINES)


@cache
def data_fingerprint() -> str:
    """sha256 over the study's figures and the assumption sets."""
    return _digest(_DATA)


def _digest(patterns: Iterable[str]) -> str:
    root = Path(str(files("sepadan")))
    digest = hashlib.sha256()
    for path in sorted({path for pattern in patterns for path in root.glob(pattern)}):
        digest.update(path.relative_to(root).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


def fingerprints(tax: TaxStudy, back: TaxStudy, on: date, extra: str = "") -> Fingerprints:
    """The fingerprints of a study of two directions on a day; *extra* covers books and a table of the caller."""
    law = {one.own.region: one.own.law.fingerprint() for one in (tax, back)}
    roll = {one.own.region: one.roll.content_hash for one in (tax, back)}
    assumptions = tax.own.assumptions.fingerprint()
    parts = [str(on), sorted(law.items()), sorted(roll.items()), tax.fingerprint, back.fingerprint,
             data_fingerprint(), assumptions, engines_fingerprint(), extra]  # fmt: skip
    whole = hashlib.sha256(json.dumps(parts).encode()).hexdigest()
    return Fingerprints(whole, law, roll, data_fingerprint(), assumptions, engines_fingerprint())
