"""Opening a document: only through its access check, with its hash verified; what is not public is recorded."""

from __future__ import annotations

from typing import cast

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from sepadan.records import access, clock
from sepadan.records.desk import actor_of, region_of
from sepadan.records.services.audit import record
from sepadan.records.services.documents import content_of

SHOWN_IN_BROWSER = ("application/pdf", "image/png", "image/jpeg", "text/plain")


@require_safe
def document(request: HttpRequest, kode: str, document_id: int) -> HttpResponse:
    """The file. Somebody who may not see it gets the same 404 as for one that does not exist."""
    found = access.document_for(cast(access.Viewer, request.user), region_of(request), document_id)
    content = content_of(found)
    if not found.is_public and request.method == "GET":
        record(actor_of(request), "records.audit.document_opened", found, now=clock.now())
    how = "inline" if found.media_type in SHOWN_IN_BROWSER else "attachment"
    return HttpResponse(content, content_type=found.media_type, headers={
        "Content-Disposition": f'{how}; filename="{found.file_name}"',
        "Cache-Control": "private, no-store" if not found.is_public else "public, max-age=3600",
        "Content-Security-Policy": "sandbox; default-src 'none'",
        "X-Content-Type-Options": "nosniff",
    })
