from django.db import migrations

from sepadan.records.walls import AppendOnly, WallReference, WallRegion


class Migration(migrations.Migration):
    """Requests behind the wall of their region. What was filed is fixed; events and changes of bills are only added to.

    Indexes: requests are found by their bill, events by their request, changes by their bill; what is never looked up
    from the other side has none.
    """

    dependencies = [
        ("tax", "0007_requests"),
        ("records", "0003_walls"),
    ]

    operations = [
        WallRegion("tax_request"),
        WallRegion("tax_requestevent"),
        WallRegion("tax_billchange"),
        WallReference("tax_request", "bill_id", "tax_bill"),
        WallReference("tax_request", "taxpayer_id", "tax_taxpayer", index=False),
        WallReference("tax_request", "letter_id", "records_document", index=False),
        WallReference("tax_requestevent", "request_id", "tax_request"),
        WallReference("tax_requestevent", "document_id", "records_document", index=False),
        WallReference("tax_billchange", "bill_id", "tax_bill"),
        WallReference("tax_billchange", "request_id", "tax_request", index=False),
        WallReference("tax_billchange", "charge_id", "records_charge", index=False),
        WallReference("tax_billchange", "document_id", "records_document", index=False),
        AppendOnly("tax_request", columns=("number", "kind", "received_on", "channel", "nop", "bill_id",
                                           "taxpayer_id", "applicant_name", "nik_digest", "nik_last4", "statement",
                                           "created_at")),
        AppendOnly("tax_requestevent"),
        AppendOnly("tax_billchange"),
    ]
