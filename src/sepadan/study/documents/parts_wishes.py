"""The blocks of a study on a year of requests under other rules: what was tried, on whose, and what differs."""

from __future__ import annotations

from typing import Any

from sepadan.creative.engine.replay import reason_words as by_rule
from sepadan.ground.messages import Message, message
from sepadan.study.documents.blocks import Block, Column, Prose, Table, Value, key
from sepadan.study.engine.wishes import OTHERS, Tried, WishReplay


def wish_blocks(prefix: str, w: WishReplay) -> tuple[Block, ...]:
    """What can be said of the guest's requests under the host's rules."""
    names = {"guest": w.guest, "host": w.host}
    if w.of is None:
        return (Prose(f"{prefix}.requests_none", message("study.wishes.none", **names), "care"),)
    blocks: list[Block] = []
    if w.own and not any(one.kind == "host" for one in w.tried):
        blocks.append(Prose(f"{prefix}.requests_no_rules", message("study.wishes.no_rules", **names), "care"))
    if not w.own:
        blocks.append(Prose(f"{prefix}.requests_others", message("study.wishes.others", **names, centre=w.of.centre),
                            "care"))
    blocks.append(Prose(f"{prefix}.requests", message(
        "study.wishes.of", centre=w.of.centre, first=w.of.first, last=w.of.last, dates=w.dates,
        organisers=w.organisers), ""))
    if w.of.synthetic:
        blocks.append(Prose(f"{prefix}.requests_sample", message("study.wishes.sample", centre=w.of.centre), "sample"))
    blocks.append(_outcomes(prefix, w))
    blocks.append(_reasons(prefix, w))
    blocks.append(_rules(prefix, w))
    blocks.append(Prose(f"{prefix}.requests_limits", message("study.wishes.limits"), "small"))
    return tuple(blocks)


def _keys(w: WishReplay) -> tuple[tuple[str, str], ...]:
    assert w.of is not None
    return (("requests_of", w.of.region), ("requests_kind", "synthetic" if w.of.synthetic else "register"))


def _outcomes(prefix: str, w: WishReplay) -> Table:
    unknown = message("study.wishes.unpriced")
    rows: tuple[tuple[Value, ...], ...] = tuple(
        (one.kind, name_of(one), one.granted, one.after, one.after - one.granted, one.refused_after, one.own_charges,
         one.charges, one.unpriced) for one in w.tried)
    return Table(f"{prefix}.requests_outcomes", message("study.wishes.outcomes"), (
        key("kind"), Column("rules", message("study.wishes.col.rules")),
        Column("granted", message("study.wishes.col.granted"), "number"),
        Column("after", message("study.wishes.col.after"), "number"),
        Column("change", message("study.wishes.col.change"), "number", signed=True),
        Column("refused", message("study.wishes.col.refused"), "number"),
        Column("own_charges", message("study.wishes.col.own_charges"), "rupiah", none=unknown),
        Column("charges", message("study.wishes.col.charges"), "rupiah", none=unknown),
        Column("unpriced", message("study.wishes.col.unpriced"), "number")), rows,
        message("study.wishes.outcomes.note"), file="requests", keys=_keys(w))  # fmt: skip


def _reasons(prefix: str, w: WishReplay) -> Table:
    rows: list[tuple[Value, ...]] = []
    for one in w.tried:
        for way, counts in (("lost", one.lost), ("won", one.won)):
            rows += [(one.kind, name_of(one), way, message(f"study.wishes.way.{way}"), reason, reason_words(reason),
                      count) for reason, count in counts.items()]
    return Table(f"{prefix}.requests_reasons", message("study.wishes.reasons"), (
        key("kind"), Column("rules", message("study.wishes.col.rules")), key("way"),
        Column("what", message("study.wishes.col.what")), key("reason"),
        Column("why", message("study.wishes.col.why")),
        Column("dates", message("study.wishes.col.dates"), "number")), tuple(rows),
        message("study.wishes.reasons.note"), file="request_reasons", keys=_keys(w))  # fmt: skip


def _rules(prefix: str, w: WishReplay) -> Table:
    rows: list[tuple[Value, ...]] = []
    for one in w.tried:
        rows += [(name_of(one), part, message(f"creative.replay.part.{part}"), _said(own), _said(other))
                 for part, own, other in one.changes]
    none = message("creative.replay.no_rule")
    return Table(f"{prefix}.requests_rules", message("study.wishes.rules"), (
        Column("rules", message("study.wishes.col.rules")), key("part"),
        Column("name", message("study.wishes.col.part")), Column("own", message("study.wishes.col.own"), none=none),
        Column("other", message("study.wishes.col.other"), none=none)), tuple(rows), file="request_rules",
        keys=_keys(w), folded=True)  # fmt: skip


def name_of(one: Tried) -> Message | str:
    """What a set of rules is called; the centre's own are called so."""
    return message("study.wishes.own_rules") if one.kind == "own" else one.name


def reason_words(reason: str) -> Message:
    return message("study.wishes.reason.others") if reason == OTHERS else by_rule(reason)


def _said(value: Any) -> str | None:
    """A part of the rules as its file writes it, in one line."""
    if value is None:
        return None
    if isinstance(value, list):
        return "; ".join(_said(one) or "" for one in value)
    if isinstance(value, dict):
        return " ".join(f"{name} {_plain(one)}" for name, one in value.items())
    return str(value)


def _plain(value: Any) -> str:
    if isinstance(value, list):
        return "-".join(str(one) for one in value) if value else ""
    return _said(value) or ""
