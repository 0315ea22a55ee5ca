"""Background work of the study: making one with all its files and keeping it."""

from __future__ import annotations

from datetime import date
from typing import Any

from sepadan.ground.figures import LANGUAGES
from sepadan.ground.messages import message
from sepadan.ground.statutes import load_book
from sepadan.records.public import Actor, Run, handler, today
from sepadan.study.documents.study_document import study_document
from sepadan.study.documents.study_files import study_files
from sepadan.study.facts import load_indicators
from sepadan.study.services.keeping import keep_study
from sepadan.study.services.studies import make_study

KEEP_WORK = "study.keep"
STAGES = 3


@handler(KEEP_WORK)
def keep(run: Run) -> dict[str, Any]:
    """Params: host, on, assumptions, lever (or null), by. The guest is the region of the work.

    The two runs open the scope of their own region each (a study is two runs); only released sums meet.
    """
    wanted = run.params
    run.progress(0, total=STAGES, message=message("study.keep.computing"))
    found = make_study(run.region.code, wanted["host"], date.fromisoformat(wanted["on"]),
                       assumptions=wanted["assumptions"], lever=wanted["lever"],
                       today=today(run.region, run.now()))  # fmt: skip
    run.progress(1, message=message("study.keep.writing"))
    files = study_files(study_document(found, load_book(), load_indicators()), LANGUAGES)
    with run.step() as step:
        saved = keep_study(found, files, actor=Actor(name=wanted["by"], person_id=run.started_by_id), now=run.now())
        step.show(done=STAGES)
    return {"study": saved.pk, "fingerprint": saved.fingerprint}
