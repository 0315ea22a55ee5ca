"""Cases of recurring bookings over holidays: recurrence."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, tzinfo
from typing import Any
from zoneinfo import ZoneInfo

from sepadan.cases.case import Case, Inputs
from sepadan.cases.outcome import Result
from sepadan.creative.engine.recurrence import (
    SKIPS,
    WEEKDAYS,
    Ending,
    Holidays,
    MonthlyNth,
    Rule,
    Skip,
    Weekly,
    expand,
    instants,
    keep_open,
)
from sepadan.ground.problems import refuse

_TABLES: dict[Skip, tuple[str, ...]] = {"none": (), "national": ("national",), "joint": ("national", "joint_leave")}


def evaluate_recurrence(case: Case) -> Result:
    inputs, given = Inputs(case.inputs, case.where), Inputs(case.given, case.where)
    inputs.only("start", "until", "count", "weekdays", "interval", "nth_weekday", "at", "timezone")
    given.only("holidays", "skip", "extra_closed")
    skip = next(way for way in SKIPS if way == given.choice("skip", SKIPS))
    calendar = _holidays(given, _TABLES[skip])
    extra = frozenset(given.days("extra_closed")) if "extra_closed" in given else frozenset[date]()
    expanded = expand(_rule(inputs))
    series = keep_open(expanded, calendar.closed(skip) | extra)
    values: dict[str, Any] = {
        "expanded": len(expanded),
        "dates_count": len(series.kept),
        "first": series.kept[0] if series.kept else None,
        "last": series.kept[-1] if series.kept else None,
        "skipped": list(series.skipped),
    }
    if "at" in inputs or "timezone" in inputs:
        at, zone = _at(inputs), _zone(inputs)
        values["exdates_utc"] = [f"{moment:%Y%m%dT%H%M%SZ}" for moment in instants(series.skipped, at, zone)]
    return Result(values, ())


def _rule(inputs: Inputs) -> Rule:
    ending = Ending(inputs.day("until") if "until" in inputs else None,
                    inputs.whole("count") if "count" in inputs else None)
    start = inputs.day("start")
    if "nth_weekday" in inputs:
        for other in ("weekdays", "interval"):
            if other in inputs:
                raise refuse("cases.input.together", where=inputs.where, name="nth_weekday", other=other)
        nth = inputs.raw("nth_weekday")
        if not isinstance(nth, Mapping):
            raise refuse("cases.input.not_nth", where=inputs.where, name="nth_weekday")
        part = Inputs(nth, f"{inputs.where} nth_weekday")
        part.only("n", "weekday")
        return MonthlyNth(start, part.whole("n"), WEEKDAYS.index(part.choice("weekday", WEEKDAYS)), ending)
    names = inputs.raw("weekdays")
    names = names if isinstance(names, list) else [names]
    days = [WEEKDAYS.index(Inputs({"weekdays": name}, inputs.where).choice("weekdays", WEEKDAYS)) for name in names]
    return Weekly(start, frozenset(days), ending, inputs.whole("interval") if "interval" in inputs else 1)


def _holidays(given: Inputs, needed: tuple[str, ...]) -> Holidays:
    if not needed and "holidays" not in given:
        return Holidays()
    value = given.raw("holidays")
    if not isinstance(value, Mapping):
        raise refuse("cases.input.not_holidays", where=given.where, name="holidays")
    tables = Inputs(value, f"{given.where} holidays")
    tables.only("national", "joint_leave")
    days = {name: frozenset(tables.days(name)) if name in needed or tables.values.get(name) is not None
            else frozenset[date]() for name in ("national", "joint_leave")}
    return Holidays(**days)


def _at(inputs: Inputs) -> time:
    try:
        return datetime.strptime(str(inputs.raw("at")), "%H:%M").time()
    except ValueError:
        raise refuse("cases.input.not_time", where=inputs.where, name="at", value=str(inputs.raw("at"))) from None


def _zone(inputs: Inputs) -> tzinfo:
    try:
        return ZoneInfo(str(inputs.raw("timezone")))
    except (ValueError, OSError, KeyError):  # ZoneInfoNotFoundError is a KeyError
        raise refuse("cases.input.not_zone", where=inputs.where, name="timezone",
                     value=str(inputs.raw("timezone"))) from None
