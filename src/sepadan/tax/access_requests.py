"""Who may see a request of the service desk, and act on it. The getters here are the only way to one.

Whoever may read at the tax desk sees the region's requests; filing, preparing and carrying out need ``tax.write``,
deciding ``tax.approve``. A citizen sees the state of one request by its number and the code on his receipt. What is
not there and what is not for this person look the same (404).
"""

from __future__ import annotations

from typing import Any

from django.http import Http404

from sepadan.records.public import permitted
from sepadan.tax.models import Request
from sepadan.tax.queries.requests import requests
from sepadan.territory.public import Region


def request_for(person: Any, region: Region, request_id: int, *, action: str = "tax.read") -> Request:
    """A request on which *person* may do *action*. Raises Http404."""
    found = requests().filter(pk=request_id).first() if permitted(person, region, action) else None
    if found is None:
        raise Http404
    return found
