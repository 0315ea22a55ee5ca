"""What the portal may use of the study: figures and their checks, claims, practices, visits, lists of recorded ones.

All but the recorded visits and the books of a region is pure and reads the shipped data;
``docs/reference/study-engine.md`` explains each call.
"""

from __future__ import annotations

from sepadan.study.access import (
    ListedVisit,
    public_visits,
    visits_for,
)
from sepadan.study.engine.book import (
    Book,
    Fact,
    Indicator,
    Origin,
)
from sepadan.study.engine.books import (
    MEASURES,
    BookSide,
)
from sepadan.study.engine.claims import (
    CheckedClaim,
    check_claim,
)
from sepadan.study.engine.conflicts import (
    Clash,
    ClashSide,
    clash_of,
    contradictions,
)
from sepadan.study.engine.derived import (
    figure,
)
from sepadan.study.engine.findings import (
    findings,
)
from sepadan.study.engine.gate import (
    Comparison,
    compare_all,
)
from sepadan.study.engine.indicators import (
    cell_of,
    joined,
)
from sepadan.study.engine.practice import (
    Notice,
    Version,
    notices,
    version_on,
)
from sepadan.study.engine.series import (
    Point,
    series,
)
from sepadan.study.engine.visit import (
    Delegate,
    Happening,
    Lesson,
    Visit,
)
from sepadan.study.facts import (
    load_claims,
    load_indicators,
    load_practices,
    load_visits,
    load_waste_assumptions,
)
from sepadan.study.services.books import (
    side_of,
)

__all__ = [
    "MEASURES",
    "Book",
    "BookSide",
    "CheckedClaim",
    "Clash",
    "ClashSide",
    "Comparison",
    "Delegate",
    "Fact",
    "Happening",
    "Indicator",
    "Lesson",
    "ListedVisit",
    "Notice",
    "Origin",
    "Point",
    "Version",
    "Visit",
    "cell_of",
    "check_claim",
    "clash_of",
    "compare_all",
    "contradictions",
    "figure",
    "findings",
    "joined",
    "load_claims",
    "load_indicators",
    "load_practices",
    "load_visits",
    "load_waste_assumptions",
    "notices",
    "public_visits",
    "series",
    "side_of",
    "version_on",
    "visits_for",
]
