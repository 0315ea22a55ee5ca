"""Columns of a roll: deciles, distinct owners, numbering, and a hash that notices every change."""

from __future__ import annotations

from dataclasses import fields, replace

import numpy as np
import pytest

from sepadan.tax.engine.fixed_text import fixed_text
from sepadan.tax.engine.roll_columns import RollColumns, deciles, first_of_pair, number_by_appearance


def test_deciles_keep_equal_values_together():
    njop = np.array([10] * 5 + list(range(20, 35)), dtype=np.int64)
    tenth = deciles(njop)
    assert tenth[:5].tolist() == [1] * 5
    assert tenth[5:].tolist() == [3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 8, 9, 9, 10, 10]
    assert deciles(np.zeros(0, dtype=np.int64)).tolist() == []


def test_first_of_pair_counts_distinct_owners():
    owner, group = np.array([1, 2, 1, 1, 2]), np.array([0, 0, 0, 1, 1])
    assert first_of_pair(owner, group).tolist() == [True, True, False, True, True]


def test_owners_are_numbered_by_appearance():
    assert number_by_appearance(np.array([70, 3, 70, 9, 3])).tolist() == [1, 2, 1, 3, 2]


ROLL = RollColumns(("35.73.02.1001",), *(np.arange(3, dtype=np.int64) + k for k in range(11)))


@pytest.mark.parametrize("name", [field.name for field in fields(RollColumns) if field.name != "villages"])
def test_the_hash_notices_a_change_in_any_column(name):
    changed = getattr(ROLL, name).copy()
    changed[1] += 1
    assert replace(ROLL, **{name: changed}).content_hash() != ROLL.content_hash()


def test_the_hash_is_that_of_the_content_alone():
    same = RollColumns(("35.73.02.1001",), *(np.arange(3, dtype=np.int64) + k for k in range(11)))
    assert same.content_hash() == ROLL.content_hash()
    assert replace(ROLL, villages=("35.73.02.1002",)).content_hash() != ROLL.content_hash()


def test_fixed_text_sets_numbers_between_words():
    numbers = np.array([7, 123])
    assert fixed_text("No. ", (numbers, 4), "/", (numbers, 2)).tolist() == [b"No. 0007/07", b"No. 0123/23"]
