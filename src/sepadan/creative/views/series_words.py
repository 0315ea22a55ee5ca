"""A series in words: its rule, and why one of its dates is passed over."""

from __future__ import annotations

from sepadan.creative.engine.recurrence import Weekly
from sepadan.creative.engine.rule_text import Written
from sepadan.creative.models import BookingDate
from sepadan.creative.names import DateCause
from sepadan.ground.figures import Language
from sepadan.ground.messages import Message, message


def why_of(one: BookingDate) -> Message | str | None:
    """Why a date is passed over: the cause, and what is known of it. The number of another's booking is not told."""
    if not one.cause:
        return None
    cause = message(f"creative.cause.{one.cause}")
    return cause if one.cause == DateCause.CLASH or not one.reason else message(
        "creative.cause.with", cause=cause, reason=one.reason)


def rule_words(written: Written) -> Message:
    """A rule in words."""
    rule = written.rule
    end = (message("creative.rule.count", count=rule.ending.count) if rule.ending.count is not None
           else message("creative.rule.until", day=rule.ending.until))
    single = "_1" if rule.interval == 1 else ""
    common = {"every": rule.interval, "at": f"{written.at:%H.%M}", "end": end}
    if isinstance(rule, Weekly):
        return message(f"creative.rule.weekly{single}", days=Several(tuple(
            message(f"creative.weekday.{day}") for day in sorted(rule.weekdays))), **common)
    nth = message(f"creative.series.nth.{'last' if rule.nth == -1 else rule.nth}") if rule.nth >= -1 else message(
        "creative.rule.nth", nth=-rule.nth)
    return message(f"creative.rule.monthly{single}", days=message(f"creative.weekday.{rule.weekday}"), nth=nth,
                   **common)


class Several(Message):
    """Several messages as one, with commas."""

    def __init__(self, parts: tuple[Message, ...]) -> None:
        super().__init__("", {str(number): part for number, part in enumerate(parts)})

    def text(self, lang: Language) -> str:
        return ", ".join(part.text(lang) for part in self.params.values())
