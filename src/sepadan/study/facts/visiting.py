"""Reading practices, claims and visits from the study's data files."""

from __future__ import annotations

from datetime import date
from functools import cache
from typing import Any

from sepadan.ground.problems import refuse
from sepadan.study.engine.book import Book
from sepadan.study.engine.claims import TAKES, Claim, ClaimCheck
from sepadan.study.engine.practice import Nearer, Practice, Version
from sepadan.study.engine.visit import AgendaItem, Delegate, Happening, Lesson, Unknown, Visit, VisitTopic
from sepadan.study.facts.figures import load_indicators
from sepadan.study.facts.reading import FOLDER, Entry, as_words, read_file, shown_path
from sepadan.study.names import DECISIONS, LESSON_STATES, SERVICES

_SIDES = ("host", "guest")


@cache
def load_practices() -> tuple[Practice, ...]:
    """The practices of all regions, versions in the order of their start."""
    book, whole = load_indicators(), _file("practices.yaml")
    found = []
    for entry in whole.entries("practices"):
        versions = tuple(_version(one, book) for one in entry.entries("versions"))
        found.append(Practice(entry.known("region", book.regions), _service(entry), entry.words("name"), versions))
        entry.done()
    return tuple(found)


@cache
def load_nearer() -> tuple[Nearer, ...]:
    """Hosts that a guest could have looked at, nearer or more alike."""
    book, found = load_indicators(), []
    for entry in _file("practices.yaml").entries("nearer"):
        found.append(Nearer(entry.known("region", book.regions), entry.known("guest", book.regions), _service(entry),
                            entry.words("says"), entry.confidence(), _sources(entry, book)))
        entry.done()
    return tuple(found)


@cache
def load_claims() -> tuple[Claim, ...]:
    """The claims made at and around the visits."""
    book, whole = load_indicators(), _file("claims.yaml")
    found = []
    for entry in whole.entries("claims"):
        said_on = _day(entry, "said_on")
        found.append(Claim(
            id=entry.text("id"), text=entry.words("text"), said_by=entry.words("said_by"),
            side=entry.one_of("side", _SIDES),  # type: ignore[arg-type]
            about=entry.known("about", book.regions), said_on=said_on, sources=_sources(entry, book),
            checks=tuple(_check(one, book) for one in entry.entries("checks")), visit=entry.text_or_none("visit")))
        if not found[-1].checks:
            raise refuse("study.data.key_missing", where=entry.where(), remedy="study.data.key_missing.remedy",
                         name="checks")
        entry.done()
    whole.done()
    return tuple(found)


@cache
def load_visits() -> tuple[Visit, ...]:
    """The visits that come with the product, oldest first."""
    book = load_indicators()
    visits = [_visit(Entry(read_file(path), shown_path(path)), book) for path in (FOLDER / "visits").glob("*.yaml")]
    return tuple(sorted(visits, key=lambda visit: (visit.first_day, visit.id)))


def _version(entry: Entry, book: Book) -> Version:
    since = None if entry.need("since") == "open" else _first_day(entry, "since")
    version = Version(entry.text("id"), since, entry.words("says"), entry.text_or_none("instrument"),
                      entry.confidence(), _sources(entry, book), entry.flag("replayable"), entry.words_or_none("why"))
    if not version.replayable and version.why is None:
        raise refuse("study.data.key_missing", where=entry.where(), remedy="study.data.key_missing.remedy", name="why")
    entry.done()
    return version


def _check(entry: Entry, book: Book) -> ClaimCheck:
    rule = entry.one_of("rule", TAKES)
    params: dict[str, Any] = {}
    for key, sort in TAKES[rule].items():
        if sort == "indicator":
            params[key] = entry.known(key, book.indicators)
        elif sort == "words":
            params[key] = entry.words(key)
        else:
            entry.need(key)
            params[key] = entry.number_or_none(key)
    entry.done()
    return ClaimCheck(rule, params)


