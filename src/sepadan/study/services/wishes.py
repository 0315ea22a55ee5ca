"""Requests of regions for a study: each read in the scope of its own region; only counts of a replay leave it."""

from __future__ import annotations

from datetime import date, datetime

from sepadan.creative.public import Knowledge, example_rules, own_requests, requests_digest
from sepadan.records.public import now, region_scope
from sepadan.study.engine.wishes import Requests, WishReplay, replay_wishes
from sepadan.territory.public import Region


def requests_of(region: Region, on: date, at: datetime | None = None) -> Requests | None:
    """The last year of requests of *region* before *on* as known now; None where it keeps none here."""
    with region_scope(region):
        found = own_requests(on, known=Knowledge(at or now()))
    return None if found is None else Requests(region.code, region.name, found.centre, found.synthetic, found.first,
                                               found.last, found.log, found.digest)


def wish_replay(guest: Region, host: Region, requests: dict[str, Requests | None]) -> WishReplay:
    """The host's rules on the guest's requests."""
    return replay_wishes((guest.name, requests[guest.code]), (host.name, requests[host.code]), example_rules())


def digest_of(*regions: Region) -> str:
    """What tells the requests of *regions* from any other state, without reading them."""
    found = []
    for region in regions:
        with region_scope(region):
            found.append(requests_digest())
    return " ".join(found)
