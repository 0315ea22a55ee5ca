"""The fields of a request that the rules of sharing need, equipment, and what is shown when a wish is refused.

Whether an organiser is new is never asked: it follows from his bookings. The NIB is asked for only where a rule of the
centre needs it. A refusal is kept to be counted (without the contact) and answered with the smallest changes that would
fit, as buttons that fill them into the form; nothing that was typed is lost.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any
from urllib.parse import parse_qsl, urlencode

from sepadan.creative.engine.quota_rules import Needs
from sepadan.creative.fairness_names import OUTSIDE
from sepadan.creative.models import Centre, Space
from sepadan.creative.names import Intake
from sepadan.creative.queries.ecosystem import subsector_words, subsectors
from sepadan.creative.queries.stock import items_of
from sepadan.creative.services.bookings import Wish, asker_of
from sepadan.creative.services.proposals import propose
from sepadan.creative.services.quotas import rules_of_centre
from sepadan.creative.services.refusals import note_refusal
from sepadan.creative.services.stock import name_of
from sepadan.ground.problems import Problem
from sepadan.records.public import current_region, keep_written, now
from sepadan.territory.public import kecamatan_in

SHARING = ("subsector", "kecamatan", "disability", "nib")
STOCK = "stock-"
ITEM = re.compile(r"stock-[-\w]{1,40}", re.ASCII)
MOST_ITEMS = 60
CHANGED = ("space", "day", "since", "until", "people", "on_clash")


def read_sharing(given: Mapping[str, Any]) -> dict[str, str]:
    """The fields of sharing and of equipment as they were typed."""
    read = {name: str(given.get(name, ""))[:60].replace("\0", "").strip() for name in SHARING}
    stock = [name for name in given if ITEM.fullmatch(name)][:MOST_ITEMS]
    return read | {name: str(given.get(name, ""))[:6].replace("\0", "").strip() for name in stock}


def chosen(data: dict[str, str], choice: str) -> dict[str, str]:
    """*data* with the change that a button carries."""
    changes = dict(parse_qsl(choice[:400], max_num_fields=10))
    return data | {name: value[:60].replace("\0", "") for name, value in changes.items() if name in CHANGED}


def sharing_faults(data: Mapping[str, str]) -> dict[str, str]:
    faults = {}
    if data["nib"] and not (data["nib"].isdecimal() and data["nib"].isascii() and len(data["nib"]) == 13):
        faults["nib"] = "creative.ask.not_nib"
    if data["subsector"] and data["subsector"] not in subsectors():
        faults["subsector"] = "creative.ask.not_listed"
    if data["kecamatan"] and data["kecamatan"] not in (*_kecamatan(), OUTSIDE):
        faults["kecamatan"] = "creative.ask.not_listed"
    if any(value and not (value.isdecimal() and value.isascii() and int(value) <= 10_000)
           for name, value in data.items() if name.startswith(STOCK)):
        faults["equipment"] = "creative.ask.not_pieces"
    return faults


def sharing_context(centre: Centre, data: Mapping[str, str], refusal: Problem | None) -> dict[str, Any]:
    """What ``creative/sharing_fields.html`` shows."""
    needs_nib = any(isinstance(one, Needs) and one.field == "nib" for one in rules_of_centre(centre))
    key = refusal.what.key if refusal else ""
    return {
        "subsectors": [(code, subsector_words(code)) for code in subsectors()],
        "kecamatan": [*_kecamatan().items(), (OUTSIDE, "creative.ask.outside")], "needs_nib": needs_nib,
        "equipment": [(f"{STOCK}{one.code}", name_of(one), one.quantity, data.get(f"{STOCK}{one.code}", ""))
                      for one in items_of(centre) if one.quantity],
        "any_equipment": any(value for name, value in data.items() if name.startswith(STOCK)),
        "may_override": "override" in data and key.startswith(("creative.quota.", "creative.line.")),
        "may_wait": key in ("creative.booking.taken", "creative.line.ahead")}


def sharing_of(data: Mapping[str, str]) -> dict[str, Any]:
    """The same fields as ``Wish`` wants them; they were checked."""
    return {"subsector": data["subsector"], "kecamatan": data["kecamatan"], "disability": data["disability"] == "yes",
            "nib": data["nib"], "override": data.get("override", "")[:500],
            "stock": {name.removeprefix(STOCK): int(value) for name, value in data.items()
                      if name.startswith(STOCK) and value}}


def answer_refusal(centre: Centre, wish: Wish, refusal: Problem, today: date) -> list[dict[str, Any]]:
    """Keep that *wish* was refused, and give what would fit: words, and the button's value."""
    space = Space.objects.select_related("floor__centre").filter(floor__centre=centre, code=wish.space).first()
    note_refusal(centre, space, wish, refusal, now=now())
    keep_written()
    if space is None or wish.override:
        return []
    found = propose(space, asker_of(wish), wish.meetings, people=wish.people, stock=wish.stock, now=now(), today=today)
    return [{"text": one.text, "value": urlencode(one.fields)} for one in found]


def only_refusal(centre: Centre, data: Mapping[str, str], intake: Intake, refusal: Problem) -> None:
    """Keep a refusal of something that came to no wish: no meeting could be planned of it."""
    wish = Wish(data["space"], data["title"][:160], data["organiser"][:120], (), intake, **{
        name: value for name, value in sharing_of(data).items() if name != "stock"})
    space = Space.objects.filter(floor__centre=centre, code=data["space"]).first()
    note_refusal(centre, space, wish, refusal, now=now())
    keep_written()


def _kecamatan() -> dict[str, str]:
    return {one.code: one.name for one in kecamatan_in(current_region())}
