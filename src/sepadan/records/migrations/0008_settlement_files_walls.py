from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ("records", "0007_settlement_files"),
    ]

    operations = []
