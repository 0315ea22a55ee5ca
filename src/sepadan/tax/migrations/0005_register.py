from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ("tax", "0004_assessment_walls"),
    ]

    operations = []
