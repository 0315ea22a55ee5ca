import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from sepadan.records.constraints import AddConstraint


class Migration(migrations.Migration):
    """The state of an appeal: it has an effect once a second person confirmed it."""

    dependencies = [
        ('records', '0014_credits_walls'),
        ('territory', '0002_read_only'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='appeal',
            name='appeal_once',
        ),
        migrations.AddField(
            model_name='appeal',
            name='decided_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='appeal',
            name='decided_by',
            field=models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='appeal',
            name='state',
            field=models.CharField(choices=[('proposed', 'proposed'), ('accepted', 'accepted'), ('withdrawn', 'withdrawn'), ('rejected', 'rejected')], default='proposed', max_length=9),
        ),
        AddConstraint(
            model_name='appeal',
            constraint=models.UniqueConstraint(condition=models.Q(('state__in', ['proposed', 'accepted'])), fields=('region', 'source'), name='appeal_once'),
        ),
        AddConstraint(
            model_name='appeal',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['proposed', 'accepted', 'withdrawn', 'rejected'])), name='appeal_known_state'),
        ),
        AddConstraint(
            model_name='appeal',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('decided_at__isnull', True), ('decided_by__isnull', True), ('state', 'proposed')), models.Q(('decided_at__isnull', False), ('decided_by__isnull', False), ('state', 'withdrawn'), ('decided_by', models.F('recorded_by'))), models.Q(('decided_at__isnull', False), ('decided_by__isnull', False), ('state__in', ['accepted', 'rejected']), models.Q(('decided_by', models.F('recorded_by')), _negated=True)), _connector='OR'), name='appeal_decided_by_another'),
        ),
        AddConstraint(
            model_name='appeal',
            constraint=models.CheckConstraint(condition=models.Q(('outcome', ''), ('state', 'accepted'), _connector='OR'), name='appeal_ruled_when_accepted'),
        ),
    ]
