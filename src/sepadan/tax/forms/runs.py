"""The form of a mass assessment as typed: roll, days, due dates by band in rows, decrees. Read without a guess.

Rows are added and taken away, and the kecamatan without bills chosen, by buttons of the form itself, so it works
without script. ``read`` never raises: faults
come back by field beside the text that was typed. What the fields mean together the service decides.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sepadan.ground.assumptions import load_assumptions
from sepadan.ground.entry import read_day, read_rupiah
from sepadan.ground.figures import number
from sepadan.ground.messages import Message, message
from sepadan.ground.problems import Problem, Refused, problem
from sepadan.tax.engine.assessment import DueDate, read_due_dates
from sepadan.tax.models import AssessmentRun, Roll
from sepadan.tax.services.assessment import NewRun
from sepadan.tax.services.assessment_coverage import free_kecamatan

MOST_ROWS = 8
DROPS = frozenset(f"drop{n}" for n in range(1, MOST_ROWS + 1))
CHOICE = "kecamatan-"
"""The name of a kecamatan's box is this and its code."""
TEXTS = ("roll", "law_on", "issued_on", "due_decree", "assumptions", "assumptions_decree")


@dataclass(frozen=True, slots=True)
class DueRow:
    """One band as typed. Names of its fields: ``due_to<n>``, ``due_on<n>``."""

    number: int
    to: str
    on: str


@dataclass(frozen=True)
class RunForm:
    """``fields`` and ``rows`` as typed; ``new`` what they state, when nothing is wrong; ``problems`` by field name."""

    fields: Mapping[str, str]
    rows: tuple[DueRow, ...]
    new: NewRun | None = None
    roll_id: int = 0
    kecamatan: tuple[str, ...] = ()
    problems: Mapping[str, Problem] = field(default_factory=dict)

    def errors(self) -> list[tuple[str, Message, Message]]:
        """(field, label, fault) for the summary above the form."""
        return [(name, label_of(name), fault.what) for name, fault in self.problems.items()]


def label_of(name: str) -> Message:
    """The words of a field."""
    if name.startswith("due_") and name[-1].isdigit():
        kind = name.rstrip("0123456789")
        return message(f"tax.runs.form.{kind}", number=int(name.removeprefix(kind)))
    return message(f"tax.runs.form.{name}")


def prefilled(rolls: Sequence[Roll], *, today: date, due: date | None, comma: bool) -> RunForm:
    """A sensible start: the newest roll, its 1 January, issued today, the due date that the statute names."""
    newest = rolls[-1] if rolls else None
    year = newest.tax_year if newest else today.year
    rows = (DueRow(1, "", due.isoformat() if due else ""),)
    return RunForm({"roll": str(newest.pk) if newest else "", "law_on": date(year, 1, 1).isoformat(),
                    "issued_on": today.isoformat(), "due_decree": "", "assumptions": "default",
                    "assumptions_decree": ""}, rows)


def of_run(run: AssessmentRun, *, comma: bool) -> RunForm:
    """The form with what a run states already."""
    rows = tuple(DueRow(place, "" if row["to"] is None else number(row["to"], "id" if comma else "en"), row["on"])
                 for place, row in enumerate(run.due_dates, 1))
    return RunForm({"roll": str(run.roll_id), "law_on": run.law_on.isoformat(), "issued_on": run.issued_on.isoformat(),
                    "due_decree": run.due_decree, "assumptions": run.assumptions,
                    "assumptions_decree": run.assumptions_decree}, rows, kecamatan=tuple(run.kecamatan))


def for_the_rest(run: AssessmentRun, *, comma: bool) -> RunForm:
    """The form with what *run* states, for the kecamatan of its roll that have no bills of its year yet."""
    form = of_run(run, comma=comma)
    return RunForm({**form.fields, "due_decree": ""}, form.rows, kecamatan=tuple(free_kecamatan(run.roll)))


