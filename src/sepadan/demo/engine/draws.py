"""Random integers that are the same on every machine.

Idea: the n-th draw of a named stream is a mixing function of (seed, name, n) - SplitMix64 in counter mode - so that
no draw depends on the order of work, on threads or on a library's version. Normal and lognormal values come from
integers as well: a sum of twelve uniform fields (Irwin-Hall), and a table of exp() made with decimal arithmetic,
which is correctly rounded everywhere. Floating point enters nowhere.

Source: Steele, Lea, Flood, "Fast Splittable Pseudorandom Number Generators", OOPSLA 2014 (the mixing constants).
Not for secrets.
"""

from __future__ import annotations

import hashlib
from decimal import Context, Decimal
from functools import cache

import numpy as np
import numpy.typing as npt

Integers = npt.NDArray[np.int64]
Words = npt.NDArray[np.uint64]

ONE = 1 << 20
"""Factors are integers over ONE: 1.0 is 2^20."""
UNIT = 1 << 16
"""A standard normal value is an integer over UNIT: one standard deviation is 2^16."""
_STEP = 1024
_REACH = 12


def words(seed: int, stream: str, count: int) -> Words:
    """*count* 64-bit words of the named stream."""
    key = np.uint64(int.from_bytes(hashlib.sha256(f"{seed}/{stream}".encode()).digest()[:8], "little"))
    x = np.arange(1, count + 1, dtype=np.uint64)
    x *= np.uint64(0x9E3779B97F4A7C15)
    x += key
    x ^= x >> np.uint64(30)
    x *= np.uint64(0xBF58476D1CE4E5B9)
    x ^= x >> np.uint64(27)
    x *= np.uint64(0x94D049BB133111EB)
    x ^= x >> np.uint64(31)
    return x


def below(seed: int, stream: str, count: int, bound: int) -> Integers:
    """*count* integers from 0 to *bound* - 1; *bound* at most 2^31."""
    high = words(seed, stream, count) >> np.uint64(32)
    return ((high * np.uint64(bound)) >> np.uint64(32)).astype(np.int64)


def normal(seed: int, stream: str, count: int) -> Integers:
    """*count* approximately standard normal values over UNIT; never beyond six deviations."""
    total = np.full(count, -6 * UNIT, dtype=np.int64)
    for part in range(3):
        word = words(seed, f"{stream}/{part}", count)
        for shift in (0, 16, 32, 48):
            total += ((word >> np.uint64(shift)) & np.uint64(0xFFFF)).astype(np.int64)
    return total


def lognormal(z: Integers, sigma_permille: int | Integers) -> Integers:
    """exp(sigma x z) over ONE for normal values *z*; sigma in thousandths. The median is ONE."""
    x = (z * np.asarray(sigma_permille, dtype=np.int64) * _STEP) // (1000 * UNIT)
    return _exponentials()[np.clip(x, -_REACH * _STEP, _REACH * _STEP) + _REACH * _STEP]


@cache
def _exponentials() -> Integers:
    """exp(k / 1024) over ONE for |k| up to 12,288, each rounded to the nearest integer."""
    context = Context(prec=30)
    span = _REACH * _STEP
    values = (context.exp(context.divide(Decimal(k), Decimal(_STEP))) * ONE for k in range(-span, span + 1))
    return np.fromiter((int(value + Decimal("0.5")) for value in values), dtype=np.int64, count=2 * span + 1)
