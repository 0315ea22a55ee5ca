from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("creative", "0003_charges")]
    operations: list[object] = []
