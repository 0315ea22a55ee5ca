"""A centre's own tariffs where the statutes hold none: proposed by one person, approved by another, read by day.

    law of a day = the statutes of that day; what they do not know is filled by the approved rows of the centre

A row names its instrument and article, as a statute file does, and is typed in at the desk because whoever runs the
centre knows the annex of his perda before the next edition of the statutes carries it; the statutes win as soon as
they hold the value. A row that rests on no instrument is an assumption: it is taken for a synthetic centre alone and
marked on every page and paper, because a real bill may not rest on what no decree backs (decision 1). Approving a row
for the same day as an older one replaces that; nothing is removed. Amounts are whole rupiah.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cache

from sepadan.creative.engine.nature import why_unknown
from sepadan.creative.models import Centre, Space, Tariff
from sepadan.creative.models.charges import BASES, PERS
from sepadan.creative.names import TariffState
from sepadan.ground.messages import Message
from sepadan.ground.money import Rupiah
from sepadan.ground.problems import Refused, refuse
from sepadan.ground.provisions import Instrument, Provision, words
from sepadan.ground.statutes import Law, load_book
from sepadan.records.public import Actor, current_region, fields_of, record

LEVY = "creative_centre"
LARGEST = 10**12
FIELDS = ("name", "per", "amount", "since", "basis", "instrument", "article", "why", "state")


@dataclass(frozen=True, slots=True)
class TariffDraft:
    """A tariff as it is typed in. ``amount`` None: from ``since`` on there is none."""

    name: str
    per: str
    amount: Rupiah | None
    since: date
    basis: str
    why: str
    instrument: str = ""
    article: str = ""


def tariff_names(centre: Centre) -> list[str]:
    """The names of the tariffs that spaces of *centre* are hired by."""
    found = Space.objects.filter(floor__centre=centre).exclude(tariff="").order_by()
    return sorted(found.values_list("tariff", flat=True).distinct())


def propose_tariff(centre: Centre, draft: TariffDraft, *, actor: Actor, now: datetime) -> Tariff:
    """A tariff that waits for another person. Raises Refused on an unknown name, an amount out of bounds, a missing
    instrument, and on an assumption for a centre that is no example."""
    if actor.person_id is None:
        raise ValueError("a tariff is proposed by a person, so that another one can approve it")
    where = draft.name or "-"
    names = tariff_names(centre)
    if draft.name not in names or draft.per not in PERS or draft.basis not in BASES:
        raise refuse("creative.tariff.name", where=where, known=", ".join(names) or "-")
    if draft.amount is not None and not 0 <= draft.amount <= LARGEST:
        raise refuse("creative.tariff.amount", where=where, most=LARGEST)
    if not draft.why.strip():
        raise refuse("creative.tariff.why", where=where, remedy="creative.tariff.why.remedy")
    if draft.basis == "assumption" and not centre.synthetic:
        raise refuse("creative.tariff.no_assumption", where=where, remedy="creative.tariff.no_assumption.remedy")
    if draft.basis == "instrument" and not (draft.instrument.strip() and draft.article.strip()):
        raise refuse("creative.tariff.no_instrument", where=where, remedy="creative.tariff.no_instrument.remedy")
    made = Tariff.objects.create(
        centre=centre, name=draft.name, per=draft.per, amount=draft.amount, since=draft.since, basis=draft.basis,
        instrument=draft.instrument.strip()[:200], article=draft.article.strip()[:80], why=draft.why.strip()[:500],
        proposed_at=now, proposed_by_id=actor.person_id)
    record(actor, "creative.audit.tariff_proposed", made, now=now, after=fields_of(made, *FIELDS))
    return made


def approve_tariff(tariff: Tariff, *, actor: Actor, now: datetime) -> Tariff:
    """Let a proposed tariff count. What was assessed before stays as it was. Raises Refused to who proposed it."""
    held = _proposed(tariff, actor)
    older = Tariff.objects.select_for_update(of=("self",)).filter(
        centre=held.centre_id, name=held.name, per=held.per, since=held.since, state=TariffState.APPROVED.value)
    for one in older:
        if one.proposed_by_id == actor.person_id:
            raise refuse("creative.tariff.own", where=str(held), remedy="creative.tariff.own.remedy")
        _decide(one, TariffState.REPLACED, actor, now)
    _decide(held, TariffState.APPROVED, actor, now)
    record(actor, "creative.audit.tariff_approved", held, now=now, after=fields_of(held, *FIELDS))
    return held


def reject_tariff(tariff: Tariff, *, reason: str, actor: Actor, now: datetime) -> Tariff:
    """Turn a proposed tariff down, with a reason."""
    if not reason.strip():
        raise refuse("creative.booking.no_reason", where=str(tariff))
    held = _proposed(tariff, actor)
    _decide(held, TariffState.REJECTED, actor, now)
    record(actor, "creative.audit.tariff_rejected", held, now=now, reason=reason.strip()[:500],
           after=fields_of(held, *FIELDS))
    return held


def _proposed(tariff: Tariff, actor: Actor) -> Tariff:
    held = Tariff.objects.select_for_update(of=("self",)).get(pk=tariff.pk)
    if held.state != TariffState.PROPOSED:
        raise refuse("creative.tariff.decided", where=str(held))
    if actor.person_id is None or actor.person_id == held.proposed_by_id:
        raise refuse("creative.tariff.own", where=str(held), remedy="creative.tariff.own.remedy")
    return held


def _decide(held: Tariff, state: TariffState, actor: Actor, now: datetime) -> None:
    held.state, held.decided_at, held.decided_by_id = state.value, now, actor.person_id
    held.save(update_fields=["state", "decided_at", "decided_by"])


def law_of(centre: Centre) -> Callable[[date], Law]:
    """The law of the levy on a day, with what *centre* entered where the statutes are silent. Raises Refused on asking
    where the region has no statute of this levy at all."""
    rows = list(Tariff.objects.filter(centre=centre, state=TariffState.APPROVED.value).order_by("since"))
    code = current_region().code

    @cache
    def law_on(on: date) -> Law:
        law = load_book().law(code, LEVY, on)
        own = {name: found for name, found in _in_force(rows, on, code).items() if law.known(name) is None}
        return replace(law, provisions={**law.provisions, **own})

    return law_on


def tariff_or_why(law_on: Callable[[date], Law], name: str, on: date) -> Provision | Message:
    """The tariff *name* on a day, or why it is not known."""
    try:
        return law_on(on).require(name)
    except Refused as refused:
        return why_unknown(refused)


def _in_force(rows: list[Tariff], on: date, code: str) -> dict[str, Provision]:
    """Of each name what its rows give on a day: an amount for each hour, day or event that has one."""
    latest: dict[str, dict[str, Tariff]] = defaultdict(dict)
    for row in rows:
        if row.since <= on:
            latest[row.name][row.per] = row
    found = {}
    for name, parts in latest.items():
        kept = [row for row in parts.values() if row.amount is not None]
        if kept:
            found[name] = _provision(name, kept, code)
    return found


def _provision(name: str, rows: list[Tariff], code: str) -> Provision:
    """As a statute file would hold them. One row that is an assumption makes the whole one."""
    newest = max(rows, key=lambda row: row.since)
    assumed = next((row for row in rows if row.basis == "assumption"), None)
    shown = assumed or newest
    instrument = None if assumed else Instrument(f"tariff-{newest.pk}", "decision", None, newest.since.year,
                                                 newest.instrument, words(newest.why, newest.why), "in_force")
    return Provision(name, {row.per: row.amount for row in rows}, newest.since, None, instrument,
                     None if assumed else newest.article, "draft" if assumed else "secondary", shown.why,
                     words(shown.why, shown.why) if assumed else None, "amounts", "event",
                     words(name, name), code, LEVY, "")
