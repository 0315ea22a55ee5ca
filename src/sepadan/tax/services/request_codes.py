"""The code on an applicant's receipt: with the number it opens the state of a request, and nothing else does.

A paper code (``records/services/paper_codes.py``) over region, number and moment of filing. Numbers run on and can be
guessed, codes cannot.
"""

from __future__ import annotations

from sepadan.records.public import code_opens, paper_code
from sepadan.tax.models import Request


def request_code(request: Request) -> str:
    """The code of a request of the region in scope."""
    return paper_code("request", request.region.code, request.number, request.created_at.isoformat())


def opens_request(request: Request | None, typed: str) -> bool:
    """Whether *typed* is the code of *request*; takes the same time whatever was typed, and with no request at all."""
    return code_opens(None if request is None else request_code(request), typed)
