"""A series in the form of a request: its fields, and every date of it before anything is filed.

A series is filed only as it was seen: the first press shows all dates with days off, closed days and what is in the
way; each can be left out; the second press files exactly that pattern (``seen`` carries its mark, and another pattern
is shown again). The same fields stand on the public page and at the desk; nothing needs JavaScript.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import date, time
from typing import Any

from sepadan.creative.models import Centre, Space
from sepadan.creative.names import DateCause, OnClash
from sepadan.creative.services.planned import Planned
from sepadan.creative.services.series import REPEATS, Pattern, Preview, plan_series, preview_of
from sepadan.creative.services.wishes import Reach
from sepadan.creative.views.calendar import day_of, read_time
from sepadan.ground.messages import Message, message
from sepadan.ground.problems import refuse
from sepadan.records.public import current_region, zone_of

SEVERAL = ("weekdays", "leave_out")
SERIES_FIELDS = ("repeat", "every", "nth", "nth_weekday", "last", "count", "seen", *SEVERAL)
MOST_EVERY = 52
NTHS = (1, 2, 3, 4, 5, -1)


def read_several(given: Mapping[str, Any], data: dict[str, str]) -> dict[str, str]:
    """*data* with the fields that are given several times, joined by commas."""
    several = getattr(given, "getlist", None)
    for name in SEVERAL:
        values = several(name) if several else [given.get(name, "")]
        data[name] = ",".join(str(one) for one in values)[:4000].replace("\0", "")
    return data


def repeat_of(data: Mapping[str, str]) -> str:
    """weekly, monthly, or empty for one meeting. An end alone means weekly."""
    if data["repeat"] in REPEATS:
        return data["repeat"]
    return "weekly" if data["last"] or data["count"] else ""


def series_faults(data: Mapping[str, str]) -> dict[str, str]:
    """What of the series is missing or cannot be read, by field."""
    if not repeat_of(data):
        return {}
    faults = {}
    if data["last"] and day_of(data["last"]) is None:
        faults["last"] = "creative.ask.not_day"
    if data["count"] and not (data["count"].isdecimal() and 0 < int(data["count"][:9]) < 1_000):
        faults["count"] = "creative.series.not_count"
    if not data["last"] and not data["count"]:
        faults["last"] = "creative.series.no_end"
    if data["last"] and data["count"]:
        faults["count"] = "creative.series.two_ends"
    if data["every"] and not (data["every"].isdecimal() and 0 < int(data["every"][:9]) <= MOST_EVERY):
        faults["every"] = "creative.series.not_every"
    if day_of(data["day"]) is None and "day" not in faults:
        faults["day"] = "creative.ask.not_day" if data["day"] else "creative.ask.needed"
    return faults


def pattern_of(data: Mapping[str, str]) -> Pattern | None:
    """What was chosen, or None for one meeting. The fields were checked."""
    repeat, first = repeat_of(data), day_of(data["day"])
    if not repeat or first is None:
        return None
    weekdays = frozenset(int(one) for one in data["weekdays"].split(",") if one in tuple("0123456"))
    nth = int(data["nth"]) if data["nth"] in {str(one) for one in NTHS} else (first.day + 6) // 7
    weekday = int(data["nth_weekday"]) if data["nth_weekday"] in tuple("0123456") else first.weekday()
    unwanted = frozenset(day for one in data["leave_out"].split(",") if (day := day_of(one)) is not None)
    return Pattern(first, "monthly" if repeat == "monthly" else "weekly", weekdays, nth, weekday,
                   int(data["every"] or 1), day_of(data["last"]), int(data["count"]) if data["count"] else None,
                   unwanted)


def plan_pattern(centre: Centre, data: Mapping[str, str], today: date, reach: Reach) -> Planned:
    """The series that the fields describe. Raises Refused."""
    pattern, since, until = pattern_of(data), read_time(data["since"]), read_time(data["until"])
    assert pattern is not None
    return plan_series(centre, _space(centre, data), pattern, since or time(), until or time(), today=today,
                       reach=reach, on_clash=OnClash.SKIP if data["on_clash"] == "skip" else OnClash.WHOLE)


def mark_of(data: Mapping[str, str]) -> str:
    """What tells one pattern from another: everything that moves a date, not what is left out."""
    names = ("space", "day", "since", "until", "repeat", "every", "nth", "nth_weekday", "last", "count", "weekdays")
    return hashlib.sha256("\n".join(data[name] for name in names).encode()).hexdigest()[:16]


def must_be_seen(data: Mapping[str, str], pressed: str) -> bool:
    """Whether the dates are to be shown before anything is filed."""
    return bool(repeat_of(data)) and (pressed == "preview" or data["seen"] != mark_of(data))


def preview(centre: Centre, data: dict[str, str], today: date, reach: Reach) -> dict[str, Any]:
    """The dates of the series for ``creative/preview.html``. Raises Refused. The form then carries the mark."""
    pattern, space = pattern_of(data), _space(centre, data)
    assert pattern is not None
    if space is None:
        raise refuse("creative.booking.no_space")
    found = preview_of(space, pattern, read_time(data["since"]) or time(), read_time(data["until"]) or time(),
                       today=today, reach=reach)
    data["seen"] = mark_of(data)
    return {"preview": _shown(found, pattern)}


def _shown(found: Preview, pattern: Pattern) -> dict[str, Any]:
    zone, rows = zone_of(current_region()), []
    for one in found.dates:
        if one.cause is not None:
            tone, state = "care", message(f"creative.cause.{one.cause.value}")
            why: Message | None = one.why
        elif one.clash is not None:
            other = one.clash.taken_by[0]
            start, end = other.starts_at.astimezone(zone), other.ends_at.astimezone(zone)
            tone, state = "bad", message("creative.series.taken")
            why = message("creative.block", since=f"{start:%H.%M}", until=f"{end:%H.%M}")
        else:
            tone, state, why = "ok", message("creative.series.free"), None
        rows.append({"day": one.day, "iso": one.day.isoformat(), "tone": tone, "state": state, "why": why,
                     "weekday": message(f"creative.weekday.{one.day.weekday()}"),
                     "off": one.cause is DateCause.DAY_OFF,
                     "left": one.day in pattern.unwanted})
    return {"rows": rows, "free": found.free, "clashing": found.clashing, "passed_over": found.passed_over,
            "unknown_years": found.unknown_years}


def series_context(data: Mapping[str, str]) -> dict[str, Any]:
    """What ``creative/series_fields.html`` shows."""
    chosen, first = data["weekdays"].split(","), day_of(data["day"])
    return {
        "repeat": repeat_of(data),
        "repeats": [("", "creative.series.once"), *((one, f"creative.series.{one}") for one in REPEATS)],
        "weekdays": [(str(day), f"creative.weekday.{day}", str(day) in chosen) for day in range(7)],
        "nths": [(str(nth), f"creative.series.nth.{'last' if nth < 0 else nth}", str(nth) == data["nth"])
                 for nth in NTHS],
        "nth_weekdays": [(str(day), f"creative.weekday.{day}", data["nth_weekday"] == str(day) or (
            not data["nth_weekday"] and first is not None and first.weekday() == day)) for day in range(7)]}


def _space(centre: Centre, data: Mapping[str, str]) -> Space | None:
    return Space.objects.select_related("floor__centre").filter(floor__centre=centre, code=data["space"]).first()
