from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("creative", "0004_desk_work")]
    operations: list[object] = []
