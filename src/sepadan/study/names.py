"""Plain words that the study uses as values: topics, directions, kinds of figure by family, verdicts, decisions.

Idea: each is a closed list, so that a typo in a data file is a fault with a place and never a silent new word.
Kinds and confidence themselves are those of ``ground.cells``.
"""

from __future__ import annotations

from typing import Literal, get_args

Topic = Literal["people", "land", "finance", "tax", "waste", "economy", "creative", "travel", "law"]
Direction = Literal["higher", "lower", "neutral", "context"]
Processing = Literal["none", "minor", "major"]
RegionKind = Literal["kota", "kabupaten"]
Service = Literal["tax", "creative", "waste"]
Side = Literal["host", "guest"]
ClaimVerdict = Literal["supported", "not_supported", "cannot_be_checked"]
Decision = Literal["adopt", "adapt", "reject", "watch"]
LessonState = Literal["proposed", "agreed", "under_way", "done", "dropped"]

TOPICS: tuple[str, ...] = get_args(Topic)
DIRECTIONS: tuple[str, ...] = get_args(Direction)
SERVICES: tuple[str, ...] = get_args(Service)
DECISIONS: tuple[str, ...] = get_args(Decision)
LESSON_STATES: tuple[str, ...] = get_args(LessonState)
CLAIM_VERDICTS: tuple[str, ...] = get_args(ClaimVerdict)

# Families of kinds. A figure of one family may stand beside one of another only with a word on it, or not at all.
OBSERVED = frozenset({"realised", "estimate"})
AIMED = frozenset({"target", "target_quarterly", "draft_target", "budget", "plan"})
SAID = frozenset({"claim"})

# Which kind answers when none is asked for, best first.
KIND_ORDER: tuple[str, ...] = (
    "realised", "estimate", "budget", "target", "draft_target", "target_quarterly", "plan", "claim", "missing",
)

# How a value stands among others of the same thing, best first: a gazetted figure beats a statistic beats a speech.
STANDINGS: tuple[str, ...] = ("gazetted", "producer", "official", "reported", "spoken", "unsourced")
