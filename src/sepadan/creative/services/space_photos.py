"""Photographs of a space: added without what a camera writes along, with words for who does not see them; taken down.

What a picture is, is told by its content (``engine/papers.py``). It is kept as a public document. Both acts leave an
audit record; a photograph that was taken down is not shown any more and not removed.
"""

from __future__ import annotations

from datetime import datetime

from sepadan.creative.engine.papers import check_picture
from sepadan.creative.models import Space, SpacePhoto
from sepadan.ground.problems import refuse
from sepadan.records.public import Actor, Draft, Office, record, store_document

MOST, LARGEST = 6, 3_000_000


def add_photo(space: Space, content: bytes, *, alt: dict[str, str], credit: str, actor: Actor, now: datetime
              ) -> SpacePhoto:
    """Raises Refused on another kind of file, one that is too large, one without words, or one too many."""
    words = {lang: alt.get(lang, "").strip()[:300] for lang in ("id", "en")}
    if not words["id"]:
        raise refuse("creative.photo.no_words", remedy="creative.photo.no_words.remedy")
    if SpacePhoto.objects.filter(space=space, ended_at__isnull=True).count() >= MOST:
        raise refuse("creative.photo.many", where=space.name, remedy="creative.photo.many.remedy", most=MOST)
    if len(content) > LARGEST:
        raise refuse("creative.file.large", where=space.name, remedy="creative.file.large.remedy",
                     megabytes=LARGEST // 1_000_000)
    picture = check_picture(content, space.code)
    document = store_document(
        Draft("creative.space_photo", words["id"][:200], picture.content, f"{space.code}.{picture.ending}",
              Office.CREATIVE, picture.media, is_public=True, about=space), actor=actor, now=now)
    photo = SpacePhoto.objects.create(
        space=space, document=document, alt={**words, "en": words["en"] or words["id"]}, credit=credit.strip()[:120],
        width=picture.width or 1, height=picture.height or 1, added_at=now, added_by=actor.name)
    record(actor, "creative.audit.photo_added", space, now=now, after={"space": space.code, "shows": words["id"][:200]})
    return photo


def take_down(photo: SpacePhoto, *, actor: Actor, now: datetime) -> None:
    """Show a photograph no longer. Doing it again changes nothing."""
    held = SpacePhoto.objects.select_for_update(of=("self",)).select_related("space").get(pk=photo.pk)
    if held.ended_at is None:
        held.ended_at = now
        held.save(update_fields=["ended_at"])
        record(actor, "creative.audit.photo_ended", held.space, now=now, after={"space": held.space.code})
