"""What the page of a draft shows, as plain values: cells, winners and losers, cliffs, map, the answer of a solver."""

from __future__ import annotations

from dataclasses import asdict
from fractions import Fraction
from typing import Any

from sepadan.ground.cells import Cell
from sepadan.ground.charts import Bar, BarChart, Strip, StripChart
from sepadan.ground.figures import Language
from sepadan.ground.messages import Message, message
from sepadan.tax.engine.what_if import Group
from sepadan.tax.engine.what_if_solving import BandSolution, Solution
from sepadan.tax.services.holder_marks import HolderFacts
from sepadan.tax.services.what_if import Tried
from sepadan.territory.public import Region, Shading, region_map

TOP = 20


def shown(tried: Tried, region: Region, lang: Language) -> dict[str, Any]:
    """Everything below the form."""
    trial = tried.trial
    rises = [{"nop": nop, "njop": one.njop, "before": one.before, "after": one.after, "by": one.after - one.before}
             for nop, one in list(zip(tried.nops, trial.largest, strict=True))[:TOP]]
    return {"cells": cells(tried), "bars": bars(tried), "winners": winners(tried), "trial": trial, "rises": rises,
            "cliffs": trial.cliffs, "map": _map(tried, region, lang), "answer": answer(tried.solution),
            "assumed": [why for name in tried.draft.rule.assumed if (why := _why(tried, name))],
            "holders": holders_words(tried.holders),
            "fingerprint": f"{tried.draft.fingerprint()[:12]} · {tried.content_hash[:12]}"}


def holders_words(found: HolderFacts | None) -> list[Message]:
    """What the region's own table of the NJOPTKP does to the roll, and which of its rows fit nothing."""
    if found is None:
        return []
    key = "followed" if found.followed else "not_followed"
    said = [message(f"tax.what_if.holders.{key}", count=found.elsewhere)]
    return [*said, message("tax.what_if.holders.unfit", count=found.unfit)] if found.unfit else said


def _why(tried: Tried, name: str) -> Message | None:
    found = tried.draft.assumptions
    return None if found is None else found.why("pbb", name)


def against_words(tried: Tried) -> Message:
    if tried.against.kind == "bills":
        return message("tax.what_if.against.bills", year=str(tried.against.year))
    return message("tax.what_if.against.law", on=tried.against.on)


def cells(tried: Tried) -> list[Cell]:
    """Revenue before and after, who rises and falls."""
    trial, assumed = tried.trial, message("tax.runs.cell.assumed") if tried.draft.rule.assumed else ""
    change = Fraction(trial.revenue - trial.revenue_before, trial.revenue_before) if trial.revenue_before else None

    def cell(name: str, value: Any, form: str = "number", **more: Any) -> Cell:
        return Cell(message(f"tax.what_if.cell.{name}"), value, kind="derived", form=form, assumption=assumed,
                    meaning=message(f"tax.what_if.cell.{name}.meaning"), method=against_words(tried), **more)

    found = [cell("before", trial.revenue_before, "rupiah_short"), cell("after", trial.revenue, "rupiah_short")]
    if change is not None:
        found.append(cell("change", change, "percent1"))
    return [*found, cell("up", trial.whole.up), cell("down", trial.whole.down),
            cell("same", trial.whole.objects - trial.whole.up - trial.whole.down)]


def bars(tried: Tried) -> BarChart:
    trial = tried.trial
    return BarChart(message("tax.what_if.revenue"), "", (
        Bar(message("tax.what_if.before"), trial.revenue_before, "plain"),
        Bar(message("tax.what_if.after"), trial.revenue, "daun")), form="rupiah_short")


def winners(tried: Tried) -> StripChart | None:
    """Tenths of the objects by NJOP as strips; a tenth without objects of both years is left out."""
    strips = [_strip(one) for one in tried.trial.deciles if one.objects]
    if not strips:
        return None
    return StripChart(message("tax.what_if.winners", up=tried.trial.whole.up, down=tried.trial.whole.down),
                      message("tax.what_if.winners.summary"), tuple(strips), message("tax.runs.decile"))