def read(data: Mapping[str, str], rolls: Sequence[Roll]) -> RunForm:
    """What was typed. The buttons ``add`` and ``drop<n>`` change the rows and state nothing."""
    fields = {name: data.get(name, "").strip()[:200] for name in TEXTS}
    rows = [DueRow(n, data.get(f"due_to{n}", "").strip()[:40], data.get(f"due_on{n}", "").strip()[:20])
            for n in range(1, MOST_ROWS + 1) if f"due_on{n}" in data]
    dropped = next((int(name[4:]) for name in data if name in DROPS), 0)
    if dropped:
        rows = [row for row in rows if row.number != dropped]
    if "add" in data and len(rows) < MOST_ROWS:
        rows.append(DueRow(0, "", ""))
    rows = [DueRow(place, row.to, row.on) for place, row in enumerate(rows or [DueRow(1, "", "")], 1)]
    chosen = tuple(sorted(name.removeprefix(CHOICE) for name in data if name.startswith(CHOICE)))[:100]
    if dropped or "add" in data:
        return RunForm(fields, tuple(rows), kecamatan=chosen)
    if "free" in data:
        return _freed(fields, tuple(rows), rolls, chosen)
    problems: dict[str, Problem] = {}
    values = {name: _taken(name, lambda name=name: read_day(fields[name], ""), problems)  # type: ignore[misc]
              for name in ("law_on", "issued_on")}
    roll_id = int(fields["roll"]) if fields["roll"].isdecimal() and len(fields["roll"]) < 19 else 0
    if roll_id not in {roll.pk for roll in rolls}:
        problems["roll"] = problem("tax.runs.form.roll.unknown")
    if not fields["due_decree"]:
        problems["due_decree"] = problem("tax.run.no_due_decree")
    if fields["assumptions"]:
        _taken("assumptions", lambda: load_assumptions(fields["assumptions"]), problems)
    due = _due_dates(rows, values["issued_on"], problems)
    new = None
    if not problems:
        new = NewRun(values["law_on"], values["issued_on"], due, fields["due_decree"], fields["assumptions"],
                     fields["assumptions_decree"], chosen)
    return RunForm(fields, tuple(rows), new, roll_id, chosen, problems)


def _freed(fields: Mapping[str, str], rows: tuple[DueRow, ...], rolls: Sequence[Roll],
           chosen: tuple[str, ...]) -> RunForm:
    """The form with the kecamatan of its roll that have no bills yet; a fault where there are none."""
    roll = next((one for one in rolls if str(one.pk) == fields["roll"]), None)
    if roll is None:
        return RunForm(fields, rows, kecamatan=chosen, problems={"roll": problem("tax.runs.form.roll.unknown")})
    free = tuple(free_kecamatan(roll))
    faults = {} if free else {"kecamatan": problem("tax.run.kecamatan.none", year=str(roll.tax_year))}
    return RunForm(fields, rows, kecamatan=free or chosen, problems=faults)


def _due_dates(rows: Sequence[DueRow], issued: date | None, problems: dict[str, Problem]) -> tuple[DueDate, ...]:
    found = []
    for row in rows:
        to = _taken(f"due_to{row.number}", lambda row=row: read_rupiah(row.to, ""), problems) if row.to else None
        on = _taken(f"due_on{row.number}", lambda row=row: read_day(row.on, ""), problems)
        if on is not None and issued is not None and on < issued:
            problems[f"due_on{row.number}"] = problem("tax.runs.form.due_before_issue", issued=issued)
        found.append(DueDate(to, on or date.max))
    if not problems:
        _taken("due_to1", lambda: read_due_dates([{"to": one.to, "on": one.on.isoformat()} for one in found]), problems)
    return tuple(found)


def _taken(name: str, reader: Any, problems: dict[str, Problem]) -> Any:
    try:
        return reader()
    except Refused as refusal:
        problems[name] = refusal.problem
        return None
