"""Other rules tried on the centre's own requests of the last year, at the desk; each difference leads to its request.

The address holds the trial (``?berkas=...`` or single values), so that it can be handed on; a file that was pasted is
read and forgotten. Nothing is written.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from sepadan.creative.access import centre_open
from sepadan.creative.desk import desk_page
from sepadan.creative.engine.centre_rules import LIMITS, CentreRules, RuleChange
from sepadan.creative.engine.recurrence import SKIPS
from sepadan.creative.engine.replay import OUTCOMES, Replayed, Result, reason_words
from sepadan.creative.models import Booking, Centre
from sepadan.creative.queries.known import Knowledge
from sepadan.creative.queries.request_log import rules_now
from sepadan.creative.services.replaying import (
    Trial,
    changed_rules,
    rule_files,
    rules_of_file,
    rules_of_text,
    try_rules,
)
from sepadan.creative.views.calendar import read_time
from sepadan.creative.views.measures import file_of
from sepadan.creative.views.month_reading import names_of
from sepadan.ground.charts import Bar, BarChart
from sepadan.ground.messages import Message, message
from sepadan.ground.messages import render as words
from sepadan.ground.problems import Problem, Refused, refuse
from sepadan.ground.tables import Column, Listing, ListRows, Row, Table
from sepadan.records.public import language, needs, now, region_of, today

DIFFERENT = Table("ulang-permohonan", message("creative.replay.different"), (
    Column("number", message("creative.booking.number"), href="url"),
    Column("organiser", message("creative.ask.organiser")), Column("space", message("creative.ask.space"), choice=True),
    Column("day", message("creative.measures.col.day"), "date"),
    Column("before", message("creative.replay.col.before"), choice=True,
           words={one: message(f"creative.replay.outcome.{one}") for one in OUTCOMES}),
    Column("after", message("creative.replay.col.after"), choice=True,
           words={one: message(f"creative.replay.outcome.{one}") for one in OUTCOMES}),
    Column("reason", message("creative.replay.col.reason"), choice=True)), order="day", per_page=25,
    search=("number", "organiser"))
FIELDS = ("berkas", "buka", "tutup", "skip", *LIMITS)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@needs("creative.read")
def trial(request: HttpRequest, kode: str, centre: str) -> HttpResponse:
    """The form, and below it what the rules would have done with last year's requests."""
    found, region = centre_open(centre), region_of(request)
    data = {name: request.GET.get(name, "")[:40].strip() for name in FIELDS}
    text = str(request.POST.get("aturan", "")) if request.method == "POST" else ""
    refusal: Problem | None = None
    rules: CentreRules | None = None
    try:
        rules = _rules(found, data, text)
    except Refused as refused:
        refusal = refused.problem
    context: dict[str, Any] = {}
    if rules is not None:
        done = try_rules(found, rules, known=Knowledge(now()), today=today(region))
        if done is not None:
            listing = Listing(DIFFERENT, ListRows(_rows(done, found, kode)), request.GET.dict(), language())
            if listing.wanted:
                return file_of(listing)
            context = {"trial": done, "listing": listing, **told(done)}
    own = rules_now(found)
    return desk_page(request, "creative/replay.html", {
        "centre": found, "data": data, "refusal": refusal, "rules": rules, "text": text, "skips": SKIPS,
        "limits": [(name, f"creative.replay.part.{name}", data[name]) for name in LIMITS],
        "files": [(one.stem, data["berkas"] == one.stem) for one in rule_files()],
        "own": [(message(f"creative.replay.part.{part}"), part_words(part, value))
                for part, value in own.written.items()], **context}, status=422 if refusal else 200)


