"""The document of a study for a page: made when it is asked for, and remembered while nothing it rests on changes.

The key names everything that decides the content - regions, day, assumptions, lever, books and the hash of both rolls -
so a remembered document is the one that would be made again. Law and figures are read once per process.
"""

from __future__ import annotations

from collections import OrderedDict
from datetime import date
from threading import Lock

from sepadan.ground.problems import refuse
from sepadan.records.public import region_scope
from sepadan.study.engine.books import books_digest
from sepadan.study.engine.study import Study
from sepadan.study.engine.tax_neutral import Lever
from sepadan.study.services.books import books_of
from sepadan.study.services.studies import day_of_study, make_study
from sepadan.study.services.wishes import digest_of
from sepadan.tax.public import current_roll, marks_hash
from sepadan.territory.public import region_of_code

KEPT = 4
_Key = tuple[str, ...]
_made: OrderedDict[_Key, Study] = OrderedDict()
_lock = Lock()


def live_study(guest: str, host: str, on: date | None, *, lever: Lever | None = None,
               assumptions: str = "default", today: date | None = None) -> Study:
    """The study of *guest* and *host*. Raises Refused as ``make_study`` does."""
    for code in (guest, host):
        region_of_code(code, where=code)
    day = day_of_study(guest, host, on)
    key = study_key(guest, host, day, lever=lever, assumptions=assumptions, today=today)
    with _lock:
        if key in _made:
            _made.move_to_end(key)
            return _made[key]
    found = make_study(guest, host, day, assumptions=assumptions, lever=lever, today=today)
    with _lock:
        _made[key] = found
        while len(_made) > KEPT:
            _made.popitem(last=False)
    return found


def study_key(guest: str, host: str, day: date, *, lever: Lever | None = None,
              assumptions: str = "default", today: date | None = None) -> tuple[str, ...]:
    """Everything but the program and its data that decides what the study says."""
    books = books_digest(*(books_of(region_of_code(code), day, today) for code in (guest, host)))
    asked = digest_of(*(region_of_code(code) for code in (guest, host)))
    return guest, host, day.isoformat(), assumptions, lever or "", _roll_hash(guest), _roll_hash(host), books, asked


def _roll_hash(code: str) -> str:
    """The content hash of the current roll of a region, and of its table of the NJOPTKP; empty when it has no roll
    (making the study then says so)."""
    region = region_of_code(code)
    with region_scope(region):
        roll = current_roll()
        return "" if roll is None else marks_hash(roll)


def known_lever(text: str) -> Lever | None:
    """A lever by its name in an address; None for the one that works. Raises Refused on another word."""
    if not text:
        return None
    if text not in ("ratio", "rates", "ratio_by_band"):
        raise refuse("study.lever.other", where="?tuas=", remedy="study.lever.other.remedy", given=text[:40])
    return text  # type: ignore[return-value]
