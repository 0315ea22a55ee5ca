"""Offline doors: skewed clocks, any order of arrival, uploads repeated; double shows and revoked tickets flagged."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from sepadan.creative.engine.doors import SLIP, Scan, Upload, add, join, read_doors

OPENS = datetime(2026, 3, 7, 10, tzinfo=UTC)
BACK = OPENS + timedelta(hours=2)  # the doors are online again
SKEW = {"gate1": timedelta(minutes=-10), "gate2": timedelta(minutes=10), "gate3": timedelta(seconds=17)}


def minutes(count):
    return timedelta(minutes=count)


def merged(uploads, tickets):
    log = {}
    for upload in uploads:
        log = add(log, upload)
    return read_doors(log, tickets)


def scans_at(device, rows):
    """An upload of (nonce, ticket, true time[, way]) by a device whose clock is off by its skew."""
    skew = SKEW[device]
    scans = tuple(Scan(nonce, ticket, device, at + skew, *way) for nonce, ticket, at, *way in rows)
    return Upload(device, BACK + skew, BACK, scans)


def later(upload, chance):
    """*upload* sent once more: it comes later, and took longer or shorter on the way, or by a clock since set right."""
    again = chance.randrange(1, 3600)
    return replace(upload, sent_at=upload.sent_at + timedelta(seconds=again - chance.randrange(-900, 900)),
                   received_at=upload.received_at + timedelta(seconds=again))


def evening():
    """1,200 tickets at three doors for two hours; 40 shown at a second door, 5 revoked before they are shown."""
    chance = Random(7)
    tickets = {f"t{number:04}": None for number in range(1200)}
    rows = {device: [] for device in SKEW}
    doubles, revoked = set(), set()
    for number, ticket in enumerate(tickets):
        device = list(SKEW)[number % 3]
        at = OPENS + timedelta(seconds=chance.randrange(5400))
        rows[device].append((f"n{number}", ticket, at))
        if number < 40:
            doubles.add(ticket)
            rows[list(SKEW)[(number + 1) % 3]].append((f"d{number}", ticket, at + minutes(1 + number % 9)))
        elif number < 45:
            revoked.add(ticket)
            tickets[ticket] = at - minutes(3)  # within the skew of the clocks
        elif number < 50:
            tickets[ticket] = at + minutes(3)  # revoked after the holder was inside
    uploads = [scans_at(device, part) for device in SKEW
               for part in (rows[device][:250], rows[device][200:])]  # a second upload repeats fifty
    return tickets, uploads, sorted(doubles), sorted(revoked)


def test_twelve_hundred_tickets_at_three_offline_doors_give_the_same_totals_in_any_order():
    tickets, uploads, doubles, revoked = evening()
    found = merged(uploads, tickets)
    assert len(found.first_entries) == 1200
    assert found.tickets("double") == doubles
    assert (len(doubles), len(revoked)) == (40, 5)
    assert found.revoked == revoked
    assert found.by_gate == {"gate1": 400, "gate2": 400, "gate3": 400}
    assert len(found.shown) == 1200 + 40
    assert found.reused == ()
    chance = Random(3)
    for _ in range(8):
        again = [*uploads, *(later(one, chance) for one in chance.choices(uploads, k=5))]
        chance.shuffle(again)
        assert merged(again, tickets) == found


def test_the_first_entry_is_first_by_the_true_time_whatever_the_clocks_say():
    shown = [scans_at("gate1", [("a", "t", OPENS + minutes(5))]), scans_at("gate2", [("b", "t", OPENS)])]
    assert shown[0].scans[0].at < shown[1].scans[0].at  # by the clocks of the devices the other way round
    found = merged(shown, {"t": None})
    assert (found.first_entries["t"].gate, found.first_entries["t"].at) == ("gate2", OPENS)
    assert [one.meaning for one in found.shown] == ["first", "double"]


def test_who_goes_out_may_come_in_again_and_a_second_reading_by_the_same_hand_is_no_double():
    rows = [("a", "t", OPENS), ("b", "t", OPENS + SLIP), ("c", "t", OPENS + minutes(30), "out"),
            ("d", "t", OPENS + minutes(40)), ("e", "t", OPENS + minutes(50)), ("f", "u", OPENS, "out"),
            ("g", "stranger", OPENS), ("h", "v", OPENS), ("i", "v", OPENS + minutes(9), "out")]
    found = merged([scans_at("gate1", rows)], {"t": None, "u": None, "v": None})
    assert {one.reading.nonce: one.meaning for one in found.shown} == {
        "a": "first", "b": "slip", "c": "out", "d": "again", "e": "double", "f": "out_unseen", "g": "unknown",
        "h": "first", "i": "out"}
    assert (found.inside, sorted(found.first_entries)) == (1, ["t", "v"])
    other = merged([scans_at("gate1", rows[:1]), scans_at("gate2", [("b", "t", OPENS + SLIP)])], {"t": None})
    assert other.tickets("double") == ["t"]  # at another door it is


def test_one_nonce_for_two_scans_is_told_and_neither_is_lost():
    first, second = scans_at("gate1", [("a", "t", OPENS)]), scans_at("gate1", [("a", "u", OPENS + minutes(1))])
    found = merged([first, second], {"t": None, "u": None})
    assert found == merged([second, first], {"t": None, "u": None})
    assert found.reused == (("gate1", "a"),)
    assert sorted(found.first_entries) == ["t", "u"]


def test_a_clock_that_was_set_right_between_two_uploads_of_a_scan_changes_nothing_by_order():
    wrong = scans_at("gate1", [("a", "t", OPENS)])
    right = replace(wrong, sent_at=BACK + minutes(1), received_at=BACK + minutes(1))
    found = merged([wrong, right], {"t": None})
    assert found == merged([right, wrong], {"t": None}) == merged([wrong], {"t": None})
    assert len(found.shown) == 1
    assert found.reused == ()


TICKETS = [f"t{number}" for number in range(6)]
ROWS = st.lists(st.tuples(st.integers(0, 12).map(str), st.sampled_from([*TICKETS, "stranger"]),
                          st.integers(0, 90).map(lambda one: OPENS + minutes(one)), st.sampled_from(["in", "out"])),
                max_size=15)
UPLOADS = st.lists(st.tuples(st.sampled_from(list(SKEW)), ROWS, st.integers(-15, 15)), min_size=1, max_size=6).map(
    lambda many: [replace(scans_at(device, rows), received_at=BACK + minutes(late)) for device, rows, late in many])
REVOKED = st.fixed_dictionaries({ticket: st.one_of(st.none(), st.integers(0, 90).map(
    lambda one: OPENS + minutes(one))) for ticket in TICKETS})


@settings(deadline=None)
@given(UPLOADS, REVOKED, st.randoms(use_true_random=False))
def test_order_and_repetition_of_uploads_change_nothing(uploads, tickets, chance):
    found = merged(uploads, tickets)
    again = [*uploads, *chance.choices(uploads, k=3)]
    chance.shuffle(again)
    assert merged(again, tickets) == found
    last = max(one.received_at for one in uploads)
    resent = [later(replace(one, received_at=last), chance) for one in uploads]
    assert merged([*resent, *uploads], tickets) == found
    half, log = {}, {}
    for number, upload in enumerate(uploads):
        half, log = (add(half, upload), log) if number % 2 else (half, add(log, upload))
    assert read_doors(join(half, log), tickets) == read_doors(join(log, half), tickets) == found
    entries = [one.reading.ticket for one in found.shown if one.meaning == "first"]
    assert len(entries) == len(set(entries)) == sum(found.by_gate.values())
    assert found.inside <= len(entries)
    assert "stranger" not in entries
