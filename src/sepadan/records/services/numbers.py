"""Numbers without gaps: the counter row is locked by the transaction that takes a number, and gives it back if it
fails.

A locking protocol: take a number late in the transaction, one number per series and transaction where possible, and
series in the order of their code when there are several; whoever comes second waits for the first to end.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from django.db import connection

from sepadan.ground.problems import Refused, refuse
from sepadan.records.engine.numbering import faults_of_pattern, period_start, write_number
from sepadan.records.models import Number, NumberSeries
from sepadan.records.names import Actor, NumberPeriod
from sepadan.records.services.audit import record
from sepadan.records.tenancy import WrongRegion, current_region
from sepadan.territory.public import Region

_TAKE = """
    INSERT INTO records_numbercounter (region_id, series_id, period_start, last) VALUES (%s, %s, %s, %s)
    ON CONFLICT (region_id, series_id, period_start) DO UPDATE SET last = records_numbercounter.last + %s
    RETURNING last
"""


def open_series(code: str, title: str, pattern: str, period: NumberPeriod) -> NumberSeries:
    """The series *code* of the region in scope, made when absent. Raises Refused on an unsound pattern, or when the
    series exists with another pattern or period (a series with numbers is not rewritten: open another)."""
    faults = faults_of_pattern(pattern, period)
    if faults:
        raise Refused(faults[0])
    series, made = NumberSeries.objects.get_or_create(
        code=code, region=current_region(), defaults={"title": title, "pattern": pattern, "period": period.value})
    if not made and (series.pattern, series.period) != (pattern, period.value):
        raise refuse("records.number.series_differs", remedy="records.number.series_differs.remedy", where=code,
                     pattern=series.pattern)
    return series


def take_number(region: Region, series: str, on: date) -> str:
    """The next number of *series*, dated *on*: ``900/123/2025``. Raises Refused when there is no such series."""
    return take_numbers(region, series, on, 1)[0]


def take_numbers(region: Region, series: str, on: date, count: int) -> Sequence[str]:
    """*count* numbers in a row, for a mass run. The counter stays locked until the transaction ends."""
    if current_region() != region:
        raise WrongRegion(f"a number of region {region.pk} was asked for in the scope of {current_region().pk}")
    if count < 1:
        raise ValueError(f"at least one number must be taken, not {count}")
    row = NumberSeries.objects.filter(code=series).first()
    if row is None:
        raise refuse("records.number.no_series", remedy="records.number.no_series.remedy", where=series,
                     region=region.name)
    start = period_start(NumberPeriod(row.period), on)
    with connection.cursor() as cursor:
        cursor.execute(_TAKE, [region.pk, row.pk, start, count, count])
        last = cursor.fetchone()[0]
    numbers = [Number(series=row, period_start=start, value=value, dated=on,
                      text=write_number(row.pattern, value, on, region.code))
               for value in range(last - count + 1, last + 1)]
    Number.objects.bulk_create(numbers, batch_size=5_000)
    return [number.text for number in numbers]


def void_number(region: Region, text: str, *, reason: str, actor: Actor, now: datetime) -> Number:
    """Mark a number as void. It stays taken. Raises Refused when absent, void already, or without reason."""
    if not reason.strip():
        raise refuse("records.number.no_reason", where=text)
    number = Number.objects.select_for_update().filter(text=text).first()
    if number is None:
        raise refuse("records.number.unknown", where=text, region=region.name)
    if number.voided_at is not None:
        raise refuse("records.number.void_already", where=text)
    number.voided_at, number.void_reason = now, reason.strip()
    number.save(update_fields=["voided_at", "void_reason"])
    record(actor, "records.audit.number_voided", number, now=now, reason=number.void_reason)
    return number
