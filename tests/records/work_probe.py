"""Work for the tests of work: writes one account per step, slowly if asked, and can be told to fail."""

from __future__ import annotations

import os
import time
from typing import Any

from sepadan.ground.messages import message
from sepadan.ground.problems import refuse
from sepadan.records.models import Account
from sepadan.records.names import AccountKind
from sepadan.records.services.work import Run, handler


@handler("records.probe")
def probe(run: Run) -> dict[str, Any]:
    """One account per step, each made once: making it twice would break a unique constraint."""
    steps, pause = int(run.params["steps"]), float(run.params.get("pause", "0"))
    run.progress(total=steps)
    for number in range(int(run.checkpoint or 0) + 1, steps + 1):
        with run.step() as step:
            Account.objects.create(code=f"p{number}", name=str(os.getpid()), kind=AccountKind.CASH)
            step.advance(1, checkpoint=number, message=message("records.work.done_of", done=number, total=steps))
            if str(number) == run.params.get("refuse_at"):
                raise refuse("records.document.empty", where="probe")
            if str(number) == run.params.get("break_at"):
                raise ZeroDivisionError
            time.sleep(pause)
    return {"made": steps}
