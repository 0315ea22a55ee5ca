"""What pages show of a month's numbers, computed now or stored when it was closed: cells, charts and tables.

Everything comes from the numbers of ``engine/months.py``; nothing is counted here. Each cell says what it means, from
which rows, as known when; a number that is not known says why.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

from sepadan.creative.engine.months import Difference
from sepadan.ground.cells import Cell, Confidence, Words, missing
from sepadan.ground.charts import Bar as ChartBar
from sepadan.ground.charts import BarChart, HeatChart, LineChart, Point, Series
from sepadan.ground.figures import Language
from sepadan.ground.messages import Message, message
from sepadan.ground.messages import render as words
from sepadan.ground.tables import Column, Row, Table

MAIN = ("events", "minutes", "use", "visits", "people", "organisers", "new_organisers", "requests", "granted",
        "refused", "no_show", "charged", "received", "cost")
OTHER = ("cancelled", "displaced", "undecided", "fallen", "uncounted")
HOURS_OF = {"minutes"}
WEEKDAYS = tuple(message(f"creative.weekday.{day}") for day in range(7))


@dataclass(frozen=True)
class Shown:
    """Numbers with what a page must say beside them. ``rows`` gives the address of the rows behind a measure."""

    numbers: Mapping[str, Any]
    as_of: datetime
    synthetic: bool
    names: Mapping[str, str]
    rows: Callable[[str], str] | None = None

    @property
    def month(self) -> date:
        return date.fromisoformat(f"{self.numbers['month']}-01")

    @property
    def confidence(self) -> Confidence:
        return "low" if self.synthetic else "high"


def month_words(month: date) -> Message:
    name = message(f"creative.measures.month.{month.month}")
    return message("creative.measures.month", month=name, year=str(month.year))


def cells(shown: Shown) -> list[Cell]:
    """The headline numbers, each with its definition."""
    return [cell(shown, name) for name in MAIN]


def other_cells(shown: Shown) -> list[Cell]:
    return [cell(shown, name) for name in OTHER]


def cell(shown: Shown, name: str) -> Cell:
    label, meaning = message(f"creative.measures.{name}"), message(f"creative.measures.{name}.meaning")
    value, form, unit, why = value_of(shown.numbers, name)
    if value is None:
        return missing(label, message(why), meaning=meaning, instead=message("creative.measures.none"))
    method = message("creative.measures.method", at=shown.as_of.date(), clock=f"{shown.as_of:%H.%M}")
    trap: Words = _parts_of_visits(shown.numbers) if name == "visits" else ""
    if name == "cost":
        trap = message("creative.measures.cost.trap")
    return Cell(label, value, unit, "derived" if name in ("use", "cost") else "realised", month_words(shown.month),
                shown.confidence, form, method=method, meaning=meaning, trap=trap,
                assumption=message("creative.measures.sample") if shown.synthetic else "",
                href=shown.rows(name) if shown.rows is not None and name in shown.numbers["headlines"] else "")


def value_of(numbers: Mapping[str, Any], name: str) -> tuple[int | Fraction | None, str, Words, str]:
    """A number with its form and unit, and the key that says why it is missing."""
    heads, why = numbers["headlines"], f"creative.measures.{name}.none"
    if name == "minutes":
        return Fraction(heads["minutes"], 60), "number0", message("creative.measures.hours"), ""
    if name == "use":
        room = numbers["capacity"]
        known = room is not None and room["open"]
        return (Fraction(room["used"], room["open"]) * 100 if known else None), "number1", "%", why
    if name in ("charged", "received"):
        money = numbers["earned"]
        return (None if money is None else money[name]), "rupiah_short", "", why
    if name == "cost":
        cost, visits = numbers["cost_of_year"], heads["visits"]
        key = f"{why}_cost" if cost is None else f"{why}_visits"
        return (Fraction(cost, 12 * visits) if cost is not None and visits else None), "rupiah_short", "", key
    return heads[name], "number", "", why


def _parts_of_visits(numbers: Mapping[str, Any]) -> Message:
    heads = numbers["headlines"]
    return message("creative.measures.visits.parts", scanned=heads["scanned"] or 0, reported=heads["reported"] or 0,
                   stated=heads["stated"] or 0, uncounted=heads["uncounted"])


def heat(shown: Shown) -> HeatChart | None:
    """Spaces in use on average, by weekday and hour; None in a month without use."""
    minutes = {tuple(map(int, key.split("-"))): value for key, value in shown.numbers["hours"].items()}
    if not minutes:
        return None
    first, last = min(hour for _, hour in minutes), max(hour for _, hour in minutes)
    times = _weekdays(shown.month)
    values = tuple(tuple(Fraction(minutes.get((day, hour), 0), 60 * times[day]) for hour in range(first, last + 1))
                   for day in range(7))
    top = max(minutes, key=lambda key: (Fraction(minutes[key], times[key[0]]), key))  # type: ignore[index,misc]
    return HeatChart(
        message("creative.measures.heat.title", day=WEEKDAYS[top[0]], hour=f"{top[1]:02d}.00"),
        message("creative.measures.heat.summary", month=month_words(shown.month)), WEEKDAYS,
        tuple(f"{hour:02d}" for hour in range(first, last + 1)), values, message("creative.measures.weekday"),
        "number1")


def helix_of(shown: Shown) -> Decimal | None:
    """The evenness of the five sectors, to three places."""
    found = shown.numbers["helix"]
    return None if found is None else Decimal(found)


def _weekdays(month: date) -> dict[int, int]:
    found = dict.fromkeys(range(7), 0)
    for day in range(1, monthrange(month.year, month.month)[1] + 1):
        found[month.replace(day=day).weekday()] += 1
    return found


def group_table(by: str) -> Table:
    return Table(f"pusat-kreatif-{by}", message(f"creative.measures.by.{by}"), (
        Column("name", message(f"creative.measures.col.{by}")),
        Column("events", message("creative.measures.events"), "integer", summable=True),
        Column("hours", message("creative.measures.minutes"), "decimal", summable=True, places=1),
        Column("share", message("creative.measures.share_of_hours"), "percent", places=1),
        Column("visits", message("creative.measures.visits"), "integer", summable=True,
               missing=message("creative.measures.none")),
        *((Column("use", message("creative.measures.use"), "percent", places=1,
                  missing=message("creative.measures.none")),) if by == "space" else ()),
    ), order="-hours", per_page=30, prefix=f"{by[:3]}_")


def group_rows(shown: Shown, by: str, lang: Language) -> list[Row]:
    """The groups of a month; what was not said is a row of its own, so that they add up."""
    found, rows = shown.numbers["groups"][by], []
    whole = sum(minutes for _, minutes, _ in found.values())
    for key, (events, minutes, visits) in found.items():
        row: dict[str, Any] = {
            "name": group_name(by, key, shown.names, lang), "events": events, "hours": Fraction(minutes, 60),
            "share": Fraction(minutes, whole) if whole else None, "visits": visits}
        if by == "space":
            share = shown.numbers["use_of_space"].get(key)
            row["use"] = None if share is None else Fraction(*share)
        rows.append(row)
    return rows


def group_name(by: str, key: str, names: Mapping[str, str], lang: Language) -> str:
    if not key:
        return words("creative.measures.unsaid", lang)
    if by in ("space", "floor", "subsector"):
        return names.get(f"{by}:{key}", key)
    return words(f"creative.{'organiser' if by == 'sector' else by}.{key}", lang)


REFUSALS = Table("pusat-kreatif-penolakan", message("creative.measures.by.reason"), (
    Column("name", message("creative.measures.col.reason")),
    Column("requests", message("creative.measures.requests"), "integer", summable=True)), order="-requests",
    per_page=15, prefix="ref_")
AWAY = Table("pusat-kreatif-belum-diterima", message("creative.measures.by.away"), (
    Column("name", message("creative.measures.col.rule")),
    Column("requests", message("creative.measures.requests"), "integer", summable=True)), order="-requests",
    per_page=15, prefix="away_")
AWAY_WORDS = ("taken", "taken_meanwhile", "shut", "too_many_people", "past", "times", "not_bookable", "no_meeting",
              "quota", "many_open", "reach", "series")
NATURES = ("free", "reduced", "pays", "pays_unknown")


def refusal_rows(numbers: Mapping[str, Any]) -> list[Row]:
    return [{"name": reason or "–", "requests": count} for reason, count in numbers.get("refusals", {}).items()]


def away_rows(numbers: Mapping[str, Any], lang: Language) -> list[Row]:
    """Requests that were refused before filing, by the rule; a rule without words of its own by its name."""
    rows: dict[str, int] = {}
    for key, count in numbers.get("turned_away", {}).items():
        last = key.rsplit(".", 1)[-1]
        name = words(f"creative.measures.away.{last}", lang) if last in AWAY_WORDS else last.replace("_", " ")
        rows[name] = rows.get(name, 0) + count
    return [{"name": name, "requests": count} for name, count in rows.items()]


def nature_chart(shown: Shown) -> BarChart | None:
    """Events by what their nature makes of them: free, reduced, paid, not decided."""
    heads = shown.numbers["headlines"]
    if not heads["events"]:
        return None
    bars = tuple(ChartBar(message(f"creative.measures.{name}"), heads[name], "plain" if name == "pays_unknown"
                          else "daun") for name in NATURES)
    return BarChart(message("creative.measures.nature.title", free=heads["free"], events=heads["events"]),
                    message("creative.measures.nature.summary"), bars)


MONTHS = Table("pusat-kreatif-bulanan", message("creative.measures.months"), (
    Column("month", message("creative.measures.col.month"), href="url"),
    Column("events", message("creative.measures.events"), "integer", summable=True),
    Column("hours", message("creative.measures.minutes"), "decimal", summable=True, places=1),
    Column("use", message("creative.measures.use"), "percent", places=1, missing=message("creative.measures.none")),
    Column("visits", message("creative.measures.visits"), "integer", summable=True,
           missing=message("creative.measures.none")),
    Column("people", message("creative.measures.people"), "integer", missing=message("creative.measures.none")),
    Column("organisers", message("creative.measures.organisers"), "integer"),
    Column("new_organisers", message("creative.measures.new_organisers"), "integer", summable=True),
    Column("requests", message("creative.measures.requests"), "integer", summable=True),
    Column("refused", message("creative.measures.refused"), "integer", summable=True),
    Column("no_show", message("creative.measures.no_show"), "integer", summable=True),
    Column("charged", message("creative.measures.charged"), "rupiah", missing=message("creative.measures.none")),
    Column("received", message("creative.measures.received"), "rupiah", missing=message("creative.measures.none")),
    Column("state", message("creative.measures.col.state"))), order="month", per_page=24, prefix="bln_")


def month_row(numbers: Mapping[str, Any], state: Message, url: str, lang: Language) -> Row:
    heads, use = numbers["headlines"], value_of(numbers, "use")[0]
    money = numbers["earned"] or {}
    return {"month": numbers["month"], "url": url, "events": heads["events"], "hours": Fraction(heads["minutes"], 60),
            "use": None if use is None else use / 100, "visits": heads["visits"], "people": heads["people"],
            "organisers": heads["organisers"], "new_organisers": heads["new_organisers"],
            "requests": heads["requests"], "refused": heads["refused"], "no_show": heads["no_show"],
            "charged": money.get("charged"), "received": money.get("received"), "state": state.text(lang)}


def curve(months: Sequence[Mapping[str, Any]], year: int) -> LineChart | None:
    """Events of each month of a year."""
    known = [one for one in months if one["headlines"]["events"]]
    if len(known) < 2:
        return None
    top = max(known, key=lambda one: (one["headlines"]["events"], one["month"]))
    points = tuple(Point(date.fromisoformat(f"{one['month']}-01"), one["headlines"]["events"]) for one in months)
    return LineChart(message("creative.measures.curve.title", events=top["headlines"]["events"],
                             month=month_words(date.fromisoformat(f"{top['month']}-01"))),
                     message("creative.measures.curve.summary", year=str(year)),
                     (Series(message("creative.measures.events"), points, "daun"),))


DIFFERENCES = Table("selisih", message("creative.months.differences"), (
    Column("name", message("creative.months.col.number")), Column("before", message("creative.months.col.closed")),
    Column("after", message("creative.months.col.now"))), per_page=40, prefix="d_")


def difference_rows(found: Sequence[Difference], names: Mapping[str, str], lang: Language) -> list[Row]:
    """Headline numbers, capacity and groups that differ; the pairs of a share are told as they are stored."""
    return [{"name": path_words(one.path, names, lang), "before": _told(one.before, lang),
             "after": _told(one.after, lang)} for one in found if one.path[0] not in ("format", "refusals")]


def path_words(path: Sequence[str], names: Mapping[str, str], lang: Language) -> str:
    """A stored number by its place: ``Menurut ruang, Auditorium: kegiatan``."""
    kind = path[0]
    if kind == "headlines":
        return words(f"creative.measures.{path[1]}", lang)
    if kind == "groups":
        what = words(f"creative.measures.{('events', 'minutes_exact', 'visits')[int(path[3])]}", lang)
        return f"{words(f'creative.measures.by.{path[1]}', lang)}, {group_name(path[1], path[2], names, lang)}: {what}"
    if kind == "hours":
        day, hour = path[1].split("-")
        return f"{WEEKDAYS[int(day)].text(lang)} {hour}.00: {words('creative.measures.minutes_exact', lang)}"
    known = {"capacity", "days_off", "use_of_space", "helix", "cost_of_year", "earned", "turned_away"}
    head = words(f"creative.months.part.{kind}", lang) if kind in known else kind
    rest = [names.get(f"space:{one}", one) for one in path[1:]]
    return ": ".join([head, *rest[:1]]) + (f" ({rest[1]})" if len(rest) > 1 else "")


def _told(value: int | str | None, lang: Language) -> str:
    if value is None:
        return words("creative.measures.none", lang)
    return message("creative.measures.plain", value=value).text(lang) if isinstance(value, int) else value
