import django.db.models.deletion
import django.db.models.expressions
import sepadan.records.tenancy
from django.conf import settings
from django.db import migrations, models
from sepadan.records.constraints import AddConstraint


class Migration(migrations.Migration):

    dependencies = [
        ("tax", "0018_taxpayers_walls"),
        ("records", "0003_walls"),
    ]

    operations = [
        migrations.CreateModel(
            name='NjoptkpHolder',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('tax_year', models.SmallIntegerField()),
                ('nop', models.CharField(max_length=18)),
                ('recorded_at', models.DateTimeField()),
                ('superseded_at', models.DateTimeField(blank=True, null=True)),
                ('entry', models.BigIntegerField()),
            ],
            options={
                'ordering': ['tax_year', 'taxpayer_id'],
                'abstract': False,
                'base_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='OpeningBill',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('nop', models.CharField(max_length=18)),
                ('tax_year', models.SmallIntegerField()),
                ('payer_name', models.CharField(max_length=120)),
                ('issued_on', models.DateField(blank=True, null=True)),
                ('due_on', models.DateField()),
                ('land_m2', models.BigIntegerField(blank=True, null=True)),
                ('building_m2', models.BigIntegerField(blank=True, null=True)),
                ('njop_land', models.BigIntegerField(blank=True, null=True)),
                ('njop_building', models.BigIntegerField(blank=True, null=True)),
                ('njop', models.BigIntegerField(blank=True, null=True)),
                ('njoptkp', models.BigIntegerField(blank=True, null=True)),
                ('pbb', models.BigIntegerField(blank=True, null=True)),
                ('reduction', models.BigIntegerField(blank=True, null=True)),
                ('payable', models.BigIntegerField()),
                ('said_paid', models.BooleanField()),
                ('payments', models.SmallIntegerField()),
                ('principal_paid', models.BigIntegerField()),
                ('interest_paid', models.BigIntegerField()),
                ('over', models.BigIntegerField()),
                ('unproved', models.BigIntegerField()),
                ('remainder', models.BigIntegerField()),
                ('last_paid_on', models.DateField(blank=True, null=True)),
                ('evidence', models.CharField(choices=[('full', 'full'), ('partial', 'partial'), ('list', 'list'), ('none', 'none')], max_length=8)),
                ('notes', models.JSONField(default=list)),
                ('source', models.CharField(max_length=200)),
                ('entry', models.BigIntegerField()),
                ('recorded_at', models.DateTimeField()),
            ],
            options={
                'ordering': ['nop', 'tax_year'],
                'abstract': False,
                'base_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='OpeningPayment',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('part', models.SmallIntegerField()),
                ('paid_on', models.DateField()),
                ('entered_on', models.DateField(blank=True, null=True)),
                ('amount', models.BigIntegerField()),
                ('interest', models.BigIntegerField()),
            ],
            options={
                'ordering': ['bill_id', 'part'],
                'abstract': False,
                'base_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='OpeningProposal',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('kind', models.CharField(choices=[('entry', 'entry'), ('grade', 'grade')], max_length=5)),
                ('nop', models.CharField(max_length=18)),
                ('tax_year', models.SmallIntegerField()),
                ('grade', models.CharField(choices=[('full', 'full'), ('partial', 'partial'), ('list', 'list'), ('none', 'none')], max_length=8)),
                ('terms', models.JSONField(default=dict)),
                ('document', models.CharField(blank=True, max_length=200)),
                ('reason', models.CharField(max_length=500)),
                ('state', models.CharField(choices=[('proposed', 'proposed'), ('granted', 'granted'), ('rejected', 'rejected')], default='proposed', max_length=8)),
                ('version', models.PositiveIntegerField(default=1)),
                ('proposed_at', models.DateTimeField()),
                ('decided_at', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'ordering': ['-id'],
                'abstract': False,
                'base_manager_name': 'objects',
            },
        ),
        migrations.AddField(
            model_name='registerimport',
            name='approved_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='registerimport',
            name='approved_by',
            field=models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='registerimport',
            name='approved_control',
            field=models.CharField(blank=True, max_length=64),
        ),
        migrations.AddField(
            model_name='registerimport',
            name='checked_by',
            field=models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='registerimport',
            name='has_opening',
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name='registerimport',
            name='openings',
            field=models.JSONField(default=dict),
        ),
        AddConstraint(
            model_name='registerimport',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('has_opening', True), ('state', 'applied'), _negated=True), models.Q(('approved_by__isnull', False), ('approved_control', models.F('control'))), _connector='OR'), name='import_opening_is_approved'),
        ),
        AddConstraint(
            model_name='registerimport',
            constraint=models.CheckConstraint(condition=models.Q(('approved_by__isnull', True), models.Q(models.Q(('created_by__isnull', True), models.Q(('approved_by', models.F('created_by')), _negated=True), _connector='OR'), models.Q(('checked_by__isnull', True), models.Q(('approved_by', models.F('checked_by')), _negated=True), _connector='OR')), _connector='OR'), name='import_approved_by_another'),
        ),
        migrations.AddField(
            model_name='njoptkpholder',
            name='region',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='territory.region'),
        ),
        migrations.AddField(
            model_name='njoptkpholder',
            name='taxpayer',
            field=sepadan.records.tenancy.RegionalKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tax.taxpayer'),
        ),
        migrations.AddField(
            model_name='openingbill',
            name='charge',
            field=sepadan.records.tenancy.RegionalKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='records.charge'),
        ),
        migrations.AddField(
            model_name='openingbill',
            name='kelurahan',
            field=sepadan.records.tenancy.RegionalKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='territory.kelurahan'),
        ),
        migrations.AddField(
            model_name='openingbill',
            name='region',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='territory.region'),
        ),
        migrations.AddField(
            model_name='openingpayment',
            name='bill',
            field=sepadan.records.tenancy.RegionalKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='paid', to='tax.openingbill'),
        ),
        migrations.AddField(
            model_name='openingpayment',
            name='region',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='territory.region'),
        ),
        migrations.AddField(
            model_name='openingproposal',
            name='claim',
            field=sepadan.records.tenancy.RegionalKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tax.claim'),
        ),
        migrations.AddField(
            model_name='openingproposal',
            name='decided_by',
            field=models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='openingproposal',
            name='proposed_by',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='openingproposal',
            name='region',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='territory.region'),
        ),
        AddConstraint(
            model_name='njoptkpholder',
            constraint=models.UniqueConstraint(condition=models.Q(('superseded_at__isnull', True)), fields=('region', 'tax_year', 'taxpayer'), name='njoptkp_holder_once'),
        ),
        AddConstraint(
            model_name='njoptkpholder',
            constraint=models.CheckConstraint(condition=models.Q(('nop__regex', '^\\d{18}$')), name='njoptkp_holder_nop_form'),
        ),
        AddConstraint(
            model_name='openingbill',
            constraint=models.UniqueConstraint(fields=('region', 'nop', 'tax_year'), name='opening_bill_once'),
        ),
        AddConstraint(
            model_name='openingbill',
            constraint=models.CheckConstraint(condition=models.Q(('nop__regex', '^\\d{18}$')), name='opening_bill_nop_form'),
        ),
        AddConstraint(
            model_name='openingbill',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('charge__isnull', True), ('remainder', 0)), models.Q(('charge__isnull', False), ('remainder__gt', 0)), _connector='OR'), name='opening_bill_charged_when_open'),
        ),
        AddConstraint(
            model_name='openingbill',
            constraint=models.CheckConstraint(condition=models.Q(('interest_paid__gte', 0), ('over__gte', 0), ('payable__gte', 0), ('payments__gte', 0), ('principal_paid__gte', 0), ('unproved__gte', 0)), name='opening_bill_not_negative'),
        ),
        AddConstraint(
            model_name='openingbill',
            constraint=models.CheckConstraint(condition=models.Q(('remainder', django.db.models.expressions.CombinedExpression(django.db.models.expressions.CombinedExpression(django.db.models.expressions.CombinedExpression(models.F('payable'), '+', models.F('over')), '-', models.F('principal_paid')), '-', models.F('unproved')))), name='opening_bill_adds_up'),
        ),
        AddConstraint(
            model_name='openingbill',
            constraint=models.CheckConstraint(condition=models.Q(('evidence__in', ['full', 'partial', 'list', 'none'])), name='opening_bill_is_graded'),
        ),
        AddConstraint(
            model_name='openingpayment',
            constraint=models.UniqueConstraint(fields=('region', 'bill', 'part'), name='opening_payment_once'),
        ),
        AddConstraint(
            model_name='openingpayment',
            constraint=models.CheckConstraint(condition=models.Q(('amount__gte', models.F('interest')), ('interest__gte', 0)), name='opening_payment_holds_interest'),
        ),
        AddConstraint(
            model_name='openingproposal',
            constraint=models.UniqueConstraint(condition=models.Q(('state', 'proposed')), fields=('region', 'nop', 'tax_year', 'kind'), name='opening_proposed_once'),
        ),
        AddConstraint(
            model_name='openingproposal',
            constraint=models.CheckConstraint(condition=models.Q(('kind', 'entry'), models.Q(('claim__isnull', False), ('kind', 'grade')), _connector='OR'), name='opening_grade_of_a_claim'),
        ),
        AddConstraint(
            model_name='openingproposal',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['proposed', 'granted', 'rejected']), ('grade__in', ['full', 'partial', 'list', 'none'])), name='opening_known_state'),
        ),
        AddConstraint(
            model_name='openingproposal',
            constraint=models.CheckConstraint(condition=models.Q(('reason', ''), _negated=True), name='opening_has_reason'),
        ),
        AddConstraint(
            model_name='openingproposal',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('decided_at__isnull', True), ('decided_by__isnull', True), ('state', 'proposed')), models.Q(models.Q(('state', 'proposed'), _negated=True), ('decided_at__isnull', False), ('decided_by__isnull', False)), _connector='OR'), name='opening_decided_by_somebody'),
        ),
        AddConstraint(
            model_name='openingproposal',
            constraint=models.CheckConstraint(condition=models.Q(('decided_by__isnull', True), models.Q(('decided_by', models.F('proposed_by')), _negated=True), _connector='OR'), name='opening_by_another'),
        ),
    ]
