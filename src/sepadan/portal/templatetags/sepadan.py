"""``{% load sepadan %}``: the words, figures and components of the product in a template.

Every tag writes in the language of the request. Where a tag takes a text it takes words (text, ``{"id", "en"}`` or a
``Message``) or a message key. The style guide (``/id/gaya/``) shows each with its call.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any, cast

from django import template
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from sepadan.ground import charts, figures
from sepadan.ground.cells import Cell, Contradiction, Number
from sepadan.ground.charts import BarChart, Chart, StripChart
from sepadan.ground.figures import Language
from sepadan.ground.messages import render
from sepadan.ground.tables import Listing
from sepadan.portal import components
from sepadan.portal.components import text_of

register = template.Library()
_PARTS = "portal/components"


def lang_now() -> Language:
    active = (get_language() or "id")[:2]
    return cast("Language", active if active in figures.LANGUAGES else "id")


@register.simple_tag
def lang() -> str:
    """The language of the moment, for ``<html lang>`` of a page without a request."""
    return lang_now()


@register.simple_tag
def stylesheet() -> SafeString:
    """The whole stylesheet inside the page, font included: for a file that stands alone, never for a served page."""
    return mark_safe(f"<style>{components.whole_stylesheet()}</style>")


# --- words -----------------------------------------------------------------------------------------------------------
@register.simple_tag
def say(key: str, **params: Any) -> SafeString:
    """``{% say "study.title" guest=guest.name %}``: the sentence of a key. Safe markup in a parameter is kept."""
    text, signs = components.with_markup(key, lang_now(), params)
    html = str(escape(text))
    for sign, markup in signs.items():
        html = html.replace(sign, markup)
    return mark_safe(html)


@register.filter
def words(value: Any) -> str:
    """``{{ cell.label|words }}``: words, a message, a day or a number as text in this language."""
    return text_of(value, lang_now())


# --- figures ---------------------------------------------------------------------------------------------------------
@register.filter
def rupiah(value: Number | None) -> str:
    """``Rp43.120``."""
    return "" if value is None else figures.rupiah(value, lang_now())


@register.filter
def rupiah_short(value: Number | None, digits: int = 4) -> str:
    """``Rp825,5 miliar`` from a milliard on."""
    return "" if value is None else figures.rupiah_short(value, lang_now(), digits)


@register.filter
def number(value: Number | None, places: int | None = None) -> str:
    """``1.234,5``; ``{{ x|number:2 }}`` fixes the decimals."""
    return "" if value is None else figures.number(value, lang_now(), places)


@register.filter
def percent(value: Number | None, places: int | None = None) -> str:
    """``98,4 %`` of 0.984; ``{{ x|percent:1 }}`` fixes the decimals."""
    return "" if value is None else figures.percent(value, lang_now(), places)


@register.filter
def day(value: date | None, style: str = "") -> str:
    """``16 Jan 2025``; ``{{ x|day:"long" }}`` writes the month out."""
    return "" if value is None else figures.day(value, lang_now(), long=style == "long")


@register.filter
def clock(value: datetime | None) -> str:
    """``09.12 WIB`` in the zone that the value carries."""
    return "" if value is None else figures.clock(value, lang_now())


# --- the public number -----------------------------------------------------------------------------------------------
@register.simple_tag
def sure(disc: int | None) -> SafeString:
    """The disc of confidence, 4 full to 0 suspect; nothing when nothing is known."""
    if disc is None:
        return SafeString("")
    lang = lang_now()
    word = render(f"ground.cells.confidence.{disc}", lang)
    name = render("portal.sure", lang, {"word": word})
    return format_html('<i class="sure sure-{}" role="img" aria-label="{}" title="{}"></i>', disc, name, name)


@register.inclusion_tag(f"{_PARTS}/cell.html")
def cell(value: Cell, form: str = "figure", end: bool = False) -> dict[str, Any]:
    """``{% cell c %}`` with label and meta, or ``{% cell c "inline" %}`` alone; ``end=True`` opens leftwards."""
    return {"c": components.cell_view(value, lang_now()), "figure": form == "figure", "end": end}


@register.inclusion_tag(f"{_PARTS}/value.html")
def value(cell: Cell) -> dict[str, Any]:
    """A number in a dense table: its rule, unit and disc, without the origin."""
    return {"c": components.cell_view(cell, lang_now())}


@register.inclusion_tag(f"{_PARTS}/contradiction.html")
def contradiction(value: Contradiction, tone: str = "") -> dict[str, Any]:
    """Two to four published values on one scale and the rule of choice."""
    rivals = components.rival_views(value, lang_now())
    return {"rivals": rivals, "why": text_of(value.why, lang_now()), "tone": tone}


@register.inclusion_tag(f"{_PARTS}/gate.html")
def gate(verdict: str) -> dict[str, Any]:
    """``{% gate "note" %}``: yes, note or no, with sign and words; the reason stands beside it."""
    return {"verdict": verdict, "sign": components.GATE_SIGNS[verdict], "key": f"portal.gate.{verdict}"}


@register.inclusion_tag(f"{_PARTS}/steps.html")
def steps(lines: Iterable[Any]) -> dict[str, Any]:
    """The steps of an engine (``Explained``) or written ``StepLine`` values."""
    return {"steps": components.step_views(lines, lang_now())}


# --- charts ----------------------------------------------------------------------------------------------------------
@register.inclusion_tag(f"{_PARTS}/chart.html")
def chart(spec: Chart, name: str = "chart", level: int = 3, download: str = "") -> dict[str, Any]:
    """A chart with its finding, sentence, table twin and download; *name* is unique on the page."""
    lang = lang_now()
    drawn: dict[str, Any] = {}
    if isinstance(spec, BarChart):
        drawn = {"bars": components.bar_views(spec, lang)}
    elif isinstance(spec, StripChart):
        drawn = {"strips": components.strip_views(spec, lang), "key": components.key_views(spec, lang)}
    else:
        wide = charts.svg(spec, lang, name=f"{name}-w", extra_class="wide")
        slim = charts.svg(spec, lang, name=f"{name}-s", width=charts.SLIM, extra_class="slim")
        drawn = {"svg": mark_safe(wide + slim)}
    return {**drawn, "title": text_of(spec.title, lang), "summary": text_of(spec.summary, lang), "level": level,
            "notes": charts.notes(spec, lang), "twin": _zipped(charts.twin(spec, lang)), "download": download}


def _zipped(twin: charts.Twin) -> dict[str, Any]:
    heads = list(zip(twin.heads, twin.numeric, strict=True))
    return {"heads": heads, "rows": [list(zip(row, twin.numeric, strict=True)) for row in twin.rows]}


@register.inclusion_tag(f"{_PARTS}/before_after.html")
def before_after(spec: BarChart) -> dict[str, Any]:
    """Bars alone, without title and twin: beside a figure that already says what they show."""
    return {"bars": components.bar_views(spec, lang_now())}


@register.inclusion_tag(f"{_PARTS}/winners_losers.html")
def winners_losers(spec: StripChart) -> dict[str, Any]:
    """Strips alone, with their key."""
    return {"strips": components.strip_views(spec, lang_now()), "key": components.key_views(spec, lang_now())}


@register.inclusion_tag(f"{_PARTS}/hexmap.html")
def hexmap(svg: str, label: Any, classes: Sequence[tuple[str, Any]], twin: charts.Twin | None = None,
           twin_label: Any = "", disc: int | None = None) -> dict[str, Any]:
    """A hexagon map: the SVG of territory, its key (``("q1", "5–6")``), the disc of its values, the table twin."""
    lang = lang_now()
    return {"svg": mark_safe(svg), "label": text_of(label, lang), "disc": disc,
            "classes": [(name, text_of(one, lang)) for name, one in classes],
            "twin": _zipped(twin) if twin else None, "twin_label": text_of(twin_label, lang)}


# --- small signs -----------------------------------------------------------------------------------------------------
@register.simple_tag
def chip(tone: str, text: Any) -> SafeString:
    """``{% chip "care" "portal.word.sample" %}``: sign and word; ok, care, bad, wait, host, guest or empty."""
    return format_html('<span class="chip{}">{}</span>', f" {tone}" if tone else "", text_of(text, lang_now()))


@register.simple_tag
def tick(tone: str) -> SafeString:
    """The sign before a check: ok, care or bad."""
    name = render(f"portal.tick.{tone}", lang_now())
    return format_html('<span class="tick{}" role="img" aria-label="{}">{}</span>', "" if tone == "ok" else f" {tone}",
                       name, components.TICK_SIGNS[tone])


# --- lists, forms, frame ---------------------------------------------------------------------------------------------
@register.inclusion_tag(f"{_PARTS}/table.html")
def table(listing: Listing, level: int = 0, note: Any = "") -> dict[str, Any]:
    """A ``Listing`` with filter row, head links, sums, pages and downloads. *level* prints its caption as a heading."""
    lang = lang_now()
    return {"t": listing, "caption": text_of(listing.table.caption, lang), "level": level, "note": text_of(note, lang)}


@register.inclusion_tag(f"{_PARTS}/timeline.html")
def timeline(events: Iterable[Any]) -> dict[str, Any]:
    """Events with ``when``, ``text`` and, if any, ``role`` (host, guest), ``who``, ``pin``, ``href``."""
    return {"events": events}


@register.inclusion_tag(f"{_PARTS}/history.html")
def history(entries: Iterable[Any]) -> dict[str, Any]:
    """Audit entries with ``when``, ``who``, ``what`` and, if any, ``why``, newest first."""
    return {"entries": entries}


@register.inclusion_tag(f"{_PARTS}/stages.html")
def stages(items: Iterable[Any]) -> dict[str, Any]:
    """Stages of a run with ``state`` (done, now, bad or empty), ``name`` and ``text``."""
    return {"items": items}


@register.inclusion_tag(f"{_PARTS}/facts.html")
def facts(pairs: Iterable[Any], form: str = "facts") -> dict[str, Any]:
    """``(label, value or cell)`` pairs side by side; ``"defs"`` for the lines of a record."""
    return {"pairs": components.pairs_of(pairs, lang_now()), "form": form}


@register.inclusion_tag(f"{_PARTS}/empty.html")
def empty(what: Any, href: str = "", act: Any = "") -> dict[str, Any]:
    """What would stand here and why it does not, with the one act that fills it."""
    return {"what": text_of(what, lang_now()), "href": href, "act": text_of(act, lang_now())}


@register.inclusion_tag(f"{_PARTS}/errors.html")
def errors(form: Any, title: str = "portal.errors.title", focus: bool = True) -> dict[str, Any]:
    """The error summary of a form (above it), or of ``(field id, label, text)`` triples. It takes the focus."""
    lang = lang_now()
    rows = _form_errors(form) if hasattr(form, "errors") else list(form)
    shown = [(one, text_of(label, lang), text_of(text, lang)) for one, label, text in rows]
    return {"rows": shown, "title": render(title, lang, {"n": len(shown)}), "focus": focus}


def _form_errors(form: Any) -> list[tuple[str, Any, str]]:
    rows = [("", "", str(text)) for text in form.non_field_errors()]
    return rows + [(bound.id_for_label or bound.auto_id, bound.label, str(text)) for bound in form for text in
                   bound.errors]


@register.inclusion_tag(f"{_PARTS}/field.html")
def field(bound: Any, label: Any = "", hint: Any = "", optional: bool | None = None) -> dict[str, Any]:
    """A form field: label above, hint between label and box, error below the label; optional ones say so."""
    lang = lang_now()
    widget = bound.field.widget
    kind = getattr(widget, "input_type", "")
    return {"f": bound, "label": text_of(label or bound.label, lang), "hint": text_of(hint or bound.help_text, lang),
            "optional": not bound.field.required if optional is None else optional,
            "group": kind == "radio" or widget.use_fieldset, "single_check": kind == "checkbox"
            and not widget.use_fieldset}


@register.inclusion_tag(f"{_PARTS}/crumbs.html")
def crumbs(*parts: Any) -> dict[str, Any]:
    """``{% crumbs "portal.nav.studies" studies_url title %}``: label, address, label, address, ..., this page."""
    lang = lang_now()
    pairs = [(text_of(parts[k], lang), str(parts[k + 1])) for k in range(0, len(parts) - 1, 2)]
    return {"pairs": pairs, "here": text_of(parts[-1], lang) if len(parts) % 2 else ""}


@register.inclusion_tag(f"{_PARTS}/tabs.html")
def tabs(items: Iterable[Any], label: Any) -> dict[str, Any]:
    """``(text, href, current)`` triples; *label* names the group. With none current: the topics of a long page, which
    stay in sight."""
    lang = lang_now()
    shown = [(text_of(text, lang), href, current) for text, href, current in items]
    return {"items": shown, "label": text_of(label, lang), "jump": not any(current for _, _, current in shown)}


@register.inclusion_tag(f"{_PARTS}/meter.html")
def meter(done: int, total: int, label: Any) -> dict[str, Any]:
    """How far a job is: a bar and the same in words."""
    return {"done": str(done), "total": str(total), "label": text_of(label, lang_now()),
            "share": figures.percent(charts.scale.fraction(done) / total, lang_now(), 0) if total else ""}


@register.inclusion_tag(f"{_PARTS}/toasts.html", takes_context=True)
def toasts(context: Any) -> dict[str, Any]:
    """What was saved, from Django's messages; stays until closed or the next page."""
    return {"messages": list(context.get("messages") or [])}


@register.inclusion_tag(f"{_PARTS}/languages.html")
def languages(links: Iterable[Any]) -> dict[str, Any]:
    """ID | EN, links to the same page."""
    return {"links": links}
