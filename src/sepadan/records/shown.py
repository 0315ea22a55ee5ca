"""Records as a page shows them: times in the region's zone, audit entries as sentences, work as a line of progress."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db import models

from sepadan.ground import figures
from sepadan.ground.figures import Language
from sepadan.ground.messages import catalogue, render
from sepadan.records.models import AuditEntry, Work
from sepadan.records.names import WorkState
from sepadan.records.queries.audit import history_of_thing
from sepadan.records.services.audit import Thing, thing

SILENT_SECONDS = 60


def moment(at: datetime, zone: ZoneInfo, lang: Language) -> str:
    """``24 Nov 2026, 10.00 WIB``."""
    local = at.astimezone(zone)
    return f"{figures.day(local.date(), lang)}, {figures.clock(local, lang)}"


@dataclass(frozen=True, slots=True)
class Change:
    """One field of an entry; None stands for a side that has no value."""

    field: str
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True)
class ShownEntry:
    at: datetime
    when: str
    who: str
    what: str
    about: str
    why: str
    place: str
    changes: tuple[Change, ...]


def shown_entries(entries: Iterable[AuditEntry], zone: ZoneInfo, lang: Language) -> list[ShownEntry]:
    """Audit entries with their sentence, local time and changed fields."""
    return [ShownEntry(
        at=entry.at, when=moment(entry.at, zone, lang), who=entry.actor_name, what=sentence(entry, lang),
        about=entry.object_label, why=entry.reason,
        place=", ".join(part for part in (entry.ip, entry.agent) if part),
        changes=tuple(_changes(entry, lang))) for entry in entries]


def history_shown(about: models.Model | Thing, zone: ZoneInfo, lang: Language, limit: int = 50) -> list[ShownEntry]:
    """The history of an object, newest first, as ``{% history entries %}`` and ``records/history.html`` take it."""
    ref = thing(about)
    return shown_entries(history_of_thing(ref.type, ref.id, limit), zone, lang)


def sentence(entry: AuditEntry, lang: Language) -> str:
    """What was done, in words. An action whose words have gone shows its key: the record outlives the program."""
    fields = {name: _value(entry, side, name, lang) or "–"
              for side in (entry.before or {}, entry.after or {}) for name in side}
    try:
        return render(entry.action, lang, {**fields, "label": entry.object_label})
    except KeyError:
        return f"{entry.action}: {entry.object_label}"


class _Dots(dict[str, str]):
    """Every parameter of a sentence as an ellipsis."""

    def __bool__(self) -> bool:
        return True

    def __contains__(self, name: object) -> bool:
        return True

    def __missing__(self, name: str) -> str:
        return "…"


def verb(action: str, lang: Language) -> str:
    """The sentence of an action without its particulars: ``Gave … the role …``."""
    return render(action, lang, _Dots()) if action in catalogue() else action


def _changes(entry: AuditEntry, lang: Language) -> Iterable[Change]:
    before, after = entry.before or {}, entry.after or {}
    for name in (*before, *(n for n in after if n not in before)):
        yield Change(_field(entry, name, lang), _value(entry, before, name, lang), _value(entry, after, name, lang))


def _app(entry: AuditEntry) -> str:
    return entry.object_type.split(".")[0]


def _field(entry: AuditEntry, name: str, lang: Language) -> str:
    """A module names its fields by keys like ``tax.field.njop``; others show as they are."""
    key = f"{_app(entry)}.field.{name}"
    return render(key, lang) if key in catalogue() else name


def _value(entry: AuditEntry, side: dict[str, Any], name: str, lang: Language) -> str | None:
    if name not in side or side[name] is None:
        return None
    value = side[name]
    if isinstance(value, str):
        key = f"{_app(entry)}.{name}.{value}"
        return render(key, lang) if key in catalogue() else _day(value, lang)
    if isinstance(value, dict):
        return ", ".join(f"{k}: {v}" for k, v in value.items())
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return figures.number(value, lang) if isinstance(value, int) and not isinstance(value, bool) else str(value)


def _day(text: str, lang: Language) -> str:
    """A day in local form; every other text as it is."""
    return figures.day(date.fromisoformat(text), lang) if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text) else text


@dataclass(frozen=True, slots=True)
class ShownWork:
    work: Work
    title: str
    state: str
    tone: str
    said: str
    amount: str
    percent: int | None
    left: str
    silent: str
    queued: str
    started: str
    finished: str
    refused: str


_TONES = {WorkState.QUEUED: "wait", WorkState.RUNNING: "wait", WorkState.DONE: "ok", WorkState.FAILED: "bad",
          WorkState.STOPPED: "care"}


def shown_work(work: Work, zone: ZoneInfo, lang: Language, now: datetime) -> ShownWork:
    """A piece of work as one line and a bar; *now* decides how long it has been silent and how long it may take."""
    running = work.state == WorkState.RUNNING
    beat = work.heartbeat_at
    silent = running and beat is not None and (now - beat).total_seconds() > SILENT_SECONDS
    amount = render("records.work.done_of", lang, {"done": work.done, "total": work.total}) if work.total \
        else render("records.work.done_so_far", lang, {"done": work.done}) if work.done else ""
    return ShownWork(
        work=work, title=title_of(work, lang), state=render(f"records.work.state.{work.state}", lang),
        tone=_TONES[WorkState(work.state)],
        said=work.message.text(lang) if work.message_key else "", amount=amount, percent=work.percent,
        left=_left(work, lang, now) if running and not silent else "",
        silent=render("records.work.silent", lang, {"time": moment(beat, zone, lang)}) if silent and beat else "",
        queued=moment(work.queued_at, zone, lang),
        started=moment(work.started_at, zone, lang) if work.started_at else "",
        finished=moment(work.finished_at, zone, lang) if work.finished_at else "",
        refused=((work.result or {}).get("refused") or {}).get(lang, ""))


def title_of(work: Work, lang: Language) -> str:
    """What the work is: the words of its kind, when its module has a message of that key."""
    return render(work.kind, lang) if work.kind in catalogue() else work.kind


def _left(work: Work, lang: Language, now: datetime) -> str:
    """The time left at the pace so far, once a twentieth is done."""
    if not work.total or not work.started_at or work.done * 20 < work.total:
        return ""
    seconds = int((now - work.started_at).total_seconds()) * (work.total - work.done) // work.done
    if seconds < 60:
        return render("records.work.left_seconds", lang)
    return render("records.work.left", lang, {"minutes": -(-seconds // 60)})
