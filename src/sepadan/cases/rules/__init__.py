"""The rules that a case may name, each a thin reader in front of the engine that bills citizens."""

from __future__ import annotations

from collections.abc import Callable

from sepadan.cases.case import Case
from sepadan.cases.outcome import Result
from sepadan.cases.rules import interest, njop, pbb, recurrence, valuation, waste

Evaluate = Callable[[Case], Result]

RULES: dict[str, Evaluate] = {
    "njop": njop.evaluate_njop,
    "njop_class": njop.evaluate_class,
    "nir": valuation.evaluate_nir,
    "time_adjustment": valuation.evaluate_time_adjustment,
    "cap_rate": valuation.evaluate_cap_rate,
    "standard_object": valuation.evaluate_standard,
    "building_age": valuation.evaluate_age,
    "pbb": pbb.evaluate_pbb,
    "pbb_owner": pbb.evaluate_owner,
    "pbb_split": pbb.evaluate_split,
    "bill_waiver": pbb.evaluate_waiver,
    "late_interest": interest.evaluate_late_interest,
    "relief": interest.evaluate_relief,
    "skpdkb": interest.evaluate_skpdkb,
    "recurrence": recurrence.evaluate_recurrence,
    "landfill_gas": waste.evaluate_landfill_gas,
    "landgem": waste.evaluate_landgem,
    "landfill_life": waste.evaluate_landfill_life,
    "neraca": waste.evaluate_neraca,
    "sdg_11_6_1": waste.evaluate_sdg,
    "waste_fee": waste.evaluate_waste_fee,
}

# Names of the format whose engines are still to come; a case that uses one is reported so and counts as failed.
PLANNED = frozenset({
    "bphtb", "pbjt", "pbjt_electricity", "reklame", "pat", "opsen", "umkm_class", "umkm_transitions", "hexahelix",
})  # fmt: skip
