"""Rupiah as integers, rates as exact fractions, and rounding as a named rule.

Idea: an amount of money is an ``int`` of whole rupiah and never a float. A rate is an exact ``Fraction`` read from
what is written ("0.00055" is 55/100000). Rounding happens once, at the end of an amount, by a rule with a name.
"""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from fractions import Fraction
from typing import Literal, get_args

Rupiah = int
Rounding = Literal["half_up", "down", "up"]
ROUNDINGS: tuple[str, ...] = get_args(Rounding)
LARGEST = 300  # powers of ten; beyond them a number costs more memory than it can mean
Exact = int | Decimal | Fraction


def exact(value: Exact | str) -> Fraction:
    """The exact fraction that *value* writes.

    Accepts int, Decimal, Fraction or a decimal string. Raises TypeError on a float (a float has already lost what was
    written) and on bool; ValueError on a string that is not a number
    in plain digits, and on one beyond ``LARGEST`` digits.
    """
    if isinstance(value, bool | float):
        kind = type(value).__name__
        raise TypeError(f"an exact number is needed, not {kind} {value!r}; write it as a decimal string")
    if isinstance(value, str):
        try:
            value = Decimal(value if value.isascii() else "")
        except InvalidOperation as error:
            raise ValueError(f"{value!r} is not a decimal number") from error
    if isinstance(value, Decimal) and not (value.is_finite() and abs(value.adjusted()) <= LARGEST):
        raise ValueError(f"{value} is not a finite number of at most {LARGEST} digits")
    return Fraction(value)


def round_rupiah(value: Fraction | int, rounding: Rounding) -> Rupiah:
    """Whole rupiah from an exact amount, by the named rule.

    ``half_up`` takes a half away from zero, ``down`` cuts towards zero, ``up`` goes away from zero.
    Raises ValueError on another rule.
    """
    value = Fraction(value)
    sign, size = (-1, -value) if value < 0 else (1, value)
    whole, rest = divmod(size.numerator, size.denominator)
    if rounding == "half_up":
        whole += 2 * rest >= size.denominator
    elif rounding == "up":
        whole += rest > 0
    elif rounding != "down":
        raise ValueError(f"rounding is one of {', '.join(ROUNDINGS)}, not {rounding!r}")
    return sign * whole


def decimal_of(value: Fraction, places: int = 12) -> Decimal:
    """A decimal that equals *value* when it has at most *places* decimals, else *value* rounded half up to *places*."""
    scaled = round_rupiah(value * 10**places, "half_up")
    return Decimal(scaled).scaleb(-places).normalize()
