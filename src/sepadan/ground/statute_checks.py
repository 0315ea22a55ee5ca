"""What the statutes must satisfy as a whole: caps, coverage, instruments, conflicts, units. For ``statutes check``.

Idea: reading a file proves its form; this proves that the files agree with each other and with national law. A finding
names file, line, the parameter and what to do. A region whose law is unknown is no finding; a region that hides it is.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from sepadan.ground.messages import message
from sepadan.ground.problems import Problem
from sepadan.ground.provisions import NATIONAL, Coverage, Instrument, LevyFile, Parameter
from sepadan.ground.statute_bounds import cap_problems
from sepadan.ground.statute_values import VARIANTS
from sepadan.ground.statutes import Book

# Every kabupaten and kota says of each of these how far its law is known; a province of those it levies.
LOCAL_LEVIES = ("pbb", "bphtb", "pbjt", "pbjt_electricity", "reklame", "pat", "mblb", "walet", "opsen",
                "retribusi_kebersihan")


def check_book(book: Book) -> list[Problem]:
    """Every finding: faults of the files first, then of the statutes as a whole, in the order of the regions."""
    found = list(book.problems)
    for region in (NATIONAL, *book.regions()):
        for levy in book.levies(region):
            file = book.file(region, levy)
            assert file is not None
            found += _parameters(book, file)
        found += _instruments(book, region)
        found += _conflicts(book, region)
        if region != NATIONAL:
            found += _coverage(book, region)
    return found


def _finding(key: str, where: str, **params: Any) -> Problem:
    full = f"ground.statutes.check.{key}"
    return Problem(message(full, **params), where, message(f"{full}.remedy", **params))


def _place(file: LevyFile, line: int, name: str) -> str:
    return f"{file.place}:{line} {name}"


def _parameters(book: Book, file: LevyFile) -> Iterator[Problem]:
    national = book.parameters(NATIONAL, file.levy)
    for parameter in file.parameters.values():
        yield from _limits(book, file, parameter)
        for provision in parameter.values:
            instrument = provision.instrument
            early = (instrument is not None and instrument.date is not None and provision.since is not None
                     and provision.since < instrument.date)
            if early and provision.value is not None:
                assert instrument is not None
                yield _finding("early", _place(file, provision.line, parameter.name), since=provision.since,
                               instrument=instrument.title, set=instrument.date)
        if file.region == NATIONAL:
            continue
        for provision, problem in cap_problems(parameter, national):
            yield Problem(problem.what, f"{file.place}:{provision.line}", problem.remedy)
        model = next((one for one in national if one.name == parameter.name), None)
        if model is not None and parameter.unit not in (model.unit, *VARIANTS.get(model.unit, ())):
            yield _finding("unit", _place(file, parameter.line, parameter.name), unit=parameter.unit, model=model.unit)


def _limits(book: Book, file: LevyFile, parameter: Parameter) -> Iterator[Problem]:
    """A gap's national limit must exist; what a cap bounds must be a parameter of the levy somewhere."""
    for gap in parameter.missing:
        levy, _, name = (gap.limit or "").partition(".")
        if gap.limit and name not in {one.name for one in book.parameters(NATIONAL, levy)}:
            yield _finding("limit", _place(file, gap.line, parameter.name), limit=gap.limit)
    bounded = (*parameter.upper_bound_of, *parameter.lower_bound_of)
    if not bounded:
        return
    known = {one.name for region in (NATIONAL, *book.regions()) for one in book.parameters(region, file.levy)}
    for name in bounded:
        if name not in known:
            yield _finding("bounds", _place(file, parameter.line, parameter.name), name=name, levy=file.levy)


def _used(book: Book, region: str) -> set[str]:
    """Instruments of *region* that a value, class table or amendment rests on; national ones serve every region."""
    regions: Iterable[str] = (NATIONAL, *book.regions()) if region == NATIONAL else (region,)
    used = {provision.instrument.id for one in regions for levy in book.levies(one)
            for parameter in book.parameters(one, levy) for provision in parameter.values if provision.instrument}
    used |= {one.amends for one in book.instruments(region) if one.amends}
    used |= {decree.instrument.id for decree in book.holiday_decrees()}
    return used | {table.instrument.id for table in book.class_tables() if table.instrument}


def _instruments(book: Book, region: str) -> Iterator[Problem]:
    used = _used(book, region)
    for one in book.instruments(region):
        place = book.instrument_place(region, one.id)
        if one.id not in used:
            yield _finding("orphan", place, instrument=one.id)
        if one.date is not None and one.date.year != one.year and one.kind not in ("decision", "keputusan"):
            yield _finding("year", place, year=str(one.year), date=one.date)
        if one.amends and not _amended(book, region, one):
            yield _finding("amended", place, instrument=one.amends)


def _amended(book: Book, region: str, one: Instrument) -> bool:
    """Whether the instrument that *one* amends is there and marked as amended (or repealed since)."""
    found = book.instrument(region, one.amends or "")
    return found is not None and found.state in ("amended", "repealed")


def _conflicts(book: Book, region: str) -> Iterator[Problem]:
    for one in book.conflicts(region):
        names = book.histories(region, one.levy)
        where = f"{one.place}:{one.line} {one.id}"
        if not names:
            yield _finding("conflict_levy", where, levy=one.levy)
        elif one.parameter and one.parameter not in names:
            yield _finding("conflict_parameter", where, levy=one.levy, parameter=one.parameter)


def _coverage(book: Book, region: str) -> Iterator[Problem]:
    rows = {one.levy: one for one in book.coverage(region)}
    if not rows:
        yield _finding("no_coverage", f"{book.folder(region)}/coverage.yaml:1", region=region)
        return
    place = next(iter(rows.values())).place
    needed = [*book.levies(region), *(LOCAL_LEVIES if "." in region else ())]
    for levy in dict.fromkeys(needed):
        if levy not in rows:
            yield _finding("uncovered", f"{place}:1 {levy}", levy=levy)
    for one in rows.values():
        where = f"{place}:{one.line} {one.levy}"
        if not book.histories(region, one.levy):
            yield _finding("unknown_levy", where, levy=one.levy)
            continue
        state = covered_state(book, one)
        if state != one.state:
            yield _finding("state", where, levy=one.levy, state=one.state, found=state)


def covered_state(book: Book, one: Coverage) -> str:
    """The state that the files show. A value from memory counts as unknown; national rules alone cover nothing,
    unless they leave the region no choice (opsen)."""
    histories = book.histories(one.region, one.levy)
    own = [parameter for parameter in histories.values() if parameter.region != NATIONAL]
    known = any(provision.known for parameter in own for provision in parameter.values)
    gaps = any(_gap(parameter) for parameter in histories.values())
    if not gaps and (known or not own):
        return "complete"
    return "partial" if known else "missing"


def _gap(parameter: Parameter) -> bool:
    """Whether something is not known: a gap that counts, a band whose rate was not found, a value from memory."""
    if parameter.missing and (parameter.region != NATIONAL or not parameter.optional):
        return True
    if parameter.region == NATIONAL:
        return False
    bands = [row for one in parameter.values if isinstance(one.value, list) for row in one.value]
    holes = any(isinstance(row, dict) and None in (row.get("rate", 0), row.get("ratio", 0)) for row in bands)
    return holes or any(one.value is not None and not one.known for one in parameter.values)
