"""A series as one text: first moment and rule as RFC 5545 writes them, and back.

    DTSTART;TZID=Asia/Jakarta:20260106T190000
    RRULE:FREQ=WEEKLY;BYDAY=TU;WKST=MO;UNTIL=20261231T120000Z

Idea: what is kept beside a booking is not a note but the rule itself: ``read_rule`` gives back a rule that expands to
the same days, and any iCalendar library expands the text to the same moments. DTSTART is the first date of the rule
(the standard leaves open what a DTSTART outside the rule means); UNTIL is the moment of UTC at which a date on the last
day would begin, since DTSTART carries a zone. Only what ``recurrence`` knows is read: other parts are refused, never
passed over. Source: RFC 5545 sections 3.3.10 and 3.8.5.3.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

from sepadan.creative.engine.recurrence import WEEKDAYS, Ending, MonthlyNth, Rule, Weekly, expand
from sepadan.ground.problems import refuse

_START = re.compile(
    r"DTSTART;TZID=(Asia/(?:Jakarta|Makassar|Jayapura)):(\d{8}T\d{6})\nRRULE:([A-Z0-9=;,\-]+)", re.ASCII)
_NTH = re.compile(r"(-?[1-5])(MO|TU|WE|TH|FR|SA|SU)", re.ASCII)
_STAMP = "%Y%m%dT%H%M%S"


@dataclass(frozen=True, slots=True)
class Written:
    """A rule, the local time at which each date begins, and the zone of that time."""

    rule: Rule
    at: time
    zone: str


def write_rule(rule: Rule, at: time, zone: str) -> str:
    """The text of *rule*. Raises Refused when it has no date at all."""
    days = expand(rule)
    if not days:
        raise refuse("creative.series.no_date", remedy="creative.series.no_date.remedy")
    ending = rule.ending
    if ending.count is not None:
        end = f"COUNT={ending.count}"
    else:
        assert ending.until is not None
        last = datetime.combine(ending.until, at, ZoneInfo(zone)).astimezone(UTC)
        end = f"UNTIL={last:{_STAMP}}Z"
    return f"DTSTART;TZID={zone}:{datetime.combine(days[0], at):{_STAMP}}\nRRULE:{rule.rrule()};{end}"


def read_rule(text: str) -> Written:
    """The rule of a text that ``write_rule`` wrote. Raises Refused on every other text."""
    found = _START.fullmatch(text)
    if found is None:
        raise refuse("creative.series.unreadable", where=text[:80])
    zone, pairs = found[1], [part.partition("=") for part in found[3].split(";")]
    parts = {name: value for name, _, value in pairs}
    known = {"FREQ", "INTERVAL", "BYDAY", "WKST", "COUNT", "UNTIL"}
    if len(parts) != len(pairs) or not parts.keys() <= known or parts.get("WKST") != "MO":
        raise refuse("creative.series.unreadable", where=text[:80])
    try:
        start = datetime.strptime(found[2], _STAMP)
        return Written(_rule(parts, start, zone), start.time(), zone)
    except (KeyError, ValueError):
        raise refuse("creative.series.unreadable", where=text[:80]) from None


def _rule(parts: dict[str, str], start: datetime, zone: str) -> Rule:
    interval = int(parts.get("INTERVAL", "1"))
    until = None
    if "UNTIL" in parts:
        moment = datetime.strptime(parts["UNTIL"], f"{_STAMP}Z").replace(tzinfo=UTC)
        until = moment.astimezone(ZoneInfo(zone)).date()
    ending = Ending(until, int(parts["COUNT"]) if "COUNT" in parts else None)
    if parts["FREQ"] == "WEEKLY":
        weekdays = frozenset(WEEKDAYS.index(day) for day in parts["BYDAY"].split(","))
        return Weekly(start.date(), weekdays, ending, interval)
    nth = _NTH.fullmatch(parts["BYDAY"])
    if parts["FREQ"] != "MONTHLY" or nth is None:
        raise ValueError(parts["FREQ"])
    return MonthlyNth(start.date(), int(nth[1]), WEEKDAYS.index(nth[2]), ending, interval)


def from_first(rule: Rule) -> Rule:
    """The same dates by a rule that starts on its first date."""
    days = expand(rule)
    return replace(rule, start=days[0]) if days else rule
