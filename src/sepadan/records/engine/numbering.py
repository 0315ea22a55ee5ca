"""How a number of a series is written: ``900/{number}/{year}`` gives ``900/123/2025``.

Placeholders: ``{number}`` (``{number:4}`` pads with zeros to four digits), ``{year}``, ``{month}`` (two digits),
``{roman}`` (the month in Roman figures, as official letters have it), ``{region}`` (the Kemendagri code). A series that
starts again every year must name the year, every month also the month: otherwise two periods write the same number.
"""

from __future__ import annotations

import re
from datetime import date

from sepadan.ground.problems import Problem, problem
from sepadan.records.names import NumberPeriod

_FIELD = re.compile(r"\{([^{}]*)\}")
_NUMBER = re.compile(r"number(?::([1-9]))?")
_ROMAN = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII")


def period_start(period: NumberPeriod, on: date) -> date:
    """The first day of the period in which *on* lies; the first day of all for a series that never starts again."""
    if period is NumberPeriod.YEAR:
        return date(on.year, 1, 1)
    if period is NumberPeriod.MONTH:
        return date(on.year, on.month, 1)
    return date.min


def write_number(pattern: str, value: int, on: date, region_code: str) -> str:
    """The text of number *value*. The pattern has been accepted by ``faults_of_pattern``."""
    words = {"year": str(on.year), "month": f"{on.month:02d}", "roman": _ROMAN[on.month - 1], "region": region_code}

    def one(match: re.Match[str]) -> str:
        number = _NUMBER.fullmatch(match.group(1))
        if number is not None:
            return str(value).zfill(int(number.group(1) or 1))
        return words[match.group(1)]

    return _FIELD.sub(one, pattern)


def faults_of_pattern(pattern: str, period: NumberPeriod) -> list[Problem]:
    """What keeps *pattern* from naming every number of the series once. Empty when it is sound."""
    fields = _FIELD.findall(pattern)
    faults = [problem("records.number.unknown_field", where=pattern, remedy="records.number.fields", field=field)
              for field in fields if field not in ("year", "month", "roman", "region") and not _NUMBER.fullmatch(field)]
    if sum(1 for field in fields if _NUMBER.fullmatch(field)) != 1:
        faults.append(problem("records.number.needs_number", where=pattern, remedy="records.number.fields"))
    if period is not NumberPeriod.NEVER and "year" not in fields:
        faults.append(problem("records.number.needs_year", where=pattern, remedy="records.number.fields"))
    if period is NumberPeriod.MONTH and not {"month", "roman"} & set(fields):
        faults.append(problem("records.number.needs_month", where=pattern, remedy="records.number.fields"))
    return faults
