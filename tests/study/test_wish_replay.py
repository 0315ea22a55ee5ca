"""The host's rules on the guest's requests: own ones first, others labelled, only counts, unchanged by own rules."""

from __future__ import annotations

from datetime import date
from typing import Any

from tests.creative.engine.test_replay import drawn, log, rules, wish

from sepadan.creative.engine.nature import Nature
from sepadan.creative.engine.replay import Log
from sepadan.study.documents.blocks import Table
from sepadan.study.documents.parts_wishes import wish_blocks
from sepadan.study.engine.wishes import LEAST, OTHERS, Requests, replay_wishes, requests_digest, try_rules

EXAMPLES = [rules(lead_days=20), rules(month_dates=1)]


def requests(found: Log, region: str = "35.73", digest: str = "a") -> Requests:
    return Requests(region, "Kota Malang", "MCC", True, date(2026, 1, 1), date(2026, 12, 31), found, digest)


def tables(blocks: Any) -> dict[str, Table]:
    return {one.id.rsplit(".", 1)[-1]: one for one in blocks if isinstance(one, Table)}


def test_a_guest_without_requests_is_told_so_and_the_hosts_are_used_under_their_own_rules_first() -> None:
    found = replay_wishes(("Bekasi", None), ("Malang", requests(log(*drawn(300, 3)))), EXAMPLES)
    assert not found.own
    assert [one.kind for one in found.tried] == ["own", "example", "example"]
    assert found.tried[0].identical
    assert not found.tried[1].identical
    blocks = wish_blocks("centre", found)
    assert {"centre.requests_others", "centre.requests_sample"} <= {one.id for one in blocks}
    assert len(tables(blocks)["requests_outcomes"].rows) == 3


def test_a_guest_with_requests_gets_the_hosts_rules_on_its_own() -> None:
    own, host = log(*drawn(200, 4)), log(own=rules(lead_days=25))
    found = replay_wishes(("Malang", requests(own)), ("Bekasi", requests(host, "32.16")), EXAMPLES)
    assert found.own
    assert [one.kind for one in found.tried] == ["host", "example", "example"]
    assert found.tried[0].changes == (("lead_days", None, 25),)
    assert found.tried[0].lost


def test_without_any_requests_that_alone_is_told() -> None:
    found = replay_wishes(("Bekasi", None), ("Malang", None), EXAMPLES)
    assert [one.id for one in wish_blocks("centre", found)] == ["centre.requests_none"]


def test_a_reason_of_few_organisers_is_told_with_others_and_charges_without_a_price_are_missing() -> None:
    few = [wish(number, day=number, ahead=3, organiser=str(number)) for number in range(1, LEAST)]
    assert try_rules(log(*few), rules(lead_days=7), "host").lost == {OTHERS: LEAST - 1}
    more = [*few, wish(9, day=20, ahead=3, organiser="z")]
    assert try_rules(log(*more), rules(lead_days=7), "host").lost == {"lead_days": LEAST}
    paid = try_rules(log(wish(nature=Nature(charged=True))), rules(), "own")
    assert (paid.charges, paid.unpriced) == (None, 1)


def test_the_digest_names_a_state_of_the_requests() -> None:
    assert requests_digest(None, None) == ""
    assert requests_digest(requests(log(), digest="a")) != requests_digest(requests(log(), digest="b"))
