"""The words of PBB parameters and their values, for documents that are not law pages."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import cache
from typing import Any

from sepadan.ground.cells import Cell, of_law
from sepadan.ground.messages import Message, catalogue, message
from sepadan.ground.money import exact
from sepadan.ground.provisions import NATIONAL, Words
from sepadan.ground.statute_words import value_lines
from sepadan.ground.statutes import load_book
from sepadan.study.engine.tax_practice import LEVY, TaxPractice

_CHOICES = {"band_base", "tiering", "rounding", "ratio_order", "njoptkp_choice", "food_land"}


@cache
def _descriptions() -> dict[str, Words]:
    return {one.name: one.description for one in load_book().parameters(NATIONAL, LEVY)}


def parameter_words(name: str) -> Message:
    """What a parameter of PBB is called."""
    key = f"study.parameter.{name}"
    if key in catalogue():
        return message(key)
    return _descriptions().get(name, message("study.parameter.other", name=name))


def choice_words(name: str, value: Any) -> Message:
    """A value of an assumption in words: money as rupiah, a ratio in per cent, a choice by its name."""
    if name == "njoptkp":
        return message("study.value.rupiah", value=value)
    if isinstance(value, (int, Decimal, Fraction)):
        return message("study.value.percent", value=exact(value))
    key = f"study.value.{name}.{value}"
    return message(key) if name in _CHOICES and key in catalogue() else message("study.value.other", value=str(value))


@dataclass(frozen=True, slots=True)
class Written(Message):
    """Statute text of a value, in the language it is asked for."""

    def text(self, lang: Any) -> str:
        return "; ".join(value_lines(self.params["unit"], self.params["value"], lang))


def statute_value(unit: str, value: Any) -> Written:
    """The value of a provision in local form, several lines joined."""
    return Written("", {"unit": unit, "value": value})


def tier_range(practice: TaxPractice, label: Message) -> Cell:
    """Lowest and highest rate in force, with its origin."""
    provision = practice.law.require("tiers")
    rates = sorted(exact(row["rate"]) for row in provision.value if row["rate"] is not None)
    return Cell(label=label, value=rates[0], high=rates[-1] if len(rates) > 1 else None, form="percent",
                kind="realised", period=str(practice.on.year),
                confidence=of_law(provision.confidence, provision.article),
                method=message("study.doc.rates.method", law=provision.citation("id")))  # fmt: skip