def _visit(entry: Entry, book: Book) -> Visit:
    visit = Visit(
        id=entry.text("id"), guest=entry.known("guest", book.regions), host=entry.known("host", book.regions),
        first_day=_day(entry, "from"), last_day=_day(entry, "to"), place=entry.words("place"),
        title=entry.words("title"), purpose=_sentences(entry, "purpose"),
        delegations=tuple(_delegate(one, book) for one in entry.entries("delegations")),
        agenda=tuple(_agenda(one, book) for one in entry.entries("agenda")),
        topics=tuple(VisitTopic(_service(one), one.words("title")) for one in entry.entries("topics")),
        said=_sentences(entry, "said"),
        unknown=tuple(Unknown(one.words("what"), one.words("why")) for one in entry.entries("missing")),
        timeline=tuple(sorted((_happening(one, book) for one in entry.entries("timeline")), key=lambda one: one.on)),
        lessons=tuple(_lesson(one, book) for one in entry.entries("lessons")), sources=_sources(entry, book))
    entry.done()
    return visit


def _delegate(entry: Entry, book: Book) -> Delegate:
    found = Delegate(entry.one_of("side", _SIDES), entry.words("office"),  # type: ignore[arg-type]
                     entry.words_or_none("role"), _sources(entry, book))
    entry.done()
    return found


def _agenda(entry: Entry, book: Book) -> AgendaItem:
    found = AgendaItem(_day(entry, "on"), entry.words("item"), entry.text_or_none("at"), _sources(entry, book))
    entry.done()
    return found


def _happening(entry: Entry, book: Book) -> Happening:
    written = str(entry.need("on"))
    service = None if entry.get("service") is None else _service(entry)
    found = Happening(
        on=_day(entry, "on"), day_known=len(written) == 10, side=entry.one_of("side", (*_SIDES, "both", "national")),
        text=entry.words("text"), sources=_sources(entry, book), service=service, changes=entry.flag("changes"),
        is_visit=entry.one_of("event", ("visit", "fact"), "fact") == "visit")
    entry.done()
    return found


def _lesson(entry: Entry, book: Book) -> Lesson:
    found = Lesson(
        id=entry.text("id"), service=_service(entry), decision=entry.one_of("decision", DECISIONS),  # type: ignore[arg-type]
        direction=entry.one_of("direction", _SIDES),  # type: ignore[arg-type]
        text=entry.words("text"), because=entry.words("because"), owner=entry.words("owner"), due=_day(entry, "due"),
        indicator=entry.known("indicator", book.indicators), proposed=entry.flag("proposed"),
        state=entry.one_of("state", LESSON_STATES, "proposed"),  # type: ignore[arg-type]
        sources=_sources(entry, book) if entry.get("sources") else ())
    entry.done()
    return found


def _file(name: str) -> Entry:
    return Entry(read_file(FOLDER / name), name)


def _service(entry: Entry) -> Any:
    return entry.one_of("service", SERVICES)


def _sources(entry: Entry, book: Book) -> tuple[str, ...]:
    found = entry.texts("sources")
    for source in found:
        if source not in book.sources:
            raise refuse("study.data.not_known", where=entry.where("sources"), remedy="study.data.not_known.remedy",
                         given=source, name="sources")
    if not found:
        raise refuse("study.data.key_missing", where=entry.where(), remedy="study.data.key_missing.remedy",
                     name="sources")
    return found


def _sentences(entry: Entry, key: str) -> tuple[Any, ...]:
    return tuple(as_words(one, entry.where(key)) for one in entry.get(key) or [])


def _day(entry: Entry, key: str) -> date:
    entry.need(key)
    found = entry.day_or_none(key)
    if found is None:
        raise refuse("study.data.not_day", where=entry.where(key), remedy="study.data.not_day.remedy", given="null")
    return found


def _first_day(entry: Entry, key: str) -> date:
    """The day, or the first of the month or year: from then on at the earliest."""
    written = str(entry.need(key))
    _day(entry, key)
    parts = [int(part) for part in written.split("-")]
    return date(*[*parts, 1, 1][:3])
