"""Published parameters of decay, as data with their source: read once, never changed by a region."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from importlib.resources import files

import yaml

from sepadan.ground.money import exact
from sepadan.ground.problems import refuse


@dataclass(frozen=True, slots=True)
class Decay:
    """How one component decays in a climate: degradable carbon of wet weight; k a year with its range."""

    doc: Fraction
    k: Fraction
    k_low: Fraction
    k_high: Fraction


@cache
def decay_table(climate: str) -> dict[str, Decay]:
    """Component -> decay in *climate*. Raises Refused that names the climates there are."""
    read = _table()
    if climate not in read["k"]["values"]:
        raise refuse("waste.gas.climate", where="climate", climate=climate, known=", ".join(read["k"]["values"]))
    rates = read["k"]["values"][climate]
    return {component: Decay(exact(doc), *(exact(rate) for rate in rates[read["classes"][component]]))
            for component, doc in read["doc"]["values"].items()}


def decay_source() -> str:
    """Where the table is from, as it is shown beside a figure."""
    return str(_table()["source"])


@cache
def _table() -> dict[str, dict[str, dict[str, dict[str, list[str]]]]]:
    text = files(__package__).joinpath("decay.yaml").read_text(encoding="utf-8")
    return yaml.load(text, yaml.BaseLoader)  # type: ignore[no-any-return]