def _strip(one: Group) -> Strip:
    shares: Any = tuple(Fraction(count, one.objects) for count in one.shades)
    extent = message("tax.runs.decile.over") if one.key == 10 else message("tax.runs.decile.to", njop=one.njop_to)
    return Strip(str(one.key), shares, one.change, extent)


def _map(tried: Tried, region: Region, lang: Language) -> Any:
    values: dict[str, Any] = {code: None if one.change is None else round(one.change * 100)
                              for code, one in zip(tried.villages, tried.trial.villages, strict=True)}
    shading = Shading(message("tax.what_if.map"), values, changes=True)
    return region_map(region, shading, lang=lang, title=message("tax.what_if.map.title"), name="andai", hexagons=True)


def answer(solution: Solution | None) -> dict[str, Any] | None:
    """The answer of a solver in words, with the ratio of each band."""
    if solution is None:
        return None
    state = "solved" if solution.solved else "bound"
    words = [message(f"tax.what_if.{solution.goal}.{state}", bands=len(solution.bands))]
    if solution.goal == "nobody" and not solution.solved:
        words.append(message("tax.what_if.nobody.above", above=solution.above, by=solution.above_by))
        if solution.nothing_before:
            words.append(message("tax.what_if.nobody.nothing", count=solution.nothing_before))
    if solution.goal == "revenue":
        words.append(message("tax.what_if.revenue.residue", residue=solution.residue))
        if not solution.solved:
            name = "shortfall" if solution.shortfall > 0 else "excess"
            words.append(message(f"tax.what_if.revenue.{name}", amount=abs(solution.shortfall)))
    return {"tone": "ok" if solution.solved else "care", "words": words,
            "rows": [(_band(one, solution.bands), one) for one in solution.bands]}


def _band(one: BandSolution, bands: tuple[BandSolution, ...]) -> Message:
    if len(bands) == 1:
        return message("tax.what_if.band.all")
    if one.to is None:
        return message("tax.runs.band.over", low=bands[-2].to)
    place = bands.index(one)
    return message("tax.runs.band.to", low=bands[place - 1].to if place else 0, to=one.to)


def plain(tried: Tried) -> dict[str, Any]:
    """The whole result as JSON values: money whole rupiah, shares exact as text."""
    trial, solution = tried.trial, tried.solution

    def group(one: Group) -> dict[str, Any]:
        return {"objects": one.objects, "before": one.before, "after": one.after, "up": one.up, "down": one.down}

    return {
        "region": tried.draft.law.region, "law_on": tried.draft.law.on.isoformat(), "roll": tried.content_hash,
        "roll_synthetic": tried.roll.synthetic, "fingerprint": tried.draft.fingerprint(),
        "assumed": list(tried.draft.rule.assumed),
        "njoptkp_table": None if tried.holders is None else asdict(tried.holders), "against": {
            "kind": tried.against.kind, "on": tried.against.on and tried.against.on.isoformat(),
            "year": tried.against.year},
        "revenue_before": trial.revenue_before, "revenue": trial.revenue, "whole": group(trial.whole),
        "new": {"objects": trial.new, "after": trial.new_after},
        "gone": {"objects": trial.gone, "before": trial.gone_before}, "unknown": trial.unknown,
        "waived": trial.waived, "nil": trial.nil,
        "deciles": [{"decile": one.key, "njop_to": one.njop_to, **group(one)} for one in trial.deciles],
        "villages": {code: group(one) for code, one in zip(tried.villages, trial.villages, strict=True)},
        "cliffs": [{"at": one.cliff.at, "below": one.cliff.below, "above": one.cliff.above, "objects": one.objects}
                   for one in trial.cliffs],
        "solution": None if solution is None else {
            "goal": solution.goal, "solved": solution.solved, "residue": solution.residue, "above": solution.above,
            "above_by": solution.above_by, "bands": [
                {"to": band.to, "ratio": str(band.ratio), "solved": band.solved, "target": band.target,
                 "reached": band.reached} for band in solution.bands]}}
