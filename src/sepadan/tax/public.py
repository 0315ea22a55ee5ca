"""What other modules may use of regional tax.

The register of a region is read through rolls: ``current_roll`` names the one to use, ``ensure_snapshot`` gives it as
columns. ``register_from_roll`` opens a living register from a roll, ``freeze_roll`` makes the next roll of it (both
open the scope themselves); ``object_on`` is one object on any day. Everything else runs in a region's scope.
"""

from sepadan.tax.engine.assessment import DueDate
from sepadan.tax.models import AssessmentRun, Bill, RevenueTarget, Roll, RunState, TaxableObject, Taxpayer
from sepadan.tax.queries.bills import any_live_bill
from sepadan.tax.queries.register import Standing, object_on
from sepadan.tax.queries.rolls import LOAD_WORK, current_roll, loading_work, ready_rolls, roll_by_hash, roll_by_recipe
from sepadan.tax.services.assessment import NewRun, approve_run, compute_run, draft_run
from sepadan.tax.services.dues import dues_law
from sepadan.tax.services.freezing import freeze_roll
from sepadan.tax.services.posting import post_run
from sepadan.tax.services.register_opening import Opened, register_from_roll
from sepadan.tax.services.roll_reading import columns_of
from sepadan.tax.services.rolls import NewRoll, Texts, fail_roll, fill_roll, loading_lock, open_roll
from sepadan.tax.services.snapshots import Snapshot, ensure_snapshot, find_snapshot, write_snapshot
from sepadan.tax.services.targets import NewTarget, approve_target, propose_target

__all__ = [
    "LOAD_WORK", "AssessmentRun", "Bill", "DueDate", "NewRoll", "NewRun", "NewTarget", "Opened", "RevenueTarget",
    "Roll", "RunState", "Snapshot", "Standing", "TaxableObject", "Taxpayer", "Texts", "any_live_bill",
    "approve_run", "approve_target", "columns_of", "compute_run", "current_roll", "draft_run", "dues_law",
    "ensure_snapshot", "fail_roll", "fill_roll", "find_snapshot", "freeze_roll", "loading_lock", "loading_work",
    "object_on", "open_roll", "post_run", "propose_target", "ready_rolls", "register_from_roll", "roll_by_hash",
    "roll_by_recipe", "write_snapshot",
]
