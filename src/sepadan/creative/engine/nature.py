"""Free or paid by the nature of the activity, the tariff of the day of use, and the check after the event.

Idea: the statute parts uses by what they are, not by the room: commercial use pays; social, educational and uncharged
use is free or reduced (parameter ``charged`` of the levy ``creative_centre``). Four answers decide. An answer that is
not given is never guessed: the judgement holds if it is the same whatever the answer would be, else it is ``unknown``
and names the questions that matter. Where the statute says "free or reduced", and whether a charged course is reduced,
is the centre's ``Policy`` and shown as an assumption.

Each date is assessed by the law of its own day: a tariff changed on 1 August leaves 31 July as it was. Amounts are
whole rupiah per ``hour`` (each begun hour), ``day`` (each local day touched) or ``event`` (one per date). A tariff that
is not known leaves the amount missing with the reason, and the total with it. Reduced amounts are cut to whole rupiah.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime, timedelta
from fractions import Fraction
from itertools import product
from typing import Any, Literal

from sepadan.ground.figures import Language
from sepadan.ground.messages import Message, message
from sepadan.ground.money import Rupiah, exact, round_rupiah
from sepadan.ground.problems import Refused, refuse
from sepadan.ground.provisions import Provision
from sepadan.ground.statutes import Law
from sepadan.ground.steps import Basis, Explained

Kind = Literal["free", "reduced", "pays", "unknown"]
Leniency = Literal["free", "reduced"]
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
RULE = "charged"


@dataclass(frozen=True, slots=True)
class Nature:
    """The answers of the applicant, or what was found after the event. None: not answered.

    ``charged``: participants pay to take part. ``profit``: it serves somebody's private profit (also a sponsor's).
    """

    charged: bool | None = None
    profit: bool | None = None
    education: bool | None = None
    social: bool | None = None


QUESTIONS = tuple(one.name for one in fields(Nature))


def read_nature(stored: Mapping[str, Any]) -> Nature:
    """The answers kept with a request. Those of an earlier form are read too: ``charges`` asked what ``charged`` asks,
    and whoever ``sells`` at his activity makes a profit there."""
    given = {one: stored.get(one) for one in QUESTIONS}
    if given["charged"] is None:
        given["charged"] = stored.get("charges")
    if stored.get("sells"):
        given["profit"] = True
    return Nature(**{one: answer if isinstance(answer, bool) else None for one, answer in given.items()})


@dataclass(frozen=True, slots=True)
class Policy:
    """What the statute leaves open. ``reduced_share``: the part of the tariff that a reduced use pays, if set."""

    uncharged: Leniency = "free"
    uncharged_education: Leniency = "free"
    uncharged_social: Leniency = "free"
    charged_course: Literal["pays", "reduced"] = "pays"  # educational, participants pay, nobody's private profit
    reduced_share: Fraction | None = None


def read_policy(rules: Mapping[str, Any]) -> Policy:
    """The policy among the rules of a centre. Raises Refused on an unknown key or value."""
    known = {one.name: one for one in fields(Policy)}
    values: dict[str, Any] = {}
    for key, value in rules.items():
        if key not in known:
            raise refuse("creative.nature.policy.key", where=key, key=key, known=", ".join(known))
        if key == "reduced_share":
            share = None if value is None else exact(value)
            if share is not None and not 0 <= share <= 1:
                raise refuse("creative.nature.policy.value", where=key, value=str(value), known="0–1")
            values[key] = share
        else:
            allowed = ("pays", "reduced") if key == "charged_course" else ("free", "reduced")
            if value not in allowed:
                raise refuse("creative.nature.policy.value", where=key, value=str(value), known=", ".join(allowed))
            values[key] = value
    return Policy(**values)


@dataclass(frozen=True, slots=True)
class Judgement:
    """``open``: the questions whose answer would decide, when the kind is unknown."""

    kind: Kind
    open: tuple[str, ...] = ()


def judge(nature: Nature, policy: Policy) -> Judgement:
    """What *nature* makes of the use; unknown only where an open answer would change it."""
    given = {one: getattr(nature, one) for one in QUESTIONS}
    asked = [one for one in QUESTIONS if given[one] is None]
    outcomes = {answers: _kind({**given, **dict(zip(asked, answers, strict=True))}, policy)
                for answers in product((True, False), repeat=len(asked))}
    kinds = set(outcomes.values())
    if len(kinds) == 1:
        return Judgement(kinds.pop())
    matter = [question for place, question in enumerate(asked)
              if any(kind != outcomes[(*answers[:place], not answers[place], *answers[place + 1:])]
                     for answers, kind in outcomes.items())]
    return Judgement("unknown", tuple(matter))


def _kind(answers: Mapping[str, bool], policy: Policy) -> Kind:
    if answers["profit"]:
        return "pays"
    if answers["charged"]:
        return policy.charged_course if answers["education"] else "pays"
    lenient = [policy.uncharged_education] if answers["education"] else []
    lenient += [policy.uncharged_social] if answers["social"] else []
    if not lenient:
        return policy.uncharged
    return "free" if "free" in lenient else "reduced"


@dataclass(frozen=True, slots=True)
class Use:
    """One date in one space, in local times. ``tariff`` names the parameter of the statute, empty: the space has none;
    ``per`` the part of that tariff (hour, day, event), empty where it has one only."""

    start: datetime
    end: datetime
    tariff: str
    per: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """What one date costs. ``amount`` None: not known, ``why`` says what is missing."""

    use: Use
    on: date
    kind: Kind
    quantity: int
    rate: Rupiah | None
    amount: Rupiah | None
    why: Message | None = None
    provision: Provision | None = None
    per: str = ""


@dataclass(frozen=True, slots=True)
class Assessment:
    """The judgement, a line per date, and their sum: None as soon as one is not known."""

    nature: Nature
    judgement: Judgement
    lines: tuple[Line, ...]
    steps: tuple[Explained, ...]

    @property
    def total(self) -> Rupiah | None:
        amounts = [one.amount for one in self.lines]
        return None if None in amounts else sum(one for one in amounts if one is not None)


def assess(nature: Nature, uses: Sequence[Use], law_on: Callable[[date], Law], policy: Policy) -> Assessment:
    """What *uses* cost by the law of each day. Raises Refused where no rule is known for a day (before it began)."""
    found = judge(nature, policy)
    steps = [_answer(nature, question) for question in QUESTIONS]
    lines: list[Line] = []
    for use in sorted(uses, key=lambda one: one.start):
        law = law_on(use.start.date())
        rule = law.require(RULE)
        if not lines:
            steps.append(_decided(nature, found, rule))
        line = _line(use, found.kind, law, policy)
        lines.append(line)
        steps.append(_step(line))
    whole = Assessment(nature, found, tuple(lines), ())
    total = Explained(message("creative.nature.step.total"), whole.total, is_sum=True)
    return Assessment(nature, found, tuple(lines), (*steps, total))


def _line(use: Use, kind: Kind, law: Law, policy: Policy) -> Line:
    on = use.start.date()
    if kind == "free":
        return Line(use, on, kind, 1, None, 0)
    if kind == "unknown":
        return Line(use, on, kind, 1, None, None, message("creative.nature.why.open"))
    if not use.tariff:
        return Line(use, on, kind, 1, None, None, message("creative.nature.why.no_tariff"))
    try:
        provision = law.require(use.tariff)
    except Refused as refused:
        return Line(use, on, kind, 1, None, None, why_unknown(refused))
    amounts = provision.value if isinstance(provision.value, Mapping) else {"event": provision.value}
    per = use.per or (next(iter(amounts)) if len(amounts) == 1 else "")
    if per not in amounts or per not in ("hour", "day", "event"):
        raise refuse("creative.nature.per", where=use.tariff, tariff=use.tariff, per=per or "-",
                     known=", ".join(amounts))
    quantity = _quantity(use, per)
    rate, full = int(amounts[per]), quantity * int(amounts[per])
    if kind == "pays":
        return Line(use, on, kind, quantity, rate, full, None, provision, per)
    if policy.reduced_share is None:
        return Line(use, on, kind, quantity, rate, None, message("creative.nature.why.share"), provision, per)
    return Line(use, on, kind, quantity, rate, round_rupiah(full * policy.reduced_share, "down"), None, provision, per)


def why_unknown(refused: Refused) -> Message:
    """Why a law does not know a value, without the names that only its files use."""
    why = refused.problem.what.params.get("why")
    return why if isinstance(why, Message) else refused.problem.what


def _quantity(use: Use, per: str) -> int:
    if per == "hour":
        return -((use.start - use.end) // HOUR)  # each begun hour
    if per == "day":
        return ((use.end - timedelta(microseconds=1)).date() - use.start.date()).days + 1
    return 1


def _answer(nature: Nature, question: str) -> Explained:
    given = getattr(nature, question)
    word = "open" if given is None else "yes" if given else "no"
    return Explained(message(f"creative.nature.question.{question}"), message(f"creative.nature.answer.{word}"), "text",
                     bases=(Basis("given", question),))


class _Listed(Message):
    """Several messages in one sentence."""

    __slots__ = ()

    def text(self, lang: Language) -> str:
        return ", ".join(one.text(lang) for one in self.params["parts"])


def _decided(nature: Nature, found: Judgement, rule: Provision) -> Explained:
    bases = [_basis(rule)]
    course = nature.charged and nature.education and nature.profit is False
    if found.kind in ("free", "reduced") or course:
        bases.append(Basis("assumption", "policy", confidence="low", why=message("creative.nature.policy.why")))
    parts = [message(f"creative.nature.question.{one}") for one in found.open]
    how = message("creative.nature.decided.open", questions=_Listed("", {"parts": parts})) if parts else None
    return Explained(message("creative.nature.step.decided"), message(f"creative.nature.kind.{found.kind}"), "text",
                     how, tuple(bases))


def _step(line: Line) -> Explained:
    how = line.why
    if line.rate is not None and line.amount is not None:
        how = message("creative.nature.how", quantity=line.quantity, rate=line.rate)
    return Explained(message("creative.nature.step.date", on=line.on), line.amount, how=how,
                     bases=(_basis(line.provision),) if line.provision else ())


def _basis(provision: Provision) -> Basis:
    if provision.confidence == "draft" and provision.note is not None:  # a centre's own assumption, with its reason
        return Basis("assumption", provision.name, confidence="low", why=provision.note)
    title = provision.instrument.title if provision.instrument else ""
    return Basis("draft" if provision.confidence == "draft" else "law", provision.name, title, provision.article or "",
                 provision.confidence, provision.source or "")


@dataclass(frozen=True, slots=True)
class Reassessment:
    """What was found after the event against what was said before it. ``difference`` None: one side is not known."""

    before: Assessment
    after: Assessment
    changed: tuple[str, ...]  # the answers that turned out otherwise

    @property
    def difference(self) -> Rupiah | None:
        was, now = self.before.total, self.after.total
        return None if was is None or now is None else now - was


def reassess(before: Assessment, found: Nature, law_on: Callable[[date], Law], policy: Policy) -> Reassessment:
    """*before* judged anew by what was *found*; an answer that was not looked into (None) stays as it was given."""
    nature = Nature(**{one: getattr(before.nature if getattr(found, one) is None else found, one) for one in QUESTIONS})
    after = assess(nature, [line.use for line in before.lines], law_on, policy)
    changed = tuple(one for one in QUESTIONS if getattr(nature, one) != getattr(before.nature, one))
    return Reassessment(before, after, changed)
