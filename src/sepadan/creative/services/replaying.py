"""Trying other rules on the centre's own log of requests: nothing is written, the same log and rules say the same.

The year is that of the last twelve whole months the log holds up to a day. Other rules come from a file in the form of
``centres/`` or from single values that replace those of the centre.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from django.db.models import Max

from sepadan.creative.engine.centre_rules import CentreRules, RuleChange, compare_rules, read_centre_rules, shared
from sepadan.creative.engine.replay import Log, Replayed, replay
from sepadan.creative.models import Centre, DatePast
from sepadan.creative.queries.known import Knowledge
from sepadan.creative.queries.request_log import log_digest, request_log, span_of_log
from sepadan.creative.services.setting_up import CENTRES
from sepadan.ground.problems import refuse
from sepadan.ground.yaml_exact import parse_exact, read_exact

EXAMPLES = Path(__file__).resolve().parents[1] / "rules"
MOST_TEXT = 20_000


@dataclass(frozen=True)
class Trial:
    """A replay with its year and where the two sets of rules differ."""

    first: date
    last: date
    own: CentreRules
    replayed: Replayed
    changes: tuple[RuleChange, ...]


def try_rules(centre: Centre, rules: CentreRules, *, known: Knowledge, today: date) -> Trial | None:
    """*rules* on the last year of requests before *today*; None where nothing was asked for yet."""
    year = last_year(centre, today)
    if year is None:
        return None
    log = request_log(centre, *year, known)
    return Trial(*year, log.own, replay(log, rules), tuple(compare_rules(log.own, rules)))


def last_year(centre: Centre, today: date) -> tuple[date, date] | None:
    """The last twelve whole months before *today* that the log reaches into; None without a request by then."""
    span = span_of_log(centre)
    if span is None or span[0] >= today.replace(day=1):
        return None
    last = min(today.replace(day=1) - timedelta(days=1), _month_end(span[1]))
    first = (last.replace(day=1) - timedelta(days=330)).replace(day=1)
    return first, last


def _month_end(day: date) -> date:
    return (day.replace(day=1) + timedelta(days=32)).replace(day=1) - timedelta(days=1)


@dataclass(frozen=True)
class OwnRequests:
    """A region's requests of one year, for a study: of which centre, whether they are an example, what tells this state
    from others. The log stays within the region; only counts leave it."""

    centre: str
    synthetic: bool
    first: date
    last: date
    log: Log
    digest: str


def own_requests(on: date, *, known: Knowledge) -> OwnRequests | None:
    """The requests of the region's first centre: of the last year before *on*, or, if the log begins later, of the last
    year before its newest entry. None where nothing was ever asked for."""
    centre = Centre.objects.order_by("code").first()
    if centre is None:
        return None
    until = DatePast.objects.filter(booking__centre=centre, at__lte=known.at).aggregate(last=Max("at"))["last"]
    year = None if until is None else last_year(centre, on) or last_year(centre, until.date())
    if year is None:
        return None
    log = request_log(centre, *year, known)
    return OwnRequests(centre.name, centre.synthetic, *year, log, log_digest(centre)) if log.wishes else None


def requests_digest() -> str:
    """What tells the requests and rules of the region's first centre from any other state; empty without a centre."""
    centre = Centre.objects.order_by("code").first()
    return "" if centre is None else log_digest(centre)


def example_rules() -> list[CentreRules]:
    """The example rules that come with the product; they are nobody's."""
    return [rules_of_file(one.stem) for one in sorted(EXAMPLES.glob("*.yaml"))]


def rule_files() -> list[Path]:
    """Files of centres, and of example rules that are nobody's, as they come with the product."""
    return [*sorted(CENTRES.glob("*.yaml")), *sorted(EXAMPLES.glob("*.yaml"))]


def rules_of_file(name: str) -> CentreRules:
    """The rules in a file that comes with the product. Raises Refused on an unknown name."""
    found = next((one for one in rule_files() if one.stem == name), None)
    if found is None:
        raise refuse("creative.replay.no_file", where=name[:40], known=", ".join(one.stem for one in rule_files()))
    data = read_exact(found)
    return read_centre_rules(data, _name(data, found.stem))


def rules_of_text(text: str) -> CentreRules:
    """The rules in a text in the form of a centre's file. Raises Refused on what cannot be read."""
    if len(text) > MOST_TEXT:
        raise refuse("creative.replay.long", where="-", most=MOST_TEXT)
    data = parse_exact(text, "aturan")
    if not isinstance(data, Mapping):
        raise refuse("creative.replay.not_rules", where="aturan")
    return read_centre_rules(data, _name(data, "aturan"))


def changed_rules(own: CentreRules, changes: Mapping[str, Any], name: str) -> CentreRules:
    """The own rules with some parts replaced: ``hours``, ``skip``, limits, ``step_days`` ... None takes a part away."""
    data = shared(own)
    inner = {**data["rules"], **{part: value for part, value in changes.items() if part != "hours"}}
    return read_centre_rules({"hours": changes.get("hours", data["hours"]), "rules": {
        part: value for part, value in inner.items() if value is not None}}, name)


def _name(data: Any, otherwise: str) -> str:
    name = data.get("name", otherwise) if isinstance(data, Mapping) else otherwise
    return str(name)[:80]
