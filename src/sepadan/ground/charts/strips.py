"""Draws winners and losers: one strip per group, five shades from falls a lot to rises a lot, the mean change."""

from __future__ import annotations

from sepadan.ground.cells import Number, in_words
from sepadan.ground.charts.canvas import Canvas
from sepadan.ground.charts.metrics import cut, width
from sepadan.ground.charts.scale import fraction
from sepadan.ground.charts.spec import SHADES, Strip, StripChart
from sepadan.ground.figures import NBSP, Language, percent
from sepadan.ground.messages import render

_STRIP, _GAP, _KEY = 20.0, 6.0, 20.0


def change_text(value: Number | None, lang: Language) -> str:
    """``+11,1 %``, ``−5,3 %``; no change has no sign; an unknown mean is said to be so."""
    if value is None:
        return render("ground.charts.no_change", lang)
    text = percent(fraction(value), lang, 1)
    return text if fraction(value) <= 0 else f"+{text}"


def share_text(share: Number, lang: Language) -> str:
    """A share on its strip, in whole per cent; what is there but rounds to nothing is ``< 1 %``."""
    exact = fraction(share)
    return f"<{NBSP}1{NBSP}%" if 0 < exact < fraction(0.005) else percent(exact, lang, 0)


def strip_words(strip: Strip, chart: StripChart, lang: Language) -> str:
    """The strip as a sentence, for those who do not see it."""
    parts = [f"{render(f'ground.charts.shade.{shade}', lang)} {percent(fraction(share), lang, 1)}"
             for shade, share in zip(SHADES, strip.shares, strict=True) if share]
    label = f"{in_words(chart.group, lang)} {in_words(strip.label, lang)}"
    return f"{label}: {', '.join(parts)}"


def shown_shades(chart: StripChart) -> list[str]:
    """The shades that occur in the chart, in order: the key names these."""
    return [shade for k, shade in enumerate(SHADES) if any(strip.shares[k] for strip in chart.strips)]


def draw_strips(chart: StripChart, canvas: Canvas, lang: Language) -> float:
    labels = [_label(strip, lang) for strip in chart.strips]
    changes = [change_text(strip.change, lang) for strip in chart.strips]
    left = min(max(width(text, 13) for text in labels) + 12, canvas.width * 0.42)
    right = max(width(text, 13, bold=True) for text in changes) + 12
    y = _key(chart, canvas, lang)
    for strip, label, change in zip(chart.strips, labels, changes, strict=True):
        canvas.text("t", 0, y + 14, cut(label, 13, left - 8))
        _strip(canvas, strip, (left, y, canvas.width - right - left), lang)
        canvas.text("tb", canvas.width, y + 14, change, "end")
        y += _STRIP + _GAP
    return y - _GAP


def _label(strip: Strip, lang: Language) -> str:
    extent = in_words(strip.extent, lang)
    return f"{in_words(strip.label, lang)} · {extent}" if extent else in_words(strip.label, lang)


def _strip(canvas: Canvas, strip: Strip, where: tuple[float, float, float], lang: Language) -> None:
    """*where* is left edge, top and width."""
    x, y, room = where
    canvas.rect("tray", (x, y), room, _STRIP)
    for shade, share in zip(SHADES, strip.shares, strict=True):
        length = float(fraction(share)) * room
        if not length:
            continue
        canvas.rect(shade, (x, y), max(length - 1, 0.5), _STRIP)
        text = share_text(share, lang)
        if width(text, 12) + 10 <= length:
            canvas.text(f"t{shade}", x + 6, y + 14, text)
        x += length


def _key(chart: StripChart, canvas: Canvas, lang: Language) -> float:
    x, y = 0.0, 0.0
    for shade in shown_shades(chart):
        text = render(f"ground.charts.shade.{shade}", lang)
        need = 20 + width(text, 12) + 16
        if x and x + need > canvas.width:
            x, y = 0.0, y + _KEY
        canvas.rect(shade, (x, y), 12, 12)
        canvas.text("tm", x + 18, y + 10.5, text)
        x += need
    return y + _KEY + 6
