"""The day sheet on paper, and its printing: what it said is kept, so that the next one marks what changed.

Printing is an act: it leaves a record, and the sheet of the same day and role that comes next is compared with it. The
file itself is not kept. Columns follow the role: a guard needs keys and whom to call, a technician what has to stand
ready, a cleaner when a room is free.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from itertools import groupby

from sepadan.creative.documents.paper import set_pdf
from sepadan.creative.models import Centre, DaySheetPrint
from sepadan.creative.names import SheetRole
from sepadan.creative.queries.day_sheet import SheetRow
from sepadan.ground.figures import Language, day
from sepadan.ground.messages import render
from sepadan.records.public import Actor, record

COLUMNS = {
    SheetRole.GUARD: ("hours", "space", "activity", "key", "who", "contact"),
    SheetRole.CLEANER: ("hours", "space", "activity", "layout", "notes"),
    SheetRole.TECHNICIAN: ("hours", "space", "activity", "layout", "equipment", "notes", "who"),
}
WIDTHS = {"hours": 0, "space": 2, "activity": 4, "key": 2, "who": 3, "contact": 2, "layout": 2, "notes": 3,
          "equipment": 3}


def print_sheet(centre: Centre, on: date, role: SheetRole, rows: Sequence[SheetRow], *, lang: Language, actor: Actor,
                now: datetime, at: str) -> bytes:
    """The PDF of *rows* (marked), and the note of what it says. *at*: the local time of printing, in words."""
    there = [row for row in rows if row.mark != "gone"]
    made = DaySheetPrint.objects.create(
        centre=centre, day=on, role=role.value, printed_at=now, printed_by_id=actor.person_id,
        printed_by_name=actor.name, rows={str(row.date_id): row.said() for row in there})
    record(actor, "creative.audit.sheet", made, now=now, after={
        "centre": centre.code, "day": on.isoformat(), "role": role.value, "rows": len(there)})
    return sheet_pdf(centre, on, role, rows, lang=lang, at=at)


def sheet_pdf(centre: Centre, on: date, role: SheetRole, rows: Sequence[SheetRow], *, lang: Language,
              at: str) -> bytes:
    """*rows* set by floor; the same rows give the same bytes."""
    def say(key: str, **params: object) -> str:
        return render(key, lang, params)

    columns = COLUMNS[role]
    floors = [{"name": name, "rows": [
        {"mark": say(f"creative.sheet.mark.{row.mark}") if row.mark else "", "gone": row.mark == "gone",
         "cells": [cell_of(row, column, lang) for column in columns]} for row in some]}
        for name, some in groupby(rows, key=lambda row: row.floor)]
    return set_pdf("sheet.typ", {
        "title": say("creative.sheet.title_of", role=say(f"creative.sheet.role.{role.value}"),
                     day=day(on, lang, long=True)), "lang": lang,
        "lead": say("creative.sheet.lead_of", centre=centre.name, count=len([r for r in rows if r.mark != "gone"])),
        "sample": say("creative.letter.sample") if centre.synthetic else None, "empty": say("creative.sheet.none"),
        "heads": [say(f"creative.sheet.column.{column}") for column in columns],
        "widths": [WIDTHS[column] for column in columns], "floors": floors,
        "footer": say("creative.sheet.footer", at=at)}, on)


def cell_of(row: SheetRow, column: str, lang: Language) -> str:
    """What stands in *column* of *row*, in words; empty where nothing is known."""
    if column == "hours":
        hours = f"{row.starts_at:%H.%M}–{row.ends_at:%H.%M}"
        if (row.ready, row.clear) == (row.starts_at, row.ends_at):
            return hours
        return f"{hours}\n" + render("creative.sheet.around", lang, {"ready": f"{row.ready:%H.%M}",
                                                                      "clear": f"{row.clear:%H.%M}"})
    if column == "activity":
        people = "" if row.people is None else ", " + render("creative.seats", lang, {"seats": row.people})
        return f"{row.title}{people}"
    if column == "layout":
        return render(f"creative.layout.{row.layout}", lang) if row.layout else ""
    if column == "equipment":
        return ", ".join(row.equipment)
    if column == "key" and row.key_state:
        return f"{row.key} ({render(f'creative.sheet.key.{row.key_state}', lang)})"
    return str(getattr(row, column))
