"""The next tax year as an office has it before posting: NIR of the year, the frozen roll, a run with its dry run done
that waits for approval, and a target that waits with it.

NIR are those of the year before by an example document, some zones raised by a few per cent. The roll is marked
synthetic like the one it comes from. The target is an assumption of this demonstration and says so.
"""

from __future__ import annotations

from datetime import UTC, datetime

from sepadan.demo.services.law import ASSUMPTIONS
from sepadan.demo.services.years import DUE, ROUND, new_run
from sepadan.records.public import Actor, region_scope
from sepadan.tax.public import (
    AssessmentRun,
    NewTarget,
    RevenueTarget,
    Roll,
    ZoneValue,
    carry_nir,
    compute_run,
    draft_run,
    freeze_roll,
    propose_target,
    set_nir,
)
from sepadan.territory.public import Region

RAISED_EVERY, RAISE = 9, 1060
"""Every ninth zone is worth so many thousandths of the year before."""
TARGET = 950
__all__ = ["ASSUMPTIONS", "DUE", "draft_next_year"]


def draft_next_year(region: Region, year: int, part: str, *, officer: Actor, approver: Actor, now: datetime) -> None:
    """Everything up to the dry run of *year*; what is there is left alone. Opens the region's scope itself."""
    document = f"Contoh, bukan keputusan: NIR {year}"
    with region_scope(region):
        if not ZoneValue.objects.filter(tax_year=year).exists():
            carry_nir(year - 1, year, document=document, actor=officer, now=now)
            values = ZoneValue.objects.filter(tax_year=year).select_related("zone")
            for value in list(values.order_by("zone__place__code", "zone__code"))[::RAISED_EVERY]:
                set_nir(value.zone, year, value.nir * RAISE // 1000, seen=value.pk, document=document, actor=officer,
                        now=now)
        roll = _roll(year, part)
    if roll is None:
        freeze_roll(region, year, actor=officer, now=now, part=part)
    with region_scope(region):
        roll = _roll(year, part)
        assert roll is not None
        if AssessmentRun.objects.filter(roll=roll).exists():
            return
        if not roll.synthetic:
            Roll.objects.filter(pk=roll.pk).update(synthetic=True)  # it comes from a synthetic one
            roll.synthetic = True
        run = draft_run(roll, new_run(region.code, year), actor=officer, now=now)
        run = compute_run(run, version=run.version, actor=officer, now=now)
        if not RevenueTarget.objects.filter(levy="pbb", year=year, part=part).exists():
            amount = max(1, run.control["payable"] * TARGET // 1000 // ROUND) * ROUND
            propose_target(NewTarget("pbb", year, amount, f"Contoh, bukan Perda: target {year} untuk data contoh",
                                     datetime(year - 1, 12, 20, tzinfo=UTC).date(), source="sepadan demo", part=part,
                                     synthetic=True), actor=officer, now=now)


def _roll(year: int, part: str) -> Roll | None:
    return Roll.objects.filter(tax_year=year, part=part, state="ready").order_by("-id").first()
