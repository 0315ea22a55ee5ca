"""What other modules may use of regional tax.

The register of a region is read through rolls: ``current_roll`` names the one to use, ``ensure_snapshot`` gives it as
columns. Everything runs in a region's scope.
"""

from sepadan.tax.models import Roll, TaxableObject, Taxpayer
from sepadan.tax.queries.rolls import LOAD_WORK, current_roll, loading_work, ready_rolls, roll_by_hash, roll_by_recipe
from sepadan.tax.services.rolls import NewRoll, Texts, fail_roll, fill_roll, loading_lock, open_roll
from sepadan.tax.services.snapshots import Snapshot, ensure_snapshot, find_snapshot, write_snapshot

__all__ = [
    "LOAD_WORK", "NewRoll", "Roll", "Snapshot", "TaxableObject", "Taxpayer", "Texts", "current_roll", "ensure_snapshot",
    "fail_roll", "fill_roll", "find_snapshot", "loading_lock", "loading_work", "open_roll", "ready_rolls",
    "roll_by_hash", "roll_by_recipe", "write_snapshot",
]
