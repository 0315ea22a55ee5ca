from django.db import migrations

from sepadan.records.walls import AppendOnly, WallReference, WallRegion


class Migration(migrations.Migration):

    dependencies = [
        ("records", "0005_bank_channel"),
    ]

    operations = [
        WallRegion("records_channelpartner"),
        WallRegion("records_numberscheme"),
        WallRegion("records_bankmessage"),
        WallRegion("records_bankoutcome"),
        WallRegion("records_earlyreversal"),
        WallReference("records_numberscheme", "partner_id", "records_channelpartner", index=False),
        WallReference("records_bankmessage", "partner_id", "records_channelpartner", index=False),
        WallReference("records_bankoutcome", "message_id", "records_bankmessage", index=False),
        WallReference("records_earlyreversal", "partner_id", "records_channelpartner", index=False),
        WallReference("records_earlyreversal", "message_id", "records_bankmessage"),
        AppendOnly("records_bankmessage"),
        AppendOnly("records_bankoutcome"),
        AppendOnly("records_earlyreversal"),
    ]
