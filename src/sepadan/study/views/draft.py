"""The page on which a draft PBB law is typed in and tried on the region's own roll. The address is the draft."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language

from sepadan.ground.assumptions import load_assumptions
from sepadan.ground.charts import Bar, BarChart, Strip, StripChart
from sepadan.ground.figures import Language
from sepadan.ground.messages import Message, message
from sepadan.ground.problems import Problem, Refused
from sepadan.ground.statutes import load_book
from sepadan.study.engine.tax_practice import read_tax_practice
from sepadan.study.engine.tax_replay import Comparison
from sepadan.study.services.region_rolls import ComingRoll
from sepadan.study.services.trials import Trial, try_draft
from sepadan.study.views.coming import awaited
from sepadan.tax.engine import what_if_draft as forms
from sepadan.tax.names import Tiering
from sepadan.territory.public import village_names


def draft_law(request: HttpRequest, kode: str) -> HttpResponse:
    """Without a query: the law in force as a place to start. With one: the draft and what it does."""
    lang: Language = "en" if (get_language() or "id").startswith("en") else "id"
    on, book = timezone.localdate(), load_book()
    tried = "rate1" in request.GET
    trial: Trial | None = None
    refusal: Problem | None = None
    waits: list[ComingRoll] = []
    if tried:
        form = forms.read(request.GET)
        if form.valid:
            try:
                trial = try_draft(kode, on, form.values)
            except Refused as refused:
                refusal, waits = refused.problem, awaited(refused.problem, request.region)  # type: ignore[attr-defined]
    else:
        practice = read_tax_practice(book, kode, on, load_assumptions())
        form = forms.blank(practice.rule, comma=lang == "id")
    errors = [(name, forms.name_of(name), fault) for name, fault in form.problems.items()]
    context: dict[str, Any] = {
        "kode": kode, "form": form, "errors": errors, "refusal": refusal, "trial": trial, "tiering": tuple(Tiering),
        "name": book.name(kode), "sample": trial.roll_label if trial and trial.synthetic else None,
        "other_fields": [(name, forms.name_of(name), form.fields[name], form.problems.get(name))
                         for name in ("njoptkp", "ratio", "waiver_up_to", "stimulus", "food_land_rate")],
        "coming": waits, "quiet": True,
        "rows": [(row, forms.name_of(f"to{row.number}"), forms.name_of(f"rate{row.number}"),
                  form.problems.get(f"to{row.number}"), form.problems.get(f"rate{row.number}")) for row in form.rows],
    }  # fmt: skip
    if trial is not None:
        context |= outcome(trial.comparison, village_names(request.region))  # type: ignore[attr-defined]
        context["cliffs"] = trial.cliffs
        context["assumed"] = [trial.draft.assumptions.why("pbb", name) for name in trial.draft.assumed]
        context["fingerprint"] = trial.draft.fingerprint()
    return render(request, "study/draft.html", context, status=503 if waits else 422 if errors or refusal else 200)


def outcome(comparison: Comparison, names: Mapping[str, str]) -> dict[str, Any]:
    """Charts and rows of a comparison, for any page that shows a run against the baseline."""
    counts = comparison.counts
    return {
        "revenue": BarChart(
            message("study.draft.revenue"), "",
            (Bar(message("study.draft.now"), comparison.before.payable, "guest"),
             Bar(message("study.draft.draft"), comparison.after.payable, "daun", note=_change(comparison.change))),
            form="rupiah_short",
        ),
        "winners": winners(comparison),
        "counts": message("study.draft.counts", down=counts["down_over_20"] + counts["down_2_20"],
                          up=counts["up_over_20"] + counts["up_2_20"], same=counts["same"]),
        "waived": comparison.after.waived,
        "villages": [(", ".join(names.get(code, code) for code in one.codes), one) for one in comparison.villages],
    }  # fmt: skip


def _change(change: Fraction | None) -> Message | str:
    if not change:
        return ""
    return message(f"study.doc.change.{'up' if change > 0 else 'down'}", share=abs(change))


def winners(comparison: Comparison) -> StripChart:
    """Deciles as strips of five shades; a decile without objects is left out."""
    strips = []
    for decile in comparison.deciles:
        total = sum(decile.counts) or 1
        shares = tuple(Fraction(count, total) for count in decile.counts)
        last = decile.number == 10
        extent = message("study.draft.decile.over") if last else message("study.draft.decile.to", njop=decile.njop_to)
        strips.append(Strip(str(decile.number), shares, decile.change, extent))  # type: ignore[arg-type]
    return StripChart(message("study.draft.winners"), message("study.draft.winners.summary"), tuple(strips),
                      message("study.draft.decile"))
