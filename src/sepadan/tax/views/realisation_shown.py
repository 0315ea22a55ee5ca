"""What the pages of a realisation show, as plain values: cells, the chart beside the target, tables and the map.

Nothing is computed here but shares and running totals; sums come from ``queries/realisation.py``.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from fractions import Fraction
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from sepadan.ground.cells import Cell, Words, missing
from sepadan.ground.charts import Bar, BarChart, LineChart, Point, Series
from sepadan.ground.figures import Language
from sepadan.ground.messages import Message, message
from sepadan.ground.money import Rupiah
from sepadan.ground.tables import Column, Row, Table
from sepadan.tax.engine.realisation import BANDS, running, same_day, share, thinned
from sepadan.tax.queries.realisation import Collection, Receipts, Sum
from sepadan.tax.queries.targets import Target
from sepadan.territory.public import Drawing, Region, Shading, dotted, region_map, village_names

_MONEY = (Column("payments", message("tax.realisation.payments"), "integer", summable=True),
          Column("amount", message("tax.realisation.amount"), "rupiah", summable=True, href="rows"),
          Column("interest", message("tax.realisation.interest"), "rupiah", summable=True, href="interest_rows"))
_COLLECTED = (
    Column("bills", message("tax.realisation.bills"), "integer", summable=True, href="rows"),
    Column("billed", message("tax.realisation.billed"), "rupiah", summable=True, href="rows"),
    Column("paid", message("tax.realisation.paid"), "rupiah", summable=True, href="rows"),
    Column("otherwise", message("tax.realisation.otherwise"), "rupiah", summable=True, href="rows"),
    Column("still", message("tax.realisation.still"), "rupiah", summable=True, href="rows"),
    Column("rate", message("tax.realisation.rate"), "percent", places=1))
DAYS = Table("realisasi-harian", message("tax.realisation.by_day"), (
    Column("day", message("tax.realisation.day"), "date", href="url"), *_MONEY,
    Column("total", message("tax.realisation.total"), "rupiah")), order="-day", per_page=12, prefix="h_")
MONTHS = Table("realisasi-bulanan", message("tax.realisation.by_month"), (
    Column("month", message("tax.realisation.month")), *_MONEY,
    Column("last", message("tax.realisation.last_year"), "rupiah", summable=True, href="last_rows")),
    order="month", prefix="b_")
CHANNELS = Table("realisasi-kanal", message("tax.realisation.by_channel"), (
    Column("name", message("tax.realisation.channel")), *_MONEY,
    Column("share", message("tax.realisation.share"), "percent", places=1)), order="-amount", prefix="k_")
YEARS = Table("realisasi-tahun-pajak", message("tax.realisation.by_tax_year"), (
    Column("tax_year", message("tax.realisation.tax_year"), href="url"), *_COLLECTED[:3],
    Column("in_time", message("tax.realisation.in_time"), "percent", places=1),
    Column("that_year", message("tax.realisation.that_year"), "percent", places=1), *_COLLECTED[3:]),
    order="-tax_year", prefix="t_")
PLACES = Table("realisasi-kelurahan", message("tax.realisation.by_kelurahan"), (
    Column("name", message("tax.realisation.kelurahan")), Column("code", message("tax.realisation.code")),
    *_COLLECTED), order="-rate", per_page=15, search=("name", "code"), prefix="l_")
SIZES = Table("realisasi-golongan", message("tax.realisation.by_band"), (
    Column("name", message("tax.realisation.band")), *_COLLECTED), order="", prefix="g_")


def led(found: list[Cell], year: int, until: date, kode: str) -> list[Cell]:
    """The figures at the top, each leading to what it is made of."""
    targets, first = reverse("tax:targets", args=[kode]), date(year, 1, 1)
    to = {"tax.realisation.received": entries_href(kode, first, until), "tax.realisation.target": targets,
          "tax.realisation.share": targets,
          "tax.realisation.same_day": entries_href(kode, date(year - 1, 1, 1), same_day(until, year - 1)),
          "tax.realisation.interest": entries_href(kode, first, until, jenis="bunga")}
    return [replace(one, href=to.get(getattr(one.label, "key", ""), "")) for one in found]


def entries_href(kode: str, first: date, last: date, **narrowed: str) -> str:
    """Where the entries of some receipts are."""
    query = {"dari": first.isoformat(), "hingga": last.isoformat(), **narrowed}
    return f"{reverse('tax:realisation_receipts', args=[kode])}?{urlencode(query)}"


def bills_href(kode: str, year: int, until: date, **narrowed: str) -> str:
    """Where the bills of a group are."""
    query = {"tahun_pajak": str(year), "hingga": until.isoformat(), **narrowed}
    return f"{reverse('tax:realisation_bills', args=[kode])}?{urlencode(query)}"


def cells(year: int, until: date, got: Receipts, before: Rupiah, target: Target | None) -> list[Cell]:
    """The figures at the top: received, of which share of the target, last year to the same day, interest in it."""
    period = message("tax.realisation.period", first=date(year, 1, 1), last=until)
    origin = {"period": period, "method": message("tax.realisation.method"), "confidence": "high"}
    found = [Cell(message("tax.realisation.received"), got.total.amount, form="rupiah_short", **origin,
                  meaning=message("tax.realisation.received.meaning"), trap=message("tax.realisation.received.trap"))]
    if target is None:
        found.append(missing(message("tax.realisation.target"), message("tax.realisation.no_target", year=str(year)),
                             instead=message("tax.realisation.no_target.short")))
    else:
        found.append(Cell(message("tax.realisation.target"), target.amount, form="rupiah_short", kind="target",
                          period=str(year), method=target_words(target), confidence="high"))
        reached = (share(got.total.amount, target.amount) or Fraction(0)) * 100
        found.append(Cell(message("tax.realisation.share"), reached, "%", form="number1", **origin,
                          meaning=message("tax.realisation.share.meaning")))
    if before:
        found.append(Cell(message("tax.realisation.same_day"), before, form="rupiah_short",
                          period=message("tax.realisation.period", first=date(year - 1, 1, 1),
                                         last=same_day(until, year - 1)),
                          method=message("tax.realisation.method"), confidence="high"))
    found.append(Cell(message("tax.realisation.interest"), got.total.interest, form="rupiah_short", **origin))
    return found


def target_words(target: Target) -> Message:
    """Where a target comes from: its decree, or how many decrees of parts."""
    row = target.rows[0]
    if len(target.rows) == 1:
        return message("tax.realisation.target.of_part" if row.part else "tax.realisation.target.of", decree=row.decree,
                       on=row.decreed_on, part=row.part)
    return message("tax.realisation.target.of_parts", count=len(target.rows))


def curve(year: int, until: date, got: Receipts, before: Receipts, target: Target | None) -> LineChart | None:
    """The year's running total beside that of the year before and the target; None where nothing arrived."""
    if not got.total.amount:
        return None
    lines = [Series(str(year), _points({d: s.amount for d, s in got.day.items()}, until), "daun")]
    if before.total.amount:
        last = running({day: s.amount for day, s in before.day.items()}, date(year - 1, 12, 31))
        points = {same_day(day, year): total for day, total in last}
        lines.append(Series(str(year - 1), tuple(Point(d, v) for d, v in thinned(sorted(points.items()))), "plain"))
    if target is not None:
        lines.append(Series(message("tax.realisation.target"), (
            Point(date(year, 1, 1), target.amount), Point(date(year, 12, 31), target.amount)), "up", "target"))
    reached = share(got.total.amount, target.amount if target else None)
    title = message("tax.realisation.curve.plain", amount=got.total.amount, until=until)
    if reached is not None:
        title = message("tax.realisation.curve.of", share=reached, until=until, year=str(year))
    summary = message("tax.realisation.curve.summary", year=str(year), before=str(year - 1))
    return LineChart(title, summary, tuple(lines), form="rupiah_short")


