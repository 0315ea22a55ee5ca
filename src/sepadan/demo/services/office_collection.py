"""Letters of collection in each step: reminders delivered and returned, warnings that ran out, warrants drafted and
signed, demands that wait for a signature; and visits to debtors.

Objects are debtors whose newest bill is past its due day. Days count back from the loading, so that the days between
two letters are those of the law or of the assumption set in force.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from sepadan.demo.services.office_scene import EXAMPLE, Scene
from sepadan.tax.public import (
    Bill,
    CollectionLetter,
    LetterKind,
    VisitOutcome,
    deliver_letter,
    record_visit,
    return_letter,
    sign_letter,
    write_letters,
)

AGES = {LetterKind.REMINDER: 12, LetterKind.WARNING: 45, LetterKind.WARRANT: 2, LetterKind.STPD: 1}
"""How many days ago the letters of a kind were written."""


def write_example_letters(scene: Scene) -> None:
    """One group of debtors for each step of collection."""
    scene.start(500)
    reminded, warned, demanded = (_nops(scene, count) for count in (6, 6, 4))
    for place, letter in enumerate(_written(scene, reminded, LetterKind.REMINDER)):
        if place == 0:
            return_letter(letter, version=letter.version, reason=f"{EXAMPLE}: alamat tidak ditemukan",
                          actor=scene.officer, now=scene.at(8))
        elif place < 4:
            _deliver(scene, letter, 10)
    for letter in _written(scene, warned, LetterKind.WARNING):
        _deliver(scene, letter, AGES[LetterKind.WARNING] - 2)
    warrants = _written(scene, warned[:3], LetterKind.WARRANT)
    if warrants:
        signed = sign_letter(warrants[0], version=warrants[0].version, actor=scene.approver, now=scene.at(2, 14),
                             today=scene.day(2))
        _deliver(scene, signed, 1)
    demands = _written(scene, demanded, LetterKind.STPD)
    if demands:
        sign_letter(demands[0], version=demands[0].version, actor=scene.approver, now=scene.at(1, 14),
                    today=scene.day(1))
    _visit(scene, warned[3:])


def _nops(scene: Scene, count: int) -> list[str]:
    """Objects whose bill of the year is open and was due."""
    charges = scene.take_open(count, scene.day(AGES[LetterKind.WARNING]))
    return list(Bill.objects.filter(charge__in=charges, live=True).order_by("nop").values_list("nop", flat=True))


def _written(scene: Scene, nops: Sequence[str], kind: LetterKind) -> list[CollectionLetter]:
    back = AGES[kind]
    letters, _ = write_letters(nops, kind, actor=scene.officer, now=scene.at(back), today=scene.day(back))
    return letters


def _deliver(scene: Scene, letter: CollectionLetter, back: int) -> None:
    deliver_letter(letter, version=letter.version, on=scene.day(back), to="Penghuni (contoh)", actor=scene.officer,
                   now=scene.at(back, 15), today=scene.day(back))


def _visit(scene: Scene, nops: Sequence[str]) -> None:
    """One visit each: met, promised to pay within two weeks, not at home."""
    outcomes = (VisitOutcome.MET, VisitOutcome.PROMISED, VisitOutcome.ABSENT)
    for nop, outcome in zip(nops, outcomes, strict=False):
        promised = scene.today + timedelta(days=14) if outcome is VisitOutcome.PROMISED else None
        record_visit(nop, on=scene.day(3), outcome=outcome, promised_by=promised, note=EXAMPLE, actor=scene.officer,
                     now=scene.at(3, 15), today=scene.day(3))
