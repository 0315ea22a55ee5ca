from django.db import migrations

from sepadan.records.walls import AppendOnly, WallReference, WallRegion


class Migration(migrations.Migration):

    dependencies = [
        ("records", "0007_settlement_files"),
    ]

    operations = [
        WallRegion("records_bankconflict"),
        WallRegion("records_settlementfile"),
        WallRegion("records_settlementrow"),
        WallRegion("records_settlementanswer"),
        WallReference("records_bankconflict", "message_id", "records_bankmessage", index=False),
        WallReference("records_settlementfile", "partner_id", "records_channelpartner", index=False),
        WallReference("records_settlementrow", "file_id", "records_settlementfile", index=False),
        WallReference("records_settlementanswer", "file_id", "records_settlementfile"),
        WallReference("records_settlementanswer", "row_id", "records_settlementrow"),
        WallReference("records_settlementanswer", "payment_id", "records_payment"),
        WallReference("records_settlementanswer", "booked_id", "records_payment"),
        AppendOnly("records_bankconflict"),
        AppendOnly("records_settlementfile"),
        AppendOnly("records_settlementrow"),
        AppendOnly("records_settlementanswer"),
    ]
