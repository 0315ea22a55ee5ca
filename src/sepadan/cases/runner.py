"""Evaluating cases: one outcome per case, whatever goes wrong in it."""

from __future__ import annotations

from sepadan.cases.case import Case
from sepadan.cases.outcome import Difference, Outcome, differences
from sepadan.cases.rules import PLANNED, RULES
from sepadan.ground.problems import Problem, Refused, problem
from sepadan.ground.statute_reader import near

# Faults of a case that refuse it as its engine would: an unknown key or word, a part that is missing or malformed. The
# others (an id used twice, nothing expected) say that the case proves nothing: they fail it always.
_REFUSING = frozenset({"cases.case.unknown_key", "cases.case.missing_key", "cases.case.confidence", "cases.case.law",
                       "cases.case.part_not_map"})  # fmt: skip


def run_case(case: Case) -> Outcome:
    """The outcome of *case*. A refusal passes only where the case expects it; a fault of the engine always fails."""
    if case.faults:
        if case.expects_refusal and len(case.expected) == 1 and {one.what.key for one in case.faults} <= _REFUSING:
            return Outcome(case)
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
    except Exception as error:  # one case must not hide the others
        fault = problem("cases.rule.broke", where=case.where, rule=case.rule, error=f"{type(error).__name__}: {error}")
        return Outcome(case, problems=(fault,))
    if case.expects_refusal:
        computed = Difference("refused", True, result.values)
        return Outcome(case, (computed,), (problem("cases.expected.refused_not", where=case.where),), result.steps)
    expected = {key: value for key, value in case.expected.items() if key != "refused"}
    return Outcome(case, tuple(differences(expected, result.values, case.tolerance)), steps=result.steps)


def _refused(case: Case, fault: Problem) -> Outcome:
    if case.expects_refusal:
        return Outcome(case)
    awaited = tuple(Difference(str(key), value, None, refused=True) for key, value in case.expected.items()
                    if key != "refused")
    return Outcome(case, awaited, (fault,))
