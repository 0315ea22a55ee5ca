from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ("tax", "0017_taxpayers"),
    ]

    operations = []
