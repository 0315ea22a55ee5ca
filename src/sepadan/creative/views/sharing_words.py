"""Rules, groups and reasons of sharing in the words of a reader."""

from __future__ import annotations

from typing import Any

from sepadan.creative.engine.quota_rules import ORGANISERS, Kept, Lead, Limit, Needs, OpenWishes, Rule
from sepadan.creative.engine.quotas import group_words
from sepadan.creative.fairness_names import OUTSIDE
from sepadan.creative.models import Centre
from sepadan.creative.queries.ecosystem import subsector_words
from sepadan.ground.messages import Message, catalogue, message
from sepadan.records.public import language
from sepadan.territory.public import kecamatan_in


def value_words(trait: str, value: Any, region: Any) -> Message | str:
    """The name of one value of a trait; what nobody told is said to be unknown."""
    if trait in ("newcomer", "disability"):
        yes = value is True or value == "yes"
        return message(f"creative.sharing.{trait}.{'yes' if yes else 'no'}")
    if not value:
        return message("creative.sharing.not_told")
    if trait == "kind":
        return message(f"creative.organiser.{value}") if value in ORGANISERS else str(value)
    if trait == "subsector":
        return subsector_words(str(value))
    if value == OUTSIDE:
        return message("creative.ask.outside")
    return next((one.name for one in kecamatan_in(region) if one.code == value), str(value))


def reason_words(name: str, centre: Centre) -> Message | str:
    """Why wishes were refused: by a rule of the centre, or by a reason of the calendar."""
    if name.startswith("rule:"):
        return message("creative.refused.rule", rule=name.removeprefix("rule:"))
    key = f"creative.refused.{name}"
    return message(key) if key in catalogue() else message("creative.refused.other", what=name)


def rule_words(rule: Rule) -> dict[str, Any]:
    """A rule as a reader wants it: what it says, for which spaces and whom not, and why."""
    if isinstance(rule, Limit):
        said = message(f"creative.rule.{rule.counted}", most=rule.most, per=message(f"creative.rule.per.{rule.per}"))
    elif isinstance(rule, OpenWishes):
        said = message("creative.rule.open", most=rule.most)
    elif isinstance(rule, Lead):
        said = message("creative.rule.lead", least=rule.least_days) if rule.most_days is None else message(
            "creative.rule.lead_between", least=rule.least_days, most=rule.most_days)
    elif isinstance(rule, Kept):
        said = message("creative.rule.kept", share=rule.share, since=f"{rule.since:%H.%M}", until=f"{rule.until:%H.%M}",
                       groups=group_words(rule.groups), days=rule.until_days)
    else:
        assert isinstance(rule, Needs)
        said = message("creative.rule.needs", field=message(f"creative.quota.field.{rule.field}"))
    return {"code": rule.code, "said": said, "spaces": ", ".join(sorted(rule.spaces)),
            "excepted": group_words(rule.excepted), "why": rule.why.get(language(), rule.why.get("id", ""))}
