"""Text columns of one width for all rows, made from numbers without a loop over rows."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

Part = str | tuple[npt.NDArray[np.int64], int]


def fixed_text(*parts: Part) -> npt.NDArray[Any]:
    """The parts side by side, as bytes: a str for all rows, or (numbers, width) as digits with leading zeros.

    Numbers are non-negative; digits beyond *width* are cut off on the left. At least one part holds numbers.
    """
    count = next(len(part[0]) for part in parts if not isinstance(part, str))
    joined = np.concatenate([_block(part, count) for part in parts], axis=1)
    return joined.view(f"S{joined.shape[1]}").ravel()


def _block(part: Part, count: int) -> npt.NDArray[np.uint8]:
    if isinstance(part, str):
        letters = np.frombuffer(part.encode(), dtype=np.uint8)
        return np.broadcast_to(letters, (count, len(letters)))
    numbers, width = part
    digits, rest = np.empty((count, width), dtype=np.uint8), numbers.copy()
    for place in range(width - 1, -1, -1):
        digits[:, place] = rest % 10 + ord("0")
        rest //= 10
    return digits