def _points(by_day: Mapping[date, int], until: date) -> tuple[Point, ...]:
    return tuple(Point(day, total) for day, total in thinned(running(by_day, until)))


def day_rows(got: Receipts, kode: str) -> list[Row]:
    total, rows = 0, []
    for day in sorted(got.day):
        total += got.day[day].amount
        rows.append({"day": day, **_money(got.day[day]), "total": total, **_entries(kode, day, day),
                     "url": reverse("tax:realisation_day", args=[kode, day.isoformat()])})
    return rows


def month_rows(got: Receipts, before: Receipts, year: int, until: date, kode: str) -> list[Row]:
    """One row for each month with a receipt in this or the last year."""
    found = []
    for month in sorted({day.month for day in (*got.day, *before.day)}):
        now = [values for day, values in got.day.items() if day.month == month]
        found.append({"month": f"{month:02d}", **_money(Sum(
            sum(one.amount for one in now), sum(one.interest for one in now), sum(one.payments for one in now))),
            **_entries(kode, date(year, month, 1), min(until, _month_end(year, month))),
            "last_rows": entries_href(kode, date(year - 1, month, 1), _month_end(year - 1, month)),
            "last": sum(values.amount for day, values in before.day.items() if day.month == month)})
    return found


def _month_end(year: int, month: int) -> date:
    return date(year, month, monthrange(year, month)[1])


