from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("creative", "0006_feeds")]
    operations: list[object] = []
