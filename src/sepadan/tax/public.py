"""What other modules may use of regional tax.

The register of a region is read through rolls: ``current_roll`` names the one to use, ``ensure_snapshot`` gives it as
columns. ``register_from_roll`` opens a living register from a roll, ``freeze_roll`` makes the next roll of it (both
open the scope themselves); ``object_on`` is one object on any day. Everything else runs in a region's scope.
"""

from sepadan.tax.documents.request_letters import letter_writer
from sepadan.tax.engine.assessment import DueDate
from sepadan.tax.engine.book_measures import BookMeasures, year_end_before
from sepadan.tax.models import (
    AssessmentRun,
    Bill,
    CollectionLetter,
    LetterKind,
    RegisterObject,
    Request,
    RevenueTarget,
    Roll,
    RunState,
    TaxableObject,
    Taxpayer,
    VisitOutcome,
    ZoneValue,
)
from sepadan.tax.models.register import CloseReason
from sepadan.tax.models.register_values import SaleKind
from sepadan.tax.models.requests import Intake
from sepadan.tax.queries.bills import any_live_bill
from sepadan.tax.queries.register import Standing, object_on
from sepadan.tax.queries.rolls import LOAD_WORK, current_roll, loading_work, ready_rolls, roll_by_hash, roll_by_recipe
from sepadan.tax.services.assessment import NewRun, approve_run, compute_run, draft_run
from sepadan.tax.services.book_measures import book_measures
from sepadan.tax.services.collection_chasing import record_visit
from sepadan.tax.services.collection_letters import write_letters
from sepadan.tax.services.dues import dues_law
from sepadan.tax.services.freezing import freeze_roll
from sepadan.tax.services.holder_marks import HolderFacts, marked_roll, marks_hash
from sepadan.tax.services.letter_acts import deliver_letter, return_letter, sign_letter
from sepadan.tax.services.posting import post_run
from sepadan.tax.services.register import close_object, correct_object, transfer_object
from sepadan.tax.services.register_buildings import record_building
from sepadan.tax.services.register_opening import Opened, register_from_roll
from sepadan.tax.services.register_people import NewTaxpayer, register_taxpayer
from sepadan.tax.services.register_values import NewSale, carry_nir, record_sale, set_nir
from sepadan.tax.services.request_carrying import carry_out_request
from sepadan.tax.services.requests import (
    Done,
    NewRequest,
    act_on,
    add_paper,
    decide_request,
    file_request,
    take_request,
)
from sepadan.tax.services.roll_reading import columns_of
from sepadan.tax.services.rolls import NewRoll, Texts, fail_roll, fill_roll, loading_lock, open_roll
from sepadan.tax.services.snapshots import Snapshot, ensure_snapshot, find_snapshot, write_snapshot
from sepadan.tax.services.targets import NewTarget, approve_target, propose_target
from sepadan.tax.services.trail_sums import keep_books

__all__ = [
    "LOAD_WORK", "AssessmentRun", "Bill", "BookMeasures", "CloseReason", "CollectionLetter", "Done", "DueDate",
    "HolderFacts", "Intake", "LetterKind", "NewRequest", "NewRoll", "NewRun", "NewSale", "NewTarget", "NewTaxpayer",
    "Opened",
    "RegisterObject", "Request", "RevenueTarget", "Roll", "RunState", "SaleKind", "Snapshot", "Standing",
    "TaxableObject", "Taxpayer", "Texts", "VisitOutcome", "ZoneValue", "act_on", "add_paper", "any_live_bill",
    "approve_run", "approve_target", "book_measures",
    "carry_nir", "carry_out_request", "close_object", "columns_of", "compute_run",
    "correct_object", "current_roll", "decide_request", "deliver_letter", "draft_run", "dues_law", "ensure_snapshot",
    "fail_roll", "file_request", "fill_roll", "find_snapshot", "freeze_roll", "keep_books", "letter_writer",
    "loading_lock",
    "loading_work", "marked_roll",
    "marks_hash", "object_on", "open_roll", "post_run", "propose_target", "ready_rolls", "record_building",
    "record_sale", "record_visit", "register_from_roll", "register_taxpayer", "return_letter", "roll_by_hash",
    "roll_by_recipe", "set_nir", "sign_letter", "take_request", "transfer_object", "write_letters", "write_snapshot",
    "year_end_before",
]
