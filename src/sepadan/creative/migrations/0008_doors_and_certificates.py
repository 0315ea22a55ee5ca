from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("creative", "0007_events")]
    operations: list[object] = []
