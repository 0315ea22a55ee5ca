"""Documents: a file with a title, a number of a series, and an office that answers for it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime

from django.db import models

from sepadan.ground.problems import refuse
from sepadan.records.models import Document, Number
from sepadan.records.names import Actor, Office
from sepadan.records.services import filestore
from sepadan.records.services.audit import Thing, record, thing
from sepadan.records.services.numbers import take_number, void_number
from sepadan.records.tenancy import current_region


@dataclass(frozen=True, slots=True)
class Draft:
    """What a document is before it is stored. *kind* is a word of the module that makes it (``tax.sppt``)."""

    kind: str
    title: str
    content: bytes
    file_name: str
    office: Office
    media_type: str = "application/pdf"
    is_public: bool = False
    owner_id: int | None = None
    about: models.Model | Thing | None = None


def store_document(draft: Draft, *, actor: Actor, now: datetime, series: str | None = None, on: date | None = None,
                   number: str | None = None) -> Document:
    """Keep the bytes and the row in the region in scope, with audit.

    With *series* and *on* the next number is taken; *number* attaches one taken before (needed when the number is
    printed in the document itself). Raises Refused on empty content, or a number that does not exist or is in use.
    """
    region = current_region()
    if not draft.content:
        raise refuse("records.document.empty", where=draft.title)
    if series is not None and number is None:
        if on is None:
            raise ValueError("a number of a series needs the date it is taken on")
        number = take_number(region, series, on)
    row = None if number is None else _free_number(number)
    about = Thing("", "", "") if draft.about is None else thing(draft.about)
    document = Document.objects.create(
        number=row, kind=draft.kind, title=draft.title, office=draft.office.value, is_public=draft.is_public,
        owner_id=draft.owner_id, subject_type=about.type, subject_id=about.id, file_name=_file_name(draft.file_name),
        media_type=draft.media_type, size=len(draft.content), sha256=filestore.keep(region, draft.content),
        created_at=now, created_by_id=actor.person_id)
    record(actor, "records.audit.document_stored", document, now=now,
           after={"kind": document.kind, "number": number, "sha256": document.sha256, "size": document.size})
    return document


def void_document(document: Document, *, actor: Actor, now: datetime, reason: str) -> None:
    """Withdraw a document; it stays readable, marked as void, and so does its number."""
    if not reason.strip():
        raise refuse("records.document.no_reason", where=document.title)
    row = Document.objects.select_for_update(of=("self",)).select_related("number").get(pk=document.pk)
    if row.voided_at is not None:
        raise refuse("records.document.void_already", where=row.title)
    row.voided_at, row.void_reason = now, reason.strip()
    row.save(update_fields=["voided_at", "void_reason"])
    if row.number is not None and row.number.voided_at is None:
        void_number(current_region(), row.number.text, reason=reason, actor=actor, now=now)
    record(actor, "records.audit.document_voided", row, now=now, reason=row.void_reason)


def content_of(document: Document) -> bytes:
    """The bytes of a document that ``access.document_for`` has given out."""
    return filestore.fetch(current_region(), document.sha256, label=document.title)


def _free_number(text: str) -> Number:
    row = Number.objects.select_for_update().filter(text=text).first()
    if row is None:
        raise refuse("records.number.unknown", where=text, region=current_region().name)
    if row.voided_at is not None or Document.objects.filter(number=row).exists():
        raise refuse("records.number.in_use", where=text)
    return row


def _file_name(name: str) -> str:
    """A name that is safe in a header and on any disk."""
    plain = re.sub(r"[^\w.\- ]", "-", name, flags=re.ASCII).strip(" .-") or "dokumen"
    return plain[-150:]
