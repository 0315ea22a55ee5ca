"""The study page: a guest's roll under a host's law, with waste, creative centre, gate and claims.

The address is the study: guest, host, ``?pada=`` the day of the law, ``?tuas=`` the lever, ``?njop=`` a household. It
is computed when it is asked for, from the roll's snapshot; nothing is cached or stored. What it shows are blocks of the
whole study (``documents.brief``), so both say the same in the same words; the household is its own.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language

from sepadan.ground.assumptions import load_assumptions
from sepadan.ground.cells import Cell
from sepadan.ground.entry import read_day, read_rupiah
from sepadan.ground.figures import Language, number
from sepadan.ground.messages import Message, message
from sepadan.ground.problems import Problem, Refused, problem, refuse
from sepadan.ground.step_lines import step_line
from sepadan.study.documents.blocks import Section
from sepadan.study.documents.brief import brief_centre, brief_gate, brief_tax, brief_waste
from sepadan.study.documents.parts_gate import claims_section
from sepadan.study.documents.parts_since import lessons_section
from sepadan.study.documents.parts_tax import Direction, lever_words
from sepadan.study.documents.study_document import changed_since, formula, side
from sepadan.study.engine.book import Book
from sepadan.study.engine.centre import centre_facts, recovery, replay_centre
from sepadan.study.engine.claims import check_claim
from sepadan.study.engine.derived import figure
from sepadan.study.engine.gate import compare
from sepadan.study.engine.practice import notices
from sepadan.study.engine.tax_study import TaxStudy, bill_steps, household
from sepadan.study.engine.waste import replay_waste, waste_facts
from sepadan.study.facts import load_indicators, load_nearer, load_practices, load_waste_assumptions
from sepadan.study.services.studies import WASTE_YEAR, claims_about, replay_tax, unready, visit_of
from sepadan.study.views.coming import awaited
from sepadan.tax.engine.pbb import Assessment, check_njop
from sepadan.tax.names import Use
from sepadan.territory.public import Region, find_region, region_of_code, village_names

LEVERS = ("ratio", "rates", "ratio_by_band")
NO_LAW_YET = "ground.statutes.no_value.later"
VISIT_DAY = date(2025, 1, 16)
SIDE_FIGURES = ("pop_dukcapil", "area_km2", "n_kecamatan", "n_kelurahan", "n_desa")
GATE_FIGURES = ("tax_per_capita_rp", "pbb_target_per_capita_rp", "waste_managed_share", "tax_collection_vs_target_pct",
                "waste_kg_cap_day", "hub_events", "ipm", "poverty_rate")  # fmt: skip


def replay(request: HttpRequest, kode: str, host: str) -> HttpResponse:
    """*kode* is the guest, whose region is in scope; *host* whose practice is replayed."""
    lang: Language = "en" if (get_language() or "id").startswith("en") else "id"
    guest_region = find_region(kode)
    if guest_region is None:
        raise Http404
    host_region = region_of_code(host, where=f"/studi/{host}/")
    if guest_region == host_region:
        raise refuse("study.same_region", where=kode, remedy="study.same_region.remedy", code=kode)
    on, lever, njop, use, faults = _wanted(request.GET)
    query = f"?pada={on.isoformat()}" + (f"&tuas={lever}" if lever else "")
    context: dict[str, Any] = {
        "guest": guest_region, "host": host_region, "on": on, "lever": lever, "faults": faults, "use": use.value,
        "njop": number(njop, lang), "njop_millions": min(max(njop // 1_000_000, 50), 5000),
        "levers": [(name, message(f"study.page.lever.{name}"), name == lever) for name in LEVERS],
        "back": reverse("study:replay", args=[host, kode]) + query.split("&", maxsplit=1)[0],
        "whole": reverse("study:whole", args=[kode, host]) + query,
    }  # fmt: skip
    study: TaxStudy | None = None
    early = False
    try:
        study = replay_tax(guest_region, host, on, load_assumptions(), lever, whole=False)  # type: ignore[arg-type]
        context |= tax_context(study, guest_region, host_region, njop, use)
    except Refused as refusal:
        context |= {"tax_refused": refusal.problem, "coming": awaited(refusal.problem, guest_region)}
        early = refusal.problem.remedy is not None and refusal.problem.remedy.key == NO_LAW_YET
    context |= figures_context(guest_region, host_region, on, study, context["whole"])
    return render(request, "study/replay.html", context, status=422 if faults or early else 200)


def _wanted(data: Mapping[str, str]) -> tuple[date, str | None, int, Use, list[Problem]]:
    """Day, lever and household of the address; what cannot be read is told and its default used."""
    faults: list[Problem] = []
    on, njop = VISIT_DAY, 300_000_000
    try:
        on = read_day(data["pada"], "") if data.get("pada") else VISIT_DAY
    except Refused as refusal:
        faults.append(refusal.problem)
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
    given = data.get("guna") or Use.GENERAL.value
    if given not in tuple(Use):
        faults.append(problem("study.page.use.unknown", remedy="study.page.use.unknown.remedy", given=given[:40],
                              known=", ".join(Use)))
        given = Use.GENERAL.value
    use = Use(given)
    return on, lever, njop, use, faults


def tax_context(study: TaxStudy, guest: Region, host: Region, njop: int, use: Use) -> dict[str, Any]:
    """The section of the tax replay, and the household with the steps of its two bills."""
    codes = (guest.code, host.code)
    cautions = {code: found for code in codes if (found := unready(code, study.own.on)) is not None}
    direction = Direction("tax", study, guest.name, host.name, "guest", "host", village_names(guest), cautions,
                          counted=False)  # fmt: skip
    laws = (message("study.doc.law_short", name=guest.name), message("study.doc.law_short.as_is", name=host.name))
    home = household(study.own.rule, study.foreign.rule, study.neutral.rule, njop, use=use)
    kept = "kept" if study.neutral.within_bounds else "bound"
    bills = [("g", laws[0], home.own, ""), ("h", laws[1], home.as_is, _against(home.own, home.as_is)),
             ("h", message(f"study.page.home.{kept}", lever=lever_words(study.neutral)), home.neutral,
              _against(home.own, home.neutral))]  # fmt: skip
    steps = []
    for law, rule in zip(laws, (study.own.rule, study.foreign.rule), strict=True):
        try:
            steps.append((law, [step_line(one) for one in bill_steps(rule, njop, use=use)]))
        except Refused as refusal:
            steps.append((law, refusal.problem))
    return {"tax": brief_tax(direction), "sample": study.roll.label if study.roll.synthetic else None,
            "bills": bills, "home_steps": steps}  # fmt: skip


def _against(own: Assessment | None, other: Assessment | None) -> Message | str:
    """By how much another bill differs from the one under the own law."""
    if own is None or other is None or not own.payable:
        return ""
    change = other.payable - own.payable
    if not change:
        return message("study.page.home.same")
    return message(f"study.page.home.{'up' if change > 0 else 'down'}", amount=abs(change),
                   share=abs(Fraction(change, own.payable)))  # fmt: skip


def figures_context(guest: Region, host: Region, on: date, tax: TaxStudy | None, whole: str) -> dict[str, Any]:
    """What rests on published figures of that day: the two on one level, waste, centre, gate, claims, lessons."""
    figures, assumptions = load_indicators(), load_waste_assumptions()
    view, visit = figures.view(on=on), visit_of(guest.code, host.code)
    claims = [check_claim(figures, one, assumptions) for one in claims_about(visit, (guest.code, host.code))]
    same_way = visit is None or visit.guest == guest.code
    lessons, back = ((), ()) if visit is None else (visit.lessons_for("guest" if same_way else "host"),
                                                    visit.lessons_for("host" if same_way else "guest"))  # fmt: skip
    refused: Problem | None = None
    sections: list[tuple[str, Section]] = []
    try:
        sections = _figure_sections(figures, on, guest, host)
    except Refused as refusal:  # a region whose law is here and whose figures are not: its tax is studied all the same
        refused = refusal.problem
    same = [("klaim", claims_section(claims, figures)),
            ("pelajaran", lessons_section(guest.name, host.name, lessons, back, figures))]  # fmt: skip
    laws = (None, None) if tax is None else (tax.own, tax.foreign)
    head = {"title": message("study.doc.title", guest=guest.name, host=host.name),
            "subtitle": message("study.doc.subtitle", on=on), "formula": formula(guest.name, host.name)}  # fmt: skip
    return {
        "d": head, "sections": [*((*one, whole) for one in sections), *((*one, "") for one in same)],
        "notices": changed_since(notices(load_practices(), host.code, seen_on=on, today=timezone.localdate())),
        "sides": [side("host", host.code, host.name, _known(view, host.code), laws[1]),
                  side("guest", guest.code, guest.name, _known(view, guest.code), laws[0])],
        "figures_refused": refused,
        "topics": [(message("study.doc.tab.tax"), "#pajak", False), (message("study.page.household"), "#rumah", False),
                   *((one.tab, f"#{name}", False) for name, one in (*sections, *same))],
    }  # fmt: skip


def _figure_sections(figures: Book, on: date, guest: Region, host: Region) -> list[tuple[str, Section]]:
    """Waste, creative centre and gate. Raises Refused when one of the two has no figures."""
    view, assumptions = figures.view(on=on), load_waste_assumptions()
    waste = {code: waste_facts(view, code, year=WASTE_YEAR) for code in (guest.code, host.code)}
    centre = {code: centre_facts(view, code) for code in (guest.code, host.code)}
    pairs = [compare(view, name, host.code, guest.code) for name in GATE_FIGURES if name in view.indicators]
    return [
        ("sampah", brief_waste(replay_waste(waste[guest.code], waste[host.code], assumptions))),
        ("kreatif", brief_centre(replay_centre(centre[guest.code], centre[host.code]),
                                 recovery(centre_facts(figures, host.code)),
                                 [one for one in load_nearer() if one.guest == guest.code])),
        ("gerbang", brief_gate(pairs, host.name, guest.name)),
    ]  # fmt: skip


def _known(book: Book, code: str) -> dict[str, Cell]:
    """The figures at the head of a study that this region has."""
    found = {}
    for name in SIDE_FIGURES:
        try:
            found[name] = figure(book, code, name).cell
        except (KeyError, Refused):
            continue
    return found
