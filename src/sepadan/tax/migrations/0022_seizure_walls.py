from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ("tax", "0021_seizure"),
    ]

    operations = []
