"""Who may see an import and act on it. The getter here is the only way to one.

Reading needs ``tax.read`` in the region, uploading, applying and exporting ``tax.write``. What is not there and what is
not for this person look the same (404).
"""

from __future__ import annotations

from typing import Any

from django.http import Http404

from sepadan.records.public import permitted
from sepadan.tax.models import RegisterImport
from sepadan.tax.queries.imports import imports
from sepadan.territory.public import Region


def import_for(person: Any, region: Region, import_id: int, *, action: str = "tax.read") -> RegisterImport:
    """An import on which *person* may do *action*. Raises Http404."""
    found = imports().select_related("region").filter(pk=import_id).first() \
        if permitted(person, region, action) else None
    if found is None:
        raise Http404
    return found
