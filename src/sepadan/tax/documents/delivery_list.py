"""The delivery list of a part: one line per sheet in the order of the sheets, for who carries them from door to door.

A CSV that a spreadsheet opens, with empty columns for who received it and when. The sequence number is the page of the
PDF, so that a sheet is found at once and a gap shows.
"""

from __future__ import annotations

from sepadan.ground.messages import message
from sepadan.ground.sheets import Value, plain
from sepadan.tax.documents.bill_sheet import BillSheet


def heads() -> list[str]:
    return [
        message(key).text("id")
        for key in (
            "tax.delivery.page",
            "tax.delivery.street",
            "tax.delivery.place",
            "tax.delivery.nop",
            "tax.delivery.payer",
            "tax.delivery.payable",
            "tax.delivery.handed_to",
            "tax.delivery.handed_on",
            "tax.delivery.returned",
        )
    ]


def row(page: int, sheet: BillSheet) -> list[str]:
    values: list[Value] = [
        page,
        sheet.object_street,
        sheet.object_place,
        sheet.nop_written,
        sheet.payer,
        sheet.payable,
        None,
        None,
        None,
    ]
    return [plain(value) for value in values]
