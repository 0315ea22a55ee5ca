"""What identifies a synthetic roll before it is made, and the texts that go with it.

The recipe names everything that a roll follows from - the plan with its seed and size, and the version of the
generator - so that a roll that is there need not be made again. Names, numbers and streets say *contoh* (example).
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict
from typing import Any

import numpy as np
import numpy.typing as npt

from sepadan.demo.engine.plan import Plan
from sepadan.tax.engine.fixed_text import fixed_text
from sepadan.tax.engine.roll_columns import RollColumns

GENERATOR = 1
"""Raise this whenever the same plan gives other rolls than before."""


def recipe(plan: Plan) -> str:
    """sha256 over the plan and the version of the generator."""
    text = json.dumps({"generator": GENERATOR, **asdict(plan)}, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()


def texts_of(columns: RollColumns, region: str, owners: npt.NDArray[np.int64] | None = None,
             ) -> tuple[npt.NDArray[Any], npt.NDArray[Any], npt.NDArray[Any]]:
    """Number and name of each owner, street of each object. *owners* are their numbers where they are not 1, 2, ..."""
    owner = np.arange(1, columns.owner_count + 1, dtype=np.int64) if owners is None else owners
    block, number = columns.nop // 10**5 % 1000, columns.nop // 10 % 10_000
    return (fixed_text(f"CONTOH{region.replace('.', '')}", (owner, 7)), fixed_text("Wajib Pajak Contoh ", (owner, 7)),
            fixed_text("Jalan Contoh ", (block, 3), " No. ", (number, 4)))
