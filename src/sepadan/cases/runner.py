"""Evaluating cases: one outcome per case, whatever goes wrong in it."""

from __future__ import annotations

from sepadan.cases.case import Case
from sepadan.cases.outcome import Outcome, differences
from sepadan.cases.rules import PLANNED, RULES
from sepadan.ground.problems import Problem, Refused, problem
from sepadan.ground.statute_reader import near


def run_case(case: Case) -> Outcome:
    """The outcome of *case*. A refusal passes only where the case expects it; a fault in its shape always fails."""
    if case.faults:
        return Outcome(case, problems=case.faults)
    if case.rule in PLANNED:
        return Outcome(case, problems=(problem("cases.rule.no_engine", where=case.where, rule=case.rule),))
    if case.expects_refusal and len(case.expected) > 1:
        return Outcome(case, problems=(problem("cases.expected.refused_mixed", where=case.where),))
    if case.rule not in RULES:
        known = ", ".join(sorted(RULES))
        return _refused(case, problem("cases.rule.unknown", where=case.where, rule=case.rule, known=known,
                                      near=near(case.rule, RULES)))
    try:
        result = RULES[case.rule](case)
    except Refused as refusal:
        return _refused(case, refusal.problem)
    if case.expects_refusal:
        return Outcome(case, problems=(problem("cases.expected.refused_not", where=case.where),), steps=result.steps)
    expected = {key: value for key, value in case.expected.items() if key != "refused"}
    return Outcome(case, tuple(differences(expected, result.values, case.tolerance)), steps=result.steps)


def _refused(case: Case, fault: Problem) -> Outcome:
    return Outcome(case) if case.expects_refusal else Outcome(case, problems=(fault,))
