"""A dozen requests at the service desk, each in another state of its life: from just received to carried out.

Papers are seen on paper, so no file is stored. Applicants are the names of the synthetic roll or say that they are an
example; no NIK is entered.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from sepadan.demo.services.office_scene import EXAMPLE, Scene
from sepadan.tax.engine.request_types import About, request_type
from sepadan.tax.engine.requests import Act, Outcome
from sepadan.tax.public import (
    Bill,
    Done,
    Intake,
    NewRequest,
    Request,
    act_on,
    add_paper,
    carry_out_request,
    decide_request,
    file_request,
    letter_writer,
    take_request,
)

STEPS = ("received", "incomplete", "complete", "examined", "proposed", "decided", "carried_out", "withdrawn")


@dataclass(frozen=True, slots=True)
class Told:
    """One example: how many days ago it came, how far it got, and what was asked and granted."""

    kind: str
    back: int
    until: str
    channel: Intake
    outcome: Outcome = Outcome.GRANTED
    terms: Mapping[str, Any] = field(default_factory=dict)


EXAMPLES = (
    Told("copy", 9, "carried_out", Intake.COUNTER),
    Told("information", 14, "decided", Intake.ONLINE),
    Told("objection_amount", 25, "examined", Intake.COUNTER),
    Told("reduction", 21, "proposed", Intake.POST, terms={"percent": "25"}),
    Told("reduction", 18, "decided", Intake.COUNTER, Outcome.REFUSED),
    Told("penalty_reduction", 16, "proposed", Intake.COUNTER),
    Told("transfer", 11, "complete", Intake.COUNTER),
    Told("correction", 8, "incomplete", Intake.ONLINE),
    Told("spop_extension", 6, "withdrawn", Intake.POST),
    Told("new_object", 4, "incomplete", Intake.COUNTER),
    Told("transfer", 2, "received", Intake.ONLINE),
    Told("cancellation", 1, "received", Intake.COUNTER),
)


def file_example_requests(scene: Scene) -> None:
    """The examples in the order in which they came, oldest first, so that their numbers follow their days."""
    scene.start(700)
    for told in sorted(EXAMPLES, key=lambda one: -one.back):
        kind = request_type(told.kind)
        bill = None
        if kind.about is About.BILL or told.kind == "transfer":
            bill = _bill(scene, told)
            if bill is None:
                continue
        _lead(scene, told, _filed(scene, told, bill, is_about_bill=kind.about is About.BILL))


def _bill(scene: Scene, told: Told) -> Bill | None:
    """A bill for the example; one on which interest runs, where a cut of it is asked for."""
    if told.kind == "penalty_reduction":
        charges = scene.take_open(1, scene.day(told.back))
        return Bill.objects.filter(charge__in=charges, live=True).select_related("taxpayer").first()
    return next(iter(scene.take_any(1)), None)


def _filed(scene: Scene, told: Told, bill: Bill | None, *, is_about_bill: bool) -> Request:
    name = "Pemohon (Contoh)" if bill is None else bill.taxpayer.name
    return file_request(
        NewRequest(told.kind, told.channel, scene.day(told.back), name, nop="" if bill is None else bill.nop,
                   tax_year=bill.tax_year if bill is not None and is_about_bill else None,
                   statement=f"{EXAMPLE}.", claim=told.terms),
        actor=scene.officer, now=scene.at(told.back, 9), today=scene.day(told.back))


def _lead(scene: Scene, told: Told, made: Request) -> None:
    """Take the request through its steps up to the one that the example names, a day for each."""
    kind, back, last = request_type(told.kind), told.back, STEPS.index(told.until)
    if told.until == "received":
        return

    def move(act: Act, done: Done) -> None:
        nonlocal made, back
        back = max(back - 1, 0)
        made = act_on(made, act, done, version=made.version, actor=scene.officer, now=scene.at(back),
                      today=scene.day(back))

    made = take_request(made, version=made.version, actor=scene.officer, now=scene.at(back), today=scene.day(back))
    needed = sorted(kind.needed)
    for code in needed[:1] if told.until == "incomplete" else needed:
        made = add_paper(made, code, version=made.version, actor=scene.officer, now=scene.at(back),
                         today=scene.day(back))
    if told.until == "withdrawn":
        move(Act.WITHDRAW, Done(note=f"{EXAMPLE}: ditarik pemohon"))
        return
    if told.until == "incomplete":
        move(Act.ASK, Done(note=f"{EXAMPLE}: surat belum lengkap", until=scene.today + timedelta(days=10)))
        return
    move(Act.COMPLETE, Done())
    if last >= STEPS.index("examined"):
        move(Act.EXAMINE, Done(note=f"{EXAMPLE}: data dan lapangan dicocokkan", looked=True))
    if last >= STEPS.index("proposed"):
        move(Act.PROPOSE, Done(note=f"{EXAMPLE}: dasar usul", outcome=told.outcome, terms=told.terms))
    if last >= STEPS.index("decided"):
        back = max(back - 1, 0)
        made = decide_request(made, version=made.version, actor=scene.approver, now=scene.at(back),
                              today=scene.day(back), write_letter=letter_writer(scene.day(back)))
    if last >= STEPS.index("carried_out"):
        carry_out_request(made, version=made.version, actor=scene.officer, now=scene.at(back, 14),
                          today=scene.day(back))
