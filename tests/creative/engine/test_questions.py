"""An organiser's questions: what may be asked, what may be answered, and that nothing else is kept."""

from __future__ import annotations

import pytest

from sepadan.creative.engine.questions import MOST, read_answers, read_questions
from sepadan.ground.problems import Refused


def row(**more):
    return {"code": "q1", "label": {"id": "Alat?"}, "type": "text", **more}


@pytest.mark.parametrize(("rows", "key"), [
    ([row(label={"id": " "})], "creative.question.no_text"),
    ([row(type="nik")], "creative.question.type"),
    ([row(code="_companions")], "creative.question.code"),
    ([row(), row()], "creative.question.code"),
    ([row(type="choice", choices=["satu", "satu", " "])], "creative.question.choices"),
    ([row(code=f"q{number}") for number in range(MOST + 1)], "creative.question.many"),
])
def test_an_unsound_question_is_refused_with_its_reason(rows, key):
    with pytest.raises(Refused) as refused:
        read_questions(rows)
    assert refused.value.problem.what.key == key


def test_a_question_is_kept_and_read_back_as_it_was():
    asked = read_questions([row(), row(code="q2", type="many", choices=["a", "b "], needed=True)])
    assert read_questions([one.kept() for one in asked]) == asked
    assert asked[1].choices == ("a", "b")


@pytest.mark.parametrize(("kind", "sent", "kept", "fault"), [
    ("text", ["  Godot "], "Godot", None),
    ("text", ["x" * 201], None, "creative.question.long"),
    ("number", ["1.200"], 1200, None),
    ("number", ["-1"], None, "creative.question.not_number"),
    ("number", ["９"], None, "creative.question.not_number"),
    ("number", ["1000001"], None, "creative.question.not_number"),
    ("yes_no", ["yes"], True, None),
    ("yes_no", ["no"], False, None),
    ("yes_no", ["mungkin"], None, "creative.question.yes_no"),
    ("choice", ["b"], "b", None),
    ("choice", ["c"], None, "creative.question.not_a_choice"),
    ("many", ["b", "a"], ["a", "b"], None),
    ("many", ["a", "c"], None, "creative.question.not_a_choice"),
    ("text", [" "], None, "creative.ask.needed"),
])
def test_an_answer_is_of_its_type_or_says_what_is_wrong(kind, sent, kept, fault):
    asked = read_questions([row(type=kind, needed=True, choices=["a", "b"])])
    answers, faults = read_answers(asked, {"q1": sent, "nik": ["3573"]})
    assert answers.get("q1") == kept
    assert (faults["q1"].key if faults else None) == fault
    assert "nik" not in answers
