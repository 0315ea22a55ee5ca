"""The study page: a guest's roll under a host's law, with waste, creative centre, gate and claims.

The address is the study: guest, host, ``?pada=`` the day of the law, ``?tuas=`` the lever, ``?njop=`` a household. It
is computed when it is asked for, from the roll's snapshot; nothing is cached or stored.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language

from sepadan.ground.assumptions import load_assumptions
from sepadan.ground.charts import Bar, BarChart
from sepadan.ground.entry import read_rupiah
from sepadan.ground.figures import Language, number
from sepadan.ground.messages import message
from sepadan.ground.problems import Problem, Refused, problem
from sepadan.ground.step_lines import step_line
from sepadan.study.engine.centre import centre_facts, replay_centre
from sepadan.study.engine.claims import check_claim
from sepadan.study.engine.derived import figure
from sepadan.study.engine.gate import compare
from sepadan.study.engine.practice import notices
from sepadan.study.engine.tax_study import TaxStudy, bill_steps, household
from sepadan.study.engine.waste import replay_waste, waste_facts
from sepadan.study.facts import load_claims, load_indicators, load_practices, load_visits, load_waste_assumptions
from sepadan.study.services.studies import replay_tax
from sepadan.study.views.coming import awaited
from sepadan.study.views.draft import winners
from sepadan.tax.engine.pbb import check_njop
from sepadan.tax.names import Use
from sepadan.territory.public import find_region

LEVERS = ("ratio", "rates", "ratio_by_band")
VISIT_DAY = date(2025, 1, 16)
LEVEL_FIGURES = ("pop_dukcapil", "area_km2", "tax_total", "waste_gen_tpd")
GATE_FIGURES = ("tax_per_capita_rp", "pbb_target_per_capita_rp", "waste_managed_share", "tax_collection_vs_target_pct",
                "waste_kg_cap_day", "hub_events", "ipm", "poverty_rate")  # fmt: skip


def replay(request: HttpRequest, kode: str, host: str) -> HttpResponse:
    """*kode* is the guest, whose region is in scope; *host* whose practice is replayed."""
    lang: Language = "en" if (get_language() or "id").startswith("en") else "id"
    guest_region, host_region = find_region(kode), find_region(host)
    if guest_region is None or host_region is None or kode == host:
        raise Http404
    on, lever, njop, use, faults = _wanted(request.GET)
    context: dict[str, Any] = {
        "guest": guest_region, "host": host_region, "on": on, "lever": lever, "faults": faults, "use": use.value,
        "njop": number(njop, lang), "njop_millions": min(max(njop // 1_000_000, 50), 5000),
        "levers": [(name, message(f"study.page.lever.{name}"), name == lever) for name in LEVERS],
        "back": reverse("study:replay", args=[host, kode]),
    }  # fmt: skip
    try:
        whole = request.GET.get("rinci") == "1"
        study = replay_tax(guest_region, host, on, load_assumptions(), lever, whole=whole)  # type: ignore[arg-type]
        context["whole"] = whole
        context |= tax_context(study, njop, use)
    except Refused as refusal:
        context |= {"tax_refused": refusal.problem, "coming": awaited(refusal.problem, guest_region)}
    context |= figures_context(kode, host, on)
    return render(request, "study/replay.html", context, status=422 if faults else 200)


def _wanted(data: Mapping[str, str]) -> tuple[date, str | None, int, Use, list[Problem]]:
    """Day, lever and household of the address; what cannot be read is told and its default used."""
    faults: list[Problem] = []
    on, njop = VISIT_DAY, 300_000_000
    try:
        on = date.fromisoformat(data["pada"]) if data.get("pada") else VISIT_DAY
    except ValueError:
        faults.append(Problem(message("portal.law.bad_day", text=data["pada"]), "",
                              message("portal.law.bad_day.remedy", text=data["pada"])))
    try:
        if data.get("njop"):
            wanted = read_rupiah(data["njop"], "NJOP")
            check_njop(wanted)
            njop = wanted
    except Refused as refusal:
        faults.append(refusal.problem)
    lever = data.get("tuas") or None
    if lever is not None and lever not in LEVERS:
        faults.append(problem("study.page.lever.unknown", remedy="study.page.lever.unknown.remedy", given=lever,
                              known=", ".join(LEVERS)))
        lever = None
    use = Use.FOOD_LAND if data.get("guna") == Use.FOOD_LAND.value else Use.GENERAL
    return on, lever, njop, use, faults


def tax_context(study: TaxStudy, njop: int, use: Use) -> dict[str, Any]:
    """Charts, tables and the household of the tax replay."""
    low, high = study.as_is_band
    before, as_is = study.as_is.before.payable, study.as_is.after.payable
    neutral = study.neutral
    band = (low, high) if low < high else (None, None)
    bars = BarChart(message("study.page.revenue"), "", (
        Bar(message("study.page.now"), before, "guest"),
        Bar(message("study.page.as_is"), as_is, "host", low=band[0], high=band[1]),
        Bar(message(f"study.page.neutral.{_lever_key(study)}", value=neutral.value), neutral.totals.payable, "host"),
    ), form="rupiah_short")  # fmt: skip
    home = household(study.own.rule, study.foreign.rule, neutral.rule, njop, use=use)
    steps = []
    for key, rule in (("now", study.own.rule), ("as_is", study.foreign.rule)):
        try:
            steps.append((message(f"study.page.{key}"), [step_line(one) for one in bill_steps(rule, njop, use=use)]))
        except Refused as refusal:
            steps.append((message(f"study.page.{key}"), refusal.problem))
    return {
        "study": study, "sample": study.roll.label if study.roll.synthetic else None, "bars": bars,
        "change": study.as_is.change, "change_band": study.change_band if study.alternatives else None,
        "winners": winners(study.neutral_comparison),
        "winners_as_is": winners(study.as_is), "home": home, "home_steps": steps,
        "villages": study.neutral_comparison.villages, "as_is_villages": study.as_is.villages,
        "cliff_laws": [(message("study.page.law_of_guest"), study.own_cliffs),
                       (message("study.page.law_of_host"), study.foreign_cliffs)],
    }  # fmt: skip


def _lever_key(study: TaxStudy) -> str:
    """A lever that stopped at its bound does not keep the revenue, and is not said to."""
    solved = study.neutral.within_bounds or study.lever == "ratio_by_band"
    return study.lever if solved else f"{study.lever}_bound"


def figures_context(guest: str, host: str, on: date) -> dict[str, Any]:
    """What rests on published figures: the two on one level, notices, waste, centre, gate, claims."""
    book, today = load_indicators(), timezone.localdate()
    assumptions = load_waste_assumptions()
    level = [[_cell(book, code, name) for name in LEVEL_FIGURES] for code in (host, guest)]
    visits = [one for one in load_visits() if {one.guest, one.host} == {guest, host}]
    claims = [check_claim(book, one, assumptions) for one in load_claims() if one.about in (guest, host)]
    waste = replay_waste(waste_facts(book, guest), waste_facts(book, host), assumptions)
    return {
        "level_host": [one for one in level[0] if one], "level_guest": [one for one in level[1] if one],
        "notices": notices(load_practices(), host, seen_on=on, today=today),
        "waste": waste, "waste_bars": _waste_bars(waste), "life_bars": _life_bars(waste),
        "centre": replay_centre(centre_facts(book, guest), centre_facts(book, host)),
        "gate_rows": [compare(book, name, host, guest) for name in GATE_FIGURES if _known(book, name)],
        "claims": claims, "visit": visits[0] if visits else None,
        "lessons_back": visits[0].lessons_for("host") if visits else (),
        "lessons": visits[0].lessons_for("guest") if visits else (),
    }  # fmt: skip


def _known(book: Any, name: str) -> bool:
    return name in book.indicators


def _cell(book: Any, code: str, name: str) -> Any:
    try:
        return figure(book, code, name).cell
    except (KeyError, Refused):
        return None


def _waste_bars(waste: Any) -> BarChart | None:
    """Tonnes a year that stay unmanaged: now, and with the host's rates."""
    if waste.now is None or waste.as_host is None:
        return None
    return BarChart(message("study.page.waste.unmanaged"), "", (
        Bar(message("study.page.waste.now"), waste.now.unmanaged_t, "guest"),
        Bar(message("study.page.waste.as_host"), waste.as_host.unmanaged_t, "host"),
    ), form="number0", unit={"id": "ton", "en": "tonnes"})  # fmt: skip


def _life_bars(waste: Any) -> BarChart | None:
    """How long the host's cell lasts under each flow, with the band over density and cover."""
    if not waste.lives:
        return None
    bars = tuple(
        Bar(row.label, row.band.middle, row.side, low=row.band.low, high=row.band.high)
        for row in waste.lives if row.band.middle is not None
    )
    return BarChart(message("study.page.waste.life"), "", bars, form="number1", unit={"id": "tahun", "en": "years"})
