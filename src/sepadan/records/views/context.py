"""What every page knows about who is asking: when the session ends (for the warning before it does), and his roles."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from sepadan.records import access, clock
from sepadan.records.desk import language
from sepadan.records.names import Role
from sepadan.records.shown import moment


def person(request: HttpRequest) -> dict[str, Any]:
    """Context processor. ``own_roles`` are the roles that count in the region of the address, none elsewhere."""
    region, user = getattr(request, "region", None), getattr(request, "user", None)
    session_key = getattr(getattr(request, "session", None), "session_key", None)
    ends: datetime | None = None
    if session_key and user is not None and user.is_authenticated:
        ends = request.session.get_expiry_date()


    def roles() -> frozenset[Role]:
        return access.active_roles(user, region) if region is not None and user is not None else frozenset()

    text = moment(ends, clock.zone_of(region), language()) if ends is not None else ""
    return {"session_ends_at": ends, "session_ends_text": text, "own_roles": SimpleLazyObject(roles)}
