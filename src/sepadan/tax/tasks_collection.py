"""Background work of collection: the list of receivables, bills that a programme forgives whole, batches of letters."""

from __future__ import annotations

from datetime import date
from typing import Any

from sepadan.records.public import Actor, Person, Run, handler, region_scope, today
from sepadan.tax.documents.letter_print import Written, facts_of_part, print_part
from sepadan.tax.documents.offices import letter_office
from sepadan.tax.models import LetterBatch
from sepadan.tax.queries.letter_batches import LetterPart, parts_of
from sepadan.tax.services.arrears import arrears_list
from sepadan.tax.services.arrears_refresh import REFRESH_WORK
from sepadan.tax.services.collection_forgiven import CHUNK, FORGIVE_WORK, forgiven_charges, settle_forgiven
from sepadan.tax.services.letter_batches import (
    PART,
    PRINT_WORK,
    SIGN_WORK,
    WRITE_WORK,
    batch_folder,
    finish_signing,
    finish_writing,
    selection,
    sign_part,
    write_part,
)


@handler(REFRESH_WORK)
def refresh_arrears(run: Run) -> dict[str, Any]:
    """Params: on. One step: the list of that day by the books of now, or nothing."""
    with run.step():
        made = arrears_list(date.fromisoformat(run.params["on"]), now=run.now())
    return {"total": made.total, "anew": made.read_anew}


@handler(FORGIVE_WORK)
def forgive_bills(run: Run) -> dict[str, Any]:
    """Params: on, the day of the order. A chunk a step, by the key of the charge; on another day nothing is done."""
    actor, on = actor_of_run(run), date.fromisoformat(run.params["on"])
    with run.step() as step:
        made = arrears_list(on, now=run.now())
        keys = forgiven_charges(made, on, after=run.checkpoint or 0)
        step.show(total=run.done + len(keys))
    settled = 0
    for first in range(0, len(keys), CHUNK):
        chunk = keys[first:first + CHUNK]
        with run.step() as step:
            if today(run.region, run.now()) != on:
                break
            settled += settle_forgiven(chunk, actor=actor, now=run.now(), today=on)
            step.advance(len(chunk), checkpoint=chunk[-1])
    return {"charges": settled}


@handler(WRITE_WORK)
def write_batch(run: Run) -> dict[str, Any]:
    """Params: batch. A part a step, by the NOP; what was written before a kill is not written again."""
    actor, key, made = actor_of_run(run), run.params["batch"], 0
    with region_scope(run.region):
        nops = selection(LetterBatch.objects.get(pk=key), after=run.checkpoint or "", now=run.now())
    run.progress(total=run.done + len(nops))
    for first in range(0, len(nops), PART):
        part = nops[first:first + PART]
        with run.step() as step:
            made += write_part(key, part, actor=actor, now=run.now(), today=today(run.region, run.now()))
            step.advance(len(part), checkpoint=part[-1])
    with run.step():
        batch = finish_writing(key, actor=actor, now=run.now())
    return {"letters": batch.count, "left_out": batch.left_out, "total": batch.total}


@handler(SIGN_WORK)
def sign_letters(run: Run) -> dict[str, Any]:
    """Params: batch. A part a step: what is signed is no draft any more, so that a rerun goes on with the rest."""
    actor, key = actor_of_run(run), run.params["batch"]
    while True:
        with run.step() as step:
            count = sign_part(key, now=run.now(), today=today(run.region, run.now()))
            step.advance(count)
            if not count:
                batch = finish_signing(key, actor=actor, now=run.now())
                return {"letters": batch.count, "left_out": batch.left_out, "total": batch.total}


@handler(PRINT_WORK)
def print_batch(run: Run) -> dict[str, Any]:
    """Params: batch. Finished parts of an earlier attempt are kept."""
    with region_scope(run.region):
        batch = LetterBatch.objects.get(pk=run.params["batch"])
        parts, folder, office = parts_of(batch), batch_folder(batch), letter_office(run.region)
    run.progress(0, total=sum(part.letters for part in parts))
    done = pages = 0
    for part in parts:
        def read(start: int, stop: int, part: LetterPart = part) -> list[Written]:
            with region_scope(run.region):
                return facts_of_part(batch, part, start, stop)

        def told(count: int, before: int = done) -> None:
            run.progress(before + count)

        made = print_part(batch, part, folder, read, told=told, office=office, on=today(run.region, run.now()))
        done, pages = done + made["letters"], pages + made["pages"]
    return {"letters": done, "pages": pages, "parts": len(parts)}


def actor_of_run(run: Run) -> Actor:
    """Whoever asked for the work."""
    with region_scope(run.region):
        person = Person.objects.filter(pk=run.started_by_id).first()
    return Actor(name=person.name if person else run.kind, person_id=run.started_by_id)
