"""The examples of the style guide: every component once, with figures of the first two regions or made-up ones.

The values are examples, frozen here so that the page looks the same every day; pages of the product read the figures
themselves. Words lie in ``messages_style.yaml``.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from sepadan.ground.cells import Cell, Contradiction, Rival, Source, missing
from sepadan.ground.charts import (
    Bar,
    BarChart,
    Bin,
    Break,
    CliffChart,
    Curve,
    HistChart,
    LineChart,
    Piece,
    Point,
    RangeChart,
    Series,
    Span,
    Strip,
    StripChart,
)
from sepadan.ground.figures import Language
from sepadan.ground.messages import Message, message
from sepadan.ground.step_lines import LawRef, StepLine
from sepadan.ground.tables import Column, Listing, ListRows, Table
from sepadan.territory.public import Area, Drawing, Shading, hexmap_svg

JUTA, MILIAR = 10**6, 10**9
BIG = Source("BIG, Kepmendagri 300.2.2-2138/2025", published="2025")
LKPJ = Source("LKPJ Wali Kota Malang 2024", published="2025")
PRESS = Source("Malang Post", published=date(2025, 12, 19))


def say(name: str, **params: Any) -> Message:
    return message(f"portal.style.{name}", **params)


def cells() -> list[Cell]:
    """One of each kind and confidence."""
    return [
        Cell(say("population"), 889_359, say("people"), "realised", say("end_2024"), "high", source=BIG,
             method=say("as_is"), meaning=say("population.meaning"), trap=say("population.trap")),
        Cell(say("per_head"), 114_720_000, "", "realised", "2024", "medium-high", form="rupiah", source=LKPJ,
             trap=say("per_head.trap")),
        Cell(say("collected"), 663_640_000_000, "", "realised", say("until_september"), "medium", form="rupiah_short",
             source=PRESS, trap=say("collected.trap")),
        Cell(say("target"), 846_060_000_000, "", "target", "2025", "medium-high", form="rupiah_short", source=PRESS),
        Cell(say("running_cost"), 6 * MILIAR, "", "claim", "2025", "low", form="rupiah_short", high=7_500_000_000,
             source=PRESS, method=say("running_cost.method")),
        Cell(say("density"), Decimal("8006.69"), say("per_km2"), "derived", "2024", "high", form="number0",
             method=say("density.method")),
        Cell(say("events"), 13_958, say("events.unit"), "claim", "2025", "suspect", source=PRESS,
             trap=say("events.trap")),
        missing(say("bills"), say("bills.why"), instead=say("not_published")),
        Cell(say("neutral"), Decimal("2.067"), "×", "derived", "2025", "medium", form="number3",
             assumption=say("assumed")),
    ]


def area() -> Contradiction:
    def one(value: str, source: Message, note: Message, sure: Any) -> Cell:
        return Cell(say("area"), Decimal(value), "km²", "realised", "", sure, source=Source(source), method=note)

    return Contradiction((
        Rival(one("111.077", say("area.big"), say("area.big.note"), "high"), "used"),
        Rival(one("110.06", say("area.bps"), say("area.bps.note"), "medium"), "unused"),
        Rival(one("114.26", say("area.speech"), say("area.speech.note"), "low"), "unused"),
        Rival(one("145.28", say("area.wiki"), say("area.wiki.note"), "suspect"), "refused"),
    ), say("area.why"))


def steps() -> list[StepLine]:
    class_table = LawRef(say("law.classes"), "medium")
    return [
        StepLine(say("step.land"), "46.400.000", say("step.land.how"), (class_table,)),
        StepLine(say("step.building"), "+42.000.000", say("step.building.how"), (class_table,)),
        StepLine(say("step.allowance"), "−10.000.000", say("step.allowance.how"),
                 (LawRef(say("law.allowance"), "low", assumption=True),)),
        StepLine(say("step.rate"), "× 0,055 %", say("step.rate.how"), (LawRef("Perda Kota Malang 4/2023", "medium"),)),
        StepLine(say("step.due"), "Rp43.120", total=True),
    ]


def replay() -> BarChart:
    return BarChart(say("replay.title"), say("replay.summary"), (
        Bar(say("replay.now"), 825_500_000_000, "guest"),
        Bar(say("replay.as_is"), 399_400_000_000, "host", 378 * MILIAR, 422 * MILIAR, note="−51,6 %"),
        Bar(say("replay.neutral"), 825_500_000_000, "host", target=700 * MILIAR),
        Bar(say("replay.next"), None, reason=say("replay.next.reason")),
    ), "rupiah_short")


def winners() -> StripChart:
    rows = (("0.998", "0.002", "0", "0", "-0.053", 65), ("1", "0", "0", "0", "-0.053", 157),
            ("0.13", "0", "0", "0", "-0.224", 307), ("0", "0.01", "0.12", "0.05", "0.111", 0))
    strips = []
    for k, (down, same, up, far, change, top) in enumerate(rows, start=1):
        lot = 1 - sum(map(Decimal, (down, same, up, far)))
        extent = say("winners.to", top=top) if top else say("winners.above")
        shares = (lot, Decimal(down), Decimal(same), Decimal(up), Decimal(far))
        strips.append(Strip(str(k), shares, Decimal(change), extent))
    return StripChart(say("winners.title"), say("winners.summary"), tuple(strips), say("winners.group"))


def revenue() -> LineChart:
    realised = (556, 321, 431, None, 603, 655, 664)
    target = (520, 330, 500, 800, 824, 757, 846)
    return LineChart(say("revenue.title"), say("revenue.summary"), (
        Series(say("revenue.realised"), tuple(
            Point(2019 + k, None if one is None else one * MILIAR, say("revenue.gap") if one is None else "")
            for k, one in enumerate(realised)), "daun", "realised", (Break(2025, say("revenue.break")),)),
        Series(say("revenue.target"), tuple(Point(2019 + k, one * MILIAR) for k, one in enumerate(target)), "plain",
               "target"),
    ), "rupiah_short")


def landfill() -> RangeChart:
    return RangeChart(say("landfill.title"), say("landfill.summary"), (
        Span(say("landfill.design"), 5, 7),
        Span(say("landfill.host"), Decimal("2.6"), Decimal("3.6"), Decimal("3.1"), "host"),
        Span(say("landfill.guest"), Decimal("1.5"), Decimal("2.0"), Decimal("1.7"), "guest"),
    ), "number1", say("years"))


def cliffs() -> CliffChart:
    def pieces(bounds: list[int], rates: list[str]) -> tuple[Piece, ...]:
        out, low = [], 0
        for top, rate in zip([*bounds, 6000], rates, strict=True):
            out.append(Piece(low * JUTA, max(0, low - 10) * JUTA * Decimal(rate), top * JUTA,
                             (top - 10) * JUTA * Decimal(rate)))
            low = top
        return tuple(out)

    host = pieces([1500, 5000], ["0.00055", "0.00112", "0.00145"])
    guest = pieces([250, 750, 1000, 5000], ["0.0012", "0.0015", "0.00175", "0.002", "0.0022"])
    return CliffChart(say("cliffs.title"), say("cliffs.summary"), (
        Curve(say("cliffs.host"), host, "host"), Curve(say("cliffs.guest"), guest, "guest")),
        "NJOP", say("cliffs.bill"), cliffs=((1500 * JUTA, say("cliffs.jump")),))


def spread() -> HistChart:
    bins = ((0, 50, 90), (50, 100, 240), (100, 200, 420), (200, 400, 350), (400, 800, 140), (800, 1500, 40),
            (1500, 5000, 20))
    return HistChart(say("spread.title"), say("spread.summary"),
                     tuple(Bin(low * JUTA, high * JUTA, count * 1000) for low, high, count in bins),
                     "NJOP", say("spread.objects"), marks=((250 * JUTA, say("spread.mark")),))


def honeycomb(lang: Language) -> Drawing:
    """A map of eight imaginary kelurahan in two kecamatan; one value is not known."""
    cells = {"1": (0, 0), "2": (1, 0), "3": (0, 1), "4": (-1, 1), "5": (2, 0), "6": (1, 1), "7": (2, -1), "8": (2, 1)}
    areas = [Area(code, f"Kelurahan {code}", "A" if int(code) < 5 else "B", "Lor" if int(code) < 5 else "Kidul", cell)
             for code, cell in cells.items()]
    values: dict[str, int | None] = {"1": 5, "2": 7, "3": 9, "4": 12, "5": 6, "6": 24, "7": 13, "8": None}
    return hexmap_svg(areas, Shading(say("map.label"), values, missing=say("not_published")), lang=lang,
                      title=say("map.title"), name="peta-contoh")


TABLE = Table("contoh-kelurahan", say("table"), (
    Column("name", say("table.name"), href="url"),
    Column("district", say("table.district"), choice=True),
    Column("objects", say("table.objects"), "integer", summable=True),
    Column("due", say("table.due"), "rupiah", summable=True),
    Column("change", say("table.change"), "percent", places=2),
    Column("state", say("table.state"), words={"ok": say("table.fair"), "check": say("table.check")},
           tones={"ok": "ok", "check": "care"}),
), order="-due", per_page=6, search=("name",))
_ROWS = (
    ("Tunjungsekar", "Lowokwaru", 5_178, 3_416_860_102, "-0.0012", "ok"),
    ("Purwodadi", "Blimbing", 6_740, 3_279_192_204, "-0.0024", "ok"),
    ("Kesatrian", "Blimbing", 4_966, 3_155_990_247, "-0.0012", "check"),
    ("Sukun", "Sukun", 8_016, 2_878_231_469, "-0.0049", "ok"),
    ("Bunulrejo", "Blimbing", 10_428, 2_747_097_577, "-0.0085", "ok"),
    ("Purwantoro", "Blimbing", 11_138, 2_698_461_297, "-0.0106", "ok"),
    ("Jodipan", "Blimbing", 6_030, 2_661_607_913, "-0.0034", "ok"),
    ("Bandungrejosari", "Sukun", 9_151, 2_576_614_790, "-0.0087", "ok"),
    ("Lowokwaru", "Lowokwaru", 7_377, 2_410_917_055, "-0.0059", "check"),
    ("Madyopuro", "Kedungkandang", 9_434, 2_335_300_165, None, "ok"),
)


def listing(params: Mapping[str, str], lang: Language) -> Listing:
    rows = [{"name": name, "district": district, "objects": objects, "due": due, "state": state, "url": "#tabel",
             "change": Decimal(change) if change else None} for name, district, objects, due, change, state in _ROWS]
    return Listing(TABLE, ListRows(rows), params, lang)


def examples(lang: Language) -> dict[str, Any]:
    """The context of the style guide."""
    shown = cells()
    return {
        "cells": shown,
        "dense": shown[:4],
        "area": area(),
        "steps": steps(),
        "map": honeycomb(lang),
        "charts": [("replay", replay()), ("winners", winners()), ("revenue", revenue()), ("landfill", landfill()),
                   ("cliffs", cliffs()), ("spread", spread())],
        "events": [
            {"when": date(2025, 1, 16), "text": say("event.visit"), "pin": True},
            {"when": date(2025, 6, 12), "text": say("event.law"), "role": "host", "who": "Malang"},
            {"when": say("event.june"), "text": say("event.rdf"), "role": "guest", "who": "Bekasi"},
        ],
        "stages": [
            {"state": "done", "name": say("stage.roll"), "text": say("stage.roll.text")},
            {"state": "done", "name": say("stage.trial"), "text": say("stage.trial.text")},
            {"state": "now", "name": say("stage.check"), "text": say("stage.check.text")},
            {"state": "", "name": say("stage.approve"), "text": say("stage.approve.text")},
        ],
        "facts": [("NOP", "35.73.050.007.012-0031.0"), (say("fact.place"), "Mojolangu, Lowokwaru"),
                  (say("fact.area"), say("fact.area.value")), (say("population"), shown[0])],
        "history": [
            {"when": date(2025, 1, 2), "what": say("history.issued"), "who": say("history.who"),
             "why": say("history.why")},
            {"when": date(2024, 12, 12), "what": say("history.valued"), "who": say("history.who")},
        ],
        "problems": [("njop", "NJOP", say("error.njop")), ("kelas", say("error.class.label"), say("error.class"))],
        "tab_items": [(say("tab.tax"), "#komponen", True), (say("tab.waste"), "#komponen", False),
                      (say("tab.centre"), "#komponen", False)],
        "tokens": ["ground", "surface", "sunken", "ink", "ink-2", "ink-3", "line", "line-strong", "daun", "nila",
                   "soga", "manggis", "lumut", "kunyit", "saga"],
    }
