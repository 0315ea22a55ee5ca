"""Tables on a page: reads the address of a request and answers with a page or a file.

The declaration and everything about rows is in ``ground.tables`` (pure); this is its HTTP side. A view does

    listing = read(request, TABLE, ListRows(rows))
    if listing.wanted:
        return download(listing)
    return TemplateResponse(request, "...", {"listing": listing})

and the template ``{% table listing %}``.
"""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from sepadan.ground.tables import Column, Listing, ListRows, QueryRows, Rows, Table
from sepadan.portal.context import language

__all__ = ["Column", "ListRows", "Listing", "QueryRows", "Rows", "Table", "download", "read"]


def read(request: HttpRequest, table: Table, rows: Rows) -> Listing:
    """What this request asks of *table*. Raises ``Refused`` on an unknown column, page or format."""
    return Listing(table, rows, request.GET, language(request))


def download(listing: Listing) -> HttpResponse:
    """Exactly the filtered rows as the file that the address asks for (``?format=csv`` or ``xlsx``)."""
    name, content_type, data = listing.file(listing.wanted)
    response = HttpResponse(data, content_type=content_type)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
