import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import sepadan.records.tenancy
from sepadan.records.walls import AppendOnly, WallReference, WallRegion
from sepadan.records.constraints import AddConstraint

TABLES = ("tariff", "assessment", "assessmentline", "aftercheck", "assessmentappeal", "chargerefund")


class Migration(migrations.Migration):
    """Assessments, tariffs, checks, appeals and refunds behind the wall of their region.

    An assessment and its lines are only added to; its letter may be attached later. Of what two persons decide, the
    proposal stays as it was made.
    """

    dependencies = [
        ("creative", "0002_walls_and_occupancy"),
        ("records", "0015_appeal_state"),
        ("territory", "0002_read_only"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Assessment',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('revision', models.PositiveSmallIntegerField()),
                ('number', models.CharField(max_length=60)),
                ('cause', models.CharField(choices=[('first', 'first'), ('answers', 'answers'), ('dates', 'dates'), ('ended', 'ended'), ('check', 'check'), ('ruling', 'ruling')], max_length=8)),
                ('kind', models.CharField(choices=[('free', 'free'), ('reduced', 'reduced'), ('pays', 'pays')], max_length=8)),
                ('answers', models.JSONField(default=dict)),
                ('policy', models.JSONField(default=dict)),
                ('before', models.BigIntegerField(default=0)),
                ('total', models.BigIntegerField()),
                ('assumed', models.BooleanField(default=False)),
                ('law', models.CharField(blank=True, max_length=64)),
                ('issued_on', models.DateField()),
                ('due_on', models.DateField(blank=True, null=True)),
                ('reason', models.CharField(blank=True, max_length=500)),
                ('issued_at', models.DateTimeField()),
                ('issued_by_name', models.CharField(max_length=120)),
                ('booking', sepadan.records.tenancy.RegionalKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='assessments', to='creative.booking')),
                ('charge', sepadan.records.tenancy.RegionalKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='assessments', to='records.charge')),
                ('document', sepadan.records.tenancy.RegionalKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='records.document')),
                ('issued_by', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('region', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='territory.region')),
            ],
            options={
                'ordering': ['id'],
                'abstract': False,
                'base_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='AfterCheck',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('what', models.CharField(max_length=2000)),
                ('answers', models.JSONField(default=dict)),
                ('changed', models.JSONField(default=list)),
                ('before', models.BigIntegerField(blank=True, null=True)),
                ('after', models.BigIntegerField(blank=True, null=True)),
                ('noted_at', models.DateTimeField()),
                ('booking', sepadan.records.tenancy.RegionalKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='checks', to='creative.booking')),
                ('noted_by', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('region', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='territory.region')),
                ('assessment', sepadan.records.tenancy.RegionalKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='checks', to='creative.assessment')),
            ],
            options={
                'ordering': ['id'],
                'abstract': False,
                'base_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='AssessmentAppeal',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('grounds', models.CharField(max_length=2000)),
                ('filed_at', models.DateTimeField()),
                ('filed_by', models.CharField(max_length=120)),
                ('step', models.CharField(choices=[('filed', 'filed'), ('ruled', 'ruled'), ('withdrawn', 'withdrawn')], default='filed', max_length=9)),
                ('outcome', models.CharField(blank=True, choices=[('granted', 'granted'), ('partly', 'partly'), ('refused', 'refused')], max_length=7)),
                ('answers', models.JSONField(default=dict)),
                ('ruling', models.CharField(blank=True, max_length=2000)),
                ('ruled_at', models.DateTimeField(blank=True, null=True)),
                ('assessment', sepadan.records.tenancy.RegionalKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='appeals', to='creative.assessment')),
                ('region', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='territory.region')),
                ('result', sepadan.records.tenancy.RegionalKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='creative.assessment')),
                ('ruled_by', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['id'],
                'abstract': False,
                'base_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='AssessmentLine',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('starts_at', models.DateTimeField()),
                ('ends_at', models.DateTimeField()),
                ('on', models.DateField()),
                ('tariff', models.CharField(blank=True, max_length=60)),
                ('per', models.CharField(blank=True, max_length=5)),
                ('quantity', models.PositiveIntegerField()),
                ('rate', models.BigIntegerField(blank=True, null=True)),
                ('amount', models.BigIntegerField()),
                ('basis', models.CharField(blank=True, choices=[('instrument', 'instrument'), ('assumption', 'assumption')], max_length=10)),
                ('instrument', models.CharField(blank=True, max_length=200)),
                ('article', models.CharField(blank=True, max_length=80)),
                ('confidence', models.CharField(blank=True, max_length=20)),
                ('since', models.DateField(blank=True, null=True)),
                ('assessment', sepadan.records.tenancy.RegionalKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='lines', to='creative.assessment')),
                ('date', sepadan.records.tenancy.RegionalKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='creative.bookingdate')),
                ('region', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='territory.region')),
                ('space', sepadan.records.tenancy.RegionalKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='creative.space')),
            ],
            options={
                'ordering': ['starts_at', 'id'],
                'abstract': False,
                'base_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='ChargeRefund',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('amount', models.BigIntegerField()),
                ('reason', models.CharField(max_length=500)),
                ('state', models.CharField(choices=[('proposed', 'proposed'), ('paid', 'paid'), ('rejected', 'rejected')], default='proposed', max_length=8)),
                ('proposed_at', models.DateTimeField()),
                ('decided_at', models.DateTimeField(blank=True, null=True)),
                ('document_number', models.CharField(blank=True, max_length=80)),
                ('paid_on', models.DateField(blank=True, null=True)),
                ('booking', sepadan.records.tenancy.RegionalKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='refunds', to='creative.booking')),
                ('charge', sepadan.records.tenancy.RegionalKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='refunds', to='records.charge')),
                ('decided_by', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('proposed_by', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('region', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='territory.region')),
            ],
            options={
                'ordering': ['id'],
                'abstract': False,
                'base_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='Tariff',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('name', models.CharField(max_length=60)),
                ('per', models.CharField(choices=[('hour', 'hour'), ('day', 'day'), ('event', 'event')], max_length=5)),
                ('amount', models.BigIntegerField(blank=True, null=True)),
                ('since', models.DateField()),
                ('basis', models.CharField(choices=[('instrument', 'instrument'), ('assumption', 'assumption')], max_length=10)),
                ('instrument', models.CharField(blank=True, max_length=200)),
                ('article', models.CharField(blank=True, max_length=80)),
                ('why', models.CharField(max_length=500)),
                ('state', models.CharField(choices=[('proposed', 'proposed'), ('approved', 'approved'), ('rejected', 'rejected'), ('replaced', 'replaced')], default='proposed', max_length=8)),
                ('proposed_at', models.DateTimeField()),
                ('decided_at', models.DateTimeField(blank=True, null=True)),
                ('centre', sepadan.records.tenancy.RegionalKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='tariffs', to='creative.centre')),
                ('decided_by', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('proposed_by', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('region', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='territory.region')),
            ],
            options={
                'ordering': ['name', 'per', '-since', '-id'],
                'abstract': False,
                'base_manager_name': 'objects',
            },
        ),
        AddConstraint(
            model_name='assessment',
            constraint=models.UniqueConstraint(fields=('region', 'booking', 'revision'), name='assessment_revision_once'),
        ),
        AddConstraint(
            model_name='assessment',
            constraint=models.UniqueConstraint(fields=('region', 'number'), name='assessment_number_once'),
        ),
        AddConstraint(
            model_name='assessment',
            constraint=models.CheckConstraint(condition=models.Q(('cause__in', ['first', 'answers', 'dates', 'ended', 'check', 'ruling']), ('kind__in', ('free', 'reduced', 'pays'))), name='assessment_known_words'),
        ),
        AddConstraint(
            model_name='assessment',
            constraint=models.CheckConstraint(condition=models.Q(('before__gte', 0), ('revision__gte', 1), ('total__gte', 0)), name='assessment_amounts'),
        ),
        AddConstraint(
            model_name='assessment',
            constraint=models.CheckConstraint(condition=models.Q(('total', 0), models.Q(('charge__isnull', False), ('due_on__isnull', False)), _connector='OR'), name='assessment_is_charged'),
        ),
        AddConstraint(
            model_name='assessment',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('kind', 'free'), ('total', 0)), models.Q(('kind', 'free'), _negated=True), _connector='OR'), name='assessment_free_is_zero'),
        ),
        AddConstraint(
            model_name='aftercheck',
            constraint=models.CheckConstraint(condition=models.Q(('what', ''), _negated=True), name='after_check_says_what'),
        ),
        AddConstraint(
            model_name='assessmentappeal',
            constraint=models.UniqueConstraint(condition=models.Q(('step', 'withdrawn'), _negated=True), fields=('region', 'assessment'), name='assessment_appeal_once'),
        ),
        AddConstraint(
            model_name='assessmentappeal',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('grounds', ''), _negated=True), ('step__in', ['filed', 'ruled', 'withdrawn'])), name='assessment_appeal_known'),
        ),
        AddConstraint(
            model_name='assessmentappeal',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('outcome__in', ['granted', 'partly', 'refused']), ('ruled_at__isnull', False), ('ruled_by__isnull', False), ('step', 'ruled'), models.Q(('ruling', ''), _negated=True)), models.Q(('outcome', ''), ('ruled_at__isnull', True), ('ruled_by__isnull', True), ('ruling', ''), models.Q(('step', 'ruled'), _negated=True)), _connector='OR'), name='assessment_appeal_ruled_is_whole'),
        ),
        AddConstraint(
            model_name='assessmentline',
            constraint=models.UniqueConstraint(fields=('region', 'assessment', 'date'), name='assessment_line_once'),
        ),
        AddConstraint(
            model_name='assessmentline',
            constraint=models.CheckConstraint(condition=models.Q(('amount__gte', 0)), name='assessment_line_amount'),
        ),
        AddConstraint(
            model_name='chargerefund',
            constraint=models.UniqueConstraint(condition=models.Q(('state', 'proposed')), fields=('region', 'charge'), name='charge_refund_waits_once'),
        ),
        AddConstraint(
            model_name='chargerefund',
            constraint=models.CheckConstraint(condition=models.Q(('amount__gt', 0), models.Q(('reason', ''), _negated=True)), name='charge_refund_amount'),
        ),
        AddConstraint(
            model_name='chargerefund',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('decided_at__isnull', True), ('decided_by__isnull', True), ('state', 'proposed')), models.Q(('decided_at__isnull', False), ('decided_by__isnull', False), ('state__in', ['paid', 'rejected']), models.Q(('decided_by', models.F('proposed_by')), _negated=True)), _connector='OR'), name='charge_refund_decided_by_another'),
        ),
        AddConstraint(
            model_name='chargerefund',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'paid'), _negated=True), models.Q(models.Q(('document_number', ''), _negated=True), ('paid_on__isnull', False)), _connector='OR'), name='charge_refund_under_a_document'),
        ),
        AddConstraint(
            model_name='tariff',
            constraint=models.UniqueConstraint(condition=models.Q(('state', 'approved')), fields=('region', 'centre', 'name', 'per', 'since'), name='tariff_once'),
        ),
        AddConstraint(
            model_name='tariff',
            constraint=models.CheckConstraint(condition=models.Q(('per__in', ('hour', 'day', 'event')), ('basis__in', ('instrument', 'assumption'))), name='tariff_known_words'),
        ),
        AddConstraint(
            model_name='tariff',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['proposed', 'approved', 'rejected', 'replaced'])), name='tariff_known_state'),
        ),
        AddConstraint(
            model_name='tariff',
            constraint=models.CheckConstraint(condition=models.Q(('amount__isnull', True), ('amount__gte', 0), _connector='OR'), name='tariff_amount'),
        ),
        AddConstraint(
            model_name='tariff',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('name', ''), _negated=True), models.Q(('why', ''), _negated=True), models.Q(('basis', 'assumption'), models.Q(models.Q(('instrument', ''), _negated=True), models.Q(('article', ''), _negated=True)), _connector='OR')), name='tariff_says_on_what_it_rests'),
        ),
        AddConstraint(
            model_name='tariff',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('decided_at__isnull', True), ('decided_by__isnull', True), ('state', 'proposed')), models.Q(('decided_at__isnull', False), ('decided_by__isnull', False), models.Q(('state', 'proposed'), _negated=True), models.Q(('decided_by', models.F('proposed_by')), _negated=True)), _connector='OR'), name='tariff_decided_by_another'),
        ),
        *(WallRegion(f"creative_{name}") for name in TABLES),
        WallReference("creative_tariff", "centre_id", "creative_centre", index=False),
        WallReference("creative_assessment", "booking_id", "creative_booking", index=False),
        WallReference("creative_assessment", "charge_id", "records_charge"),
        WallReference("creative_assessment", "document_id", "records_document"),
        WallReference("creative_assessmentline", "assessment_id", "creative_assessment", index=False),
        WallReference("creative_assessmentline", "date_id", "creative_bookingdate"),
        WallReference("creative_assessmentline", "space_id", "creative_space"),
        WallReference("creative_aftercheck", "booking_id", "creative_booking"),
        WallReference("creative_aftercheck", "assessment_id", "creative_assessment"),
        WallReference("creative_assessmentappeal", "assessment_id", "creative_assessment"),
        WallReference("creative_assessmentappeal", "result_id", "creative_assessment"),
        WallReference("creative_chargerefund", "booking_id", "creative_booking"),
        WallReference("creative_chargerefund", "charge_id", "records_charge"),
        AppendOnly("creative_tariff", columns=("centre_id", "name", "per", "amount", "since", "basis", "instrument",
                                               "article", "why", "proposed_at", "proposed_by_id")),
        AppendOnly("creative_assessment", columns=(
            "booking_id", "revision", "number", "cause", "kind", "answers", "policy", "before", "total", "assumed",
            "law", "issued_on", "due_on", "reason", "issued_at", "issued_by_id", "issued_by_name", "charge_id")),
        AppendOnly("creative_assessmentline"),
        AppendOnly("creative_aftercheck"),
        AppendOnly("creative_assessmentappeal", columns=("assessment_id", "grounds", "filed_at", "filed_by")),
        AppendOnly("creative_chargerefund", columns=("booking_id", "charge_id", "amount", "reason", "proposed_at",
                                                     "proposed_by_id")),
    ]