def _rules(centre: Centre, data: Mapping[str, str], text: str) -> CentreRules | None:
    """The rules asked for; None where nothing was asked yet. Raises Refused on what cannot be read."""
    if text.strip():
        return rules_of_text(text)
    changes: dict[str, Any] = {}
    if data["buka"] or data["tutup"]:
        opens, closes = read_time(data["buka"]), read_time(data["tutup"])
        if opens is None or closes is None or closes <= opens:
            raise refuse("creative.booking.times", where="buka, tutup")
        changes["hours"] = [{"weekdays": list(range(7)), "opens": f"{opens:%H:%M}", "closes": f"{closes:%H:%M}"}]
    if data["skip"]:
        changes["skip"] = data["skip"]
    for name in LIMITS:
        if data[name]:
            changes[name] = int(data[name]) if data[name].isascii() and data[name].isdigit() else data[name]
    start = rules_of_file(data["berkas"]) if data["berkas"] else rules_now(centre) if changes else None
    if start is None or not changes:
        return start
    return changed_rules(start, changes, start.name)


def told(done: Trial) -> dict[str, Any]:
    """The outcome as a page says it: counts, reasons, money, where the rules differ."""
    there = done.replayed
    return {
        "outcomes": [(message(f"creative.replay.outcome.{one}"), there.before[one], there.after[one])
                     for one in OUTCOMES],
        "lost": [(reason_words(one), count) for one, count in there.lost.items()],
        "won": [(reason_words(one), count) for one, count in there.won.items()],
        "bars": _bars(there), "money": [("own", there.own_money), ("other", there.money)],
        "changes": [(message(f"creative.replay.part.{one.part}"), *(_side(one, side) for side in ("own", "other")))
                    for one in done.changes]}


def _side(change: RuleChange, side: str) -> Message | str:
    return part_words(change.part, getattr(change, side))


def part_words(part: str, value: Any) -> Message | str:
    """One part of the rules in words."""
    if value is None:
        return message("creative.replay.no_rule")
    if part == "hours":
        return "; ".join(f"{_days(row['weekdays'])} {row['opens']}–{row['closes']}" for row in value)
    if part == "steps":
        return ", ".join(f"{one['step']} {one['days']}" for one in value)
    if part == "quotas":
        return "; ".join(f"{one['code']}: {one['limit']} {one.get('most', one.get('least_days', ''))}".strip()
                         for one in value)
    if part in ("skip", "step_days"):
        return message(f"creative.replay.{part}.{value}")
    if isinstance(value, Mapping):
        return ", ".join(f"{name}: {_plain(one)}" for name, one in value.items()) or message("creative.replay.no_rule")
    return str(value)


def _plain(value: Any) -> str:
    return ", ".join(f"{key} {one}" for key, one in value.items()) if isinstance(value, Mapping) else str(value)


def _days(days: list[int]) -> str:
    names = [words(f"creative.weekday.{day}", language()) for day in days]
    whole = len(days) > 2 and days == list(range(days[0], days[-1] + 1))
    return f"{names[0]}–{names[-1]}" if whole else ", ".join(names)


def _bars(there: Replayed) -> BarChart:
    """Granted dates before and after."""
    before, after = there.before["granted"], there.after["granted"]
    return BarChart(
        message("creative.replay.bars.title", before=before, after=after), message("creative.replay.bars.summary"),
        (Bar(message("creative.replay.own"), before, "guest"),
         Bar(message("creative.replay.other", name=there.rules.name or "–"), after, "host")))


def _rows(done: Trial, centre: Centre, kode: str) -> list[Row]:
    changed: list[Result] = done.replayed.changed
    names = names_of(centre)
    organisers = dict(Booking.objects.filter(pk__in={one.wish.booking for one in changed}).values_list(
        "id", "organiser"))
    return [{"number": one.wish.number, "url": reverse("creative:booking", args=[kode, one.wish.booking]),
             "organiser": organisers.get(one.wish.booking, ""),
             "space": names.get(f"space:{one.wish.space}", one.wish.space), "day": one.wish.start.date(),
             "before": one.wish.outcome, "after": one.outcome,
             "reason": reason_words(one.reason).text(language())} for one in changed]
