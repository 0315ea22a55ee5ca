"""What other modules may import from waste. Worked cases and studies use its engines as well."""

from __future__ import annotations

from sepadan.waste.tables import Decay, decay_source, decay_table

__all__ = ["Decay", "decay_source", "decay_table"]
