"""What the page of a run shows, as plain values: stages, totals as cells, tables, map, chart, checks.

Everything comes from the run as it is kept; nothing is computed here but shares and differences.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction
from typing import Any

from sepadan.ground.cells import Cell, Words, missing
from sepadan.ground.charts import Strip, StripChart
from sepadan.ground.figures import Language, day
from sepadan.ground.messages import message
from sepadan.ground.problems import Refused
from sepadan.ground.step_lines import step_line
from sepadan.ground.steps import Explained
from sepadan.records.public import Work, WorkState, history_shown, shown_work, zone_of
from sepadan.records.public import history_of as entries_of
from sepadan.tax.models import AssessmentRun, RunState
from sepadan.tax.queries.runs import billed_elsewhere
from sepadan.tax.services.assessment import COMPUTE_WORK
from sepadan.tax.services.assessment_columns import law_of
from sepadan.tax.services.posting import POST_WORK
from sepadan.tax.services.posting_reversal import REVERSE_WORK
from sepadan.territory.public import Region, Shading, region_map, village_names

ORDER = (RunState.DRAFT, RunState.COMPUTED, RunState.APPROVED, RunState.POSTED)
TONES = {"draft": "", "computed": "wait", "approved": "care", "posted": "ok", "reversed": "", "failed": "bad"}
CHECKS = ("jump", "left_out", "missing_area", "double_nop", "two_njoptkp", "njoptkp_elsewhere", "njoptkp_unfit",
          "njoptkp_billed")
KECAMATAN = len("35.73.02")
"""Digits and dots of the code of a kecamatan, with which those of its kelurahan begin."""
KINDS = (COMPUTE_WORK, POST_WORK, REVERSE_WORK)
_ACTIONS = {"tax.audit.run_drafted": "draft", "tax.audit.run_computed": "computed",
            "tax.audit.run_approved": "approved", "tax.audit.run_posted": "posted",
            "tax.audit.run_reversed": "reversed"}


def run_context(region: Region, run: AssessmentRun, lang: Language, now: datetime) -> dict[str, Any]:
    """Everything of the page that does not depend on who looks."""
    zone, report = zone_of(region), run.report or {}
    work = Work.objects.filter(kind__in=KINDS, once=str(run.pk)).order_by("-id").first()
    names = village_names(region)
    context: dict[str, Any] = {
        "run": run, "report": report, "tone": TONES[run.state], "stages": stages(run, region, lang),
        "shown": None if work is None or not (work.is_open or work.state == WorkState.FAILED) else shown_work(
            work, zone, lang, now),
        "entries": history_shown(run, zone, lang), "failure": report.get("failure", {}).get(lang, ""),
        "basis": basis(run, lang), "computed": bool(run.control),
    }
    if run.control:
        context |= {"cells": cells(run), "villages": villages(report, names), "bands": bands(report),
                    "uses": uses(report), "checks": checks(report), "relief": relief(run),
                    "billed": billed_already(run, report, names), "covers": covers(run), **changes(report, lang)}
        context["map"] = _map(region, report, lang)
    return context


def stages(run: AssessmentRun, region: Region, lang: Language) -> list[dict[str, Any]]:
    """The life of the run, each stage with who did it and when."""
    said: dict[str, str] = {}
    for entry in entries_of(run):
        name = _ACTIONS.get(entry.action)
        if name and name not in said:
            said[name] = f"{entry.actor_name}, {day(entry.at.astimezone(zone_of(region)).date(), lang)}"
    at = ORDER.index(RunState(run.state)) if run.state in ORDER else len(ORDER)
    if run.state == RunState.FAILED:
        at = ORDER.index(RunState.APPROVED)
    rows = [{"state": "done" if place <= at else "now" if place == at + 1 else "",
             "name": message(f"tax.runs.stage.{state.value}"),
             "text": said.get(state.value, "") if place <= at else ""} for place, state in enumerate(ORDER)]
    if run.state == RunState.FAILED:
        rows[-1]["state"] = "bad"
    if run.state == RunState.REVERSED:
        rows.append({"state": "bad", "name": message("tax.runs.stage.reversed"), "text": said.get("reversed", "")})
    return rows


def basis(run: AssessmentRun, lang: Language) -> list[tuple[Words, Any]]:
    """What the figures rest on."""
    last = "tax.runs.due.rest" if len(run.due_dates) > 1 else "tax.runs.due.all"
    due = [message(last if row["to"] is None else "tax.runs.due.to", to=row["to"] or 0,
                   on=date.fromisoformat(row["on"])) for row in run.due_dates]
    rows: list[tuple[Words, Any]] = [
        (message("tax.runs.roll"), run.roll.label), (message("tax.runs.covers"), covers(run)),
        (message("tax.classes.table"), run.roll.class_table),
        (message("tax.runs.law_on"), run.law_on),
        (message("tax.runs.issued_on"), run.issued_on),
        (message("tax.runs.due"), "; ".join(one.text(lang) for one in due)),
        (message("tax.runs.form.due_decree"), run.due_decree)]
    if run.assumptions:
        rows.append((message("tax.runs.form.assumptions"), run.assumptions))
    if run.assumed:
        rows.append((message("tax.runs.assumed"), ", ".join(
            message(f"tax.runs.parameter.{name}").text(lang) for name in run.assumed)))
        rows.append((message("tax.runs.form.assumptions_decree"),
                     run.assumptions_decree or message("tax.runs.no_decree")))
    if run.law_fingerprint:
        rows.append((message("tax.runs.fingerprint"), f"{run.law_fingerprint[:12]} · {run.engine_fingerprint[:12]}"))
    return rows


def covers(run: AssessmentRun) -> Words:
    """What of its roll a run bills, in words."""
    if not run.kecamatan:
        return message("tax.runs.covers.all")
    names = dict(run.region.kecamatan.values_list("code", "name"))
    return ", ".join(names.get(code, code) for code in run.kecamatan)


def cells(run: AssessmentRun) -> list[Cell]:
    """The whole as cells: what will be billed, and against last year."""
    totals, before = run.report["totals"], run.report.get("before")
    period = str(run.tax_year)
    kind: Any = "realised" if run.state == RunState.POSTED else "plan"
    method = message("tax.runs.cell.method", law=run.law_fingerprint[:12])

    def cell(name: str, value: Any, form: str = "number", **more: Any) -> Cell:
        return Cell(message(f"tax.runs.cell.{name}"), value, kind=kind, period=period, form=form, method=method,
                    meaning=message(f"tax.runs.cell.{name}.meaning"),
                    assumption=message("tax.runs.cell.assumed") if run.assumed else "", **more)

    found = [cell("payable", totals["payable"], "rupiah_short"), cell("bills", run.control["charged"])]
    if before is None:
        found.append(missing(message("tax.runs.cell.change"), message("tax.runs.cell.change.none"),
                             instead=message("tax.runs.cell.change.unknown")))
    else:
        was = sum(one["was"] for one in before["kinds"].values())
        found.append(cell("change", Fraction(totals["payable"] - was, was) if was else 0, "percent1"))
    return [*found, cell("waived", totals["waived"]), cell("nil", totals["nil"]),
            cell("left_out", run.report["left_out"]["objects"])]


def _share(row: dict[str, Any]) -> Fraction | None:
    was = row.get("was")
    return Fraction(row["is_now"] - was, was) if was else None


def villages(report: dict[str, Any], names: dict[str, str]) -> list[dict[str, Any]]:
    """By kelurahan, with what the objects of both years paid and pay."""
    return [row | {"name": names.get(row["key"], row["key"]), "change": _share(row)} for row in report["villages"]]


@dataclass(frozen=True, slots=True)
class Billed:
    """Why a run cannot be posted whole: objects of it that bills of the year may stand for already, by kelurahan, and
    what is left. ``free`` are kecamatan of which no kelurahan has any."""

    rows: list[tuple[str, int, int]]
    left: list[str]
    free: list[str]
    bills: int


def billed_already(run: AssessmentRun, report: dict[str, Any], names: dict[str, str]) -> Billed | None:
    """What of an unposted run has bills of its year from other runs; None where nothing has."""
    counts = billed_elsewhere(run) if run.state in (RunState.COMPUTED, RunState.APPROVED, RunState.FAILED) else {}
    objects = {row["key"]: row["objects"] for row in report.get("villages", ())}
    rows = [(names.get(code, code), objects[code], count) for code, count in counts.items() if code in objects]
    if not rows:
        return None
    left = [code for code in objects if code not in counts]
    taken = {code[:KECAMATAN] for code in counts}
    of_kecamatan = dict(run.region.kecamatan.values_list("code", "name"))
    free = sorted({code[:KECAMATAN] for code in left} - taken)
    return Billed(rows, [names.get(code, code) for code in left], [of_kecamatan.get(code, code) for code in free],
                  sum(count for _, _, count in rows))


def bands(report: dict[str, Any]) -> list[dict[str, Any]]:
    low, rows = 0, []
    for row in report["bands"]:
        name = message("tax.runs.band.over", low=low) if row["key"] is None else message(
            "tax.runs.band.to", low=low, to=row["key"])
        rows.append(row | {"name": name})
        low = row["key"] or low
    return rows


def uses(report: dict[str, Any]) -> list[dict[str, Any]]:
    return [row | {"name": message(f"tax.runs.use.{row['key']}")} for row in report["uses"]]


def checks(report: dict[str, Any]) -> list[dict[str, Any]]:
    """The list of things to look at before approval: each with its count, and where its rows are."""
    counts = {"left_out": report["left_out"]["objects"],
              **{name: found["objects"] for name, found in report["anomalies"].items()}}
    params: dict[str, Any] = {"percent": 0}
    if report.get("before") is not None:
        counts["jump"] = report["before"]["jump"]["objects"]
        params = {"percent": report["before"]["jump"]["percent"]}
    rows = []
    for name in CHECKS:
        if name in counts:
            key = name
            if name == "njoptkp_elsewhere" and not report["anomalies"][name]["followed"]:
                key = "njoptkp_not_followed"
            rows.append({"kind": name, "count": counts[name], "tone": "care" if counts[name] else "ok",
                         "text": message(f"tax.runs.check.{key}", **(params if name == "jump" else {}))})
    return rows


def relief(run: AssessmentRun) -> list[Any]:
    """Minimum bill, stimulus and waiver as steps with their articles, where the law has them."""
    try:
        law = law_of(run)
        bases = law.rule.bases if law.fingerprint() == run.law_fingerprint else {}
    except Refused:
        bases = {}
    lines, told = [], run.report.get("relief") or {}
    for name, found in ((name, told[name]) for name in ("minimum", "stimulus", "waiver_up_to") if name in told):
        value = Fraction(found["value"]) if name == "stimulus" else int(found["value"])
        step = Explained(message(f"tax.runs.relief.{name}"), found["amount"] if name == "minimum" else -found["amount"],
                         how=message(f"tax.runs.relief.{name}.how", value=value, objects=found["objects"]),
                         bases=(bases[name],) if name in bases else ())
        lines.append(step_line(step))
    return lines


def changes(report: dict[str, Any], lang: Language) -> dict[str, Any]:
    """Against last year: kinds of change, and strips of winners and losers by tenth of the NJOP."""
    before = report.get("before")
    if before is None:
        return {"against": None}
    kinds = []
    for name in ("up", "down", "same", "new", "gone"):
        found = before["kinds"][name]
        kinds.append({"kind": name, "name": message(f"tax.runs.change.{name}"), **found,
                      "change": found["is_now"] - found["was"], "listed": name != "same"})
    strips = []
    for tenth in before.get("deciles", ()):
        shares: Any = tuple(Fraction(count, tenth["objects"]) for count in tenth["shares"])
        last = tenth["number"] == 10
        extent = message("tax.runs.decile.over") if last else message("tax.runs.decile.to", njop=tenth["njop_to"])
        strips.append(Strip(str(tenth["number"]), shares, _share(tenth), extent))
    up, down = before["kinds"]["up"]["objects"], before["kinds"]["down"]["objects"]
    chart = StripChart(message("tax.runs.winners", up=up, down=down), message(f"tax.runs.winners.{before['kind']}"),
                       tuple(strips), message("tax.runs.decile")) if strips else None
    return {"against": message(f"tax.runs.against.{before['kind']}"), "kinds": kinds, "winners": chart}


def _map(region: Region, report: dict[str, Any], lang: Language) -> Any:
    """The map of what is payable by kelurahan, or of its change where last year is known."""
    if report.get("before") is not None:
        values: dict[str, Any] = {row["key"]: None if (share := _share(row)) is None else round(share * 100)
                                  for row in report["villages"]}
        shading = Shading(message("tax.runs.map.change"), values, changes=True)
    else:
        shading = Shading(message("tax.runs.map.payable"), {row["key"]: round(Fraction(row["payable"], 1_000_000))
                                                            for row in report["villages"]})
    return region_map(region, shading, lang=lang, title=message("tax.runs.map.title"), name="penetapan", hexagons=True)