def _entries(kode: str, first: date, last: date, **narrowed: str) -> dict[str, str]:
    return {"rows": entries_href(kode, first, last, **narrowed),
            "interest_rows": entries_href(kode, first, last, jenis="bunga", **narrowed)}


def channel_rows(got: Receipts, year: int, until: date, kode: str, lang: Language) -> list[Row]:
    return [{"name": message(f"records.channel.{name}").text(lang), **_money(values),
             **_entries(kode, date(year, 1, 1), until, kanal=name),
             "share": share(values.amount, got.total.amount)} for name, values in got.channel.items()]


def channel_chart(got: Receipts) -> BarChart | None:
    """Shares of the channels, largest first."""
    rows = sorted(((name, values.amount) for name, values in got.channel.items() if values.amount > 0),
                  key=lambda one: -one[1])
    if not rows:
        return None
    first = message(f"records.channel.{rows[0][0]}")
    title = message("tax.realisation.channels.title", channel=first, share=Fraction(rows[0][1], got.total.amount))
    bars = tuple(Bar(message(f"records.channel.{name}"), amount, "daun") for name, amount in rows)
    return BarChart(title, message("tax.realisation.channels.summary"), bars, form="rupiah_short")


def year_rows(found: Sequence[Collection], until: date, kode: str) -> list[Row]:
    return [{"tax_year": str(one.key), **_collected(one), "rows": bills_href(kode, one.key, until),
             "in_time": share(one.in_time, one.billed),
             "that_year": share(one.that_year, one.billed),
             "url": f"{reverse('tax:realisation', args=[kode])}?tahun={one.key}"} for one in found]


def place_rows(found: Sequence[Collection], region: Region, year: int, until: date) -> list[Row]:
    names = village_names(region)
    return [{"code": dotted(str(one.key)), "name": names.get(dotted(str(one.key)), dotted(str(one.key))),
             "rows": bills_href(region.code, year, until, kelurahan=str(one.key)), **_collected(one)} for one in found]


def band_rows(found: Sequence[Collection], year: int, until: date, kode: str, lang: Language) -> list[Row]:
    return [{"name": band_name(one.key).text(lang), "rows": bills_href(kode, year, until, golongan=str(one.key)),
             **_collected(one)} for one in found]


def band_name(band: int) -> Message:
    """Band 0 to 4 in words."""
    if band == 0:
        return message("tax.realisation.band.to", to=BANDS[0])
    if band == len(BANDS):
        return message("tax.realisation.band.over", over=BANDS[-1])
    return message("tax.realisation.band.between", over=BANDS[band - 1], to=BANDS[band])


def rate_map(region: Region, values: Mapping[str, Fraction | None], year: int, lang: Language,
             hidden: Words = "") -> Drawing | None:
    """The rates of collection of the kelurahan; what has none is drawn as not known."""
    known = {code: None if rate is None else Fraction(round(rate * 1000), 10) for code, rate in values.items()}
    if not any(rate is not None for rate in known.values()):
        return None
    shading = Shading(message("tax.realisation.rate"), known, form="number1", unit="%",
                      missing=hidden or message("tax.realisation.map.none"))
    return region_map(region, shading, lang=lang, title=message("tax.realisation.map.title", year=str(year)),
                      name="realisation")


def code_of(key: str) -> str:
    """The code of an area by its key."""
    return dotted(key)


def _money(values: Sum) -> dict[str, Any]:
    return {"payments": values.payments, "amount": values.amount, "interest": values.interest}


def _collected(one: Collection) -> dict[str, Any]:
    return {"bills": one.bills, "billed": one.billed, "paid": one.paid, "otherwise": one.otherwise, "still": one.still,
            "rate": share(one.paid, one.billed)}
