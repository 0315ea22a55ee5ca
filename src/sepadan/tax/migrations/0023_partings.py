from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("tax", "0022_seizure_walls")]
    operations: list[object] = []
