"""Finding a name or a street among a million rows: by the beginnings of its words, over indexes.

Under row-level security a condition may use an index only if it cannot give anything away; a pattern (``LIKE``) may
not, so it reads the whole region (seconds). A range of text may. The database keeps the first ``WORDS`` words of a
taxpayer's name and of an object's street in columns of their own (migration 0018, in upper case, marks as spaces), each
with an index; every word that is typed must be the beginning of one of them, in any order. A word of one letter must be
the whole word. Words that stand in nearly every street ("jalan") are left out where others are there.

What it does not find: the middle of a word, and words after the fifth. At most ``MOST`` rows are found; ``more`` says
that there would be others, so that the officer adds a word.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db import connection

from sepadan.records.public import current_region

WORDS = 5
LONGEST = 40
MOST = 5_000
_MARKS = str.maketrans(dict.fromkeys(".,'-/()&\"", " "))
COMMON = frozenset({"JL", "JLN", "JALAN", "GG", "GANG", "NO", "BLOK", "DUSUN", "DSN"})
_LAST = "\U0010ffff"


@dataclass(frozen=True, slots=True)
class FoundIds:
    """Ids of rows; ``more``: there are others beyond ``MOST``."""

    ids: list[int]
    more: bool


def search_words(typed: str) -> list[str]:
    """The words to be looked up, as the columns hold them; none where nothing was typed that could be."""
    words = list(dict.fromkeys(word[:LONGEST] for word in typed.replace("\0", " ").upper().translate(_MARKS).split()))
    telling = [word for word in words if word not in COMMON and (len(word) > 1 or word.isdigit())]
    return (telling or words)[:WORDS]


def _condition(column: str, words: list[str]) -> tuple[str, list[Any]]:
    """Every word begins one of the words of *column*, which the author writes."""
    parts, params = [], []
    for word in words:
        test = "{0} >= %s AND {0} < %s" if len(word) > 1 else "{0} = %s"
        bounds = [word, word + _LAST] if len(word) > 1 else [word]
        parts.append("(" + " OR ".join(test.format(f"{column}_word{n}") for n in range(1, WORDS + 1)) + ")")
        params += bounds * WORDS
    return " AND ".join(parts), params


def _found(query: str, params: list[Any], most: int) -> FoundIds:
    with connection.cursor() as cursor:
        cursor.execute(query, params)
        ids = [key for (key,) in cursor.fetchall()]
    return FoundIds(ids[:most], len(ids) > most)


def taxpayers_named(typed: str, *, most: int = MOST) -> FoundIds:
    """Taxpayers whose name has these words."""
    words = search_words(typed)
    if not words:
        return FoundIds([], False)
    named, params = _condition("t.name", words)
    return _found(f"SELECT t.id FROM tax_taxpayer t WHERE t.region_id = %s AND {named} LIMIT %s",
                  [current_region().pk, *params, most + 1], most)


def versions_found(typed: str, *, most: int = MOST) -> FoundIds:
    """Live versions of objects whose street has these words, or whose taxpayer is named so."""
    words = search_words(typed)
    return _found(*versions_query(words, most), most) if words else FoundIds([], False)


def versions_query(words: list[str], most: int) -> tuple[str, list[Any]]:
    """The statement of ``versions_found`` and its parameters; needs the region in scope."""
    named, of_name = _condition("t.name", words)
    placed, of_street = _condition("v.street", words)
    region = current_region().pk
    return (
        f"""(SELECT v.id FROM tax_objectversion v
             WHERE v.region_id = %s AND v.superseded_at IS NULL AND {placed} LIMIT %s)
            UNION
            (SELECT v.id FROM (SELECT t.id FROM tax_taxpayer t WHERE t.region_id = %s AND {named} LIMIT %s) n
             JOIN tax_objectversion v ON v.region_id = %s AND v.taxpayer_id = n.id AND v.superseded_at IS NULL
             LIMIT %s)""",
        [region, *of_street, most + 1, region, *of_name, most + 1, region, most + 1])
