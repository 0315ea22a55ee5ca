import django.db.models.deletion
from django.db import migrations, models

import sepadan.records.tenancy
from sepadan.records.constraints import AddConstraint

SIDES = [("host", "host"), ("guest", "guest")]
STATES = [(one, one) for one in ("proposed", "agreed", "under_way", "done", "dropped")]

# What was one item a line becomes rows. Which side an office belonged to was not kept: the delegation came from the
# guest. A day of the programme was not kept either: the first.
GATHER = """
    UPDATE study_visitrecord v SET changed_at = recorded_at, changed_by = recorded_by,
    content = jsonb_build_object(
        'purpose', (SELECT coalesce(jsonb_agg(btrim(l)), '[]') FROM regexp_split_to_table(v.purpose, E'[\\r\\n]+') l
                    WHERE btrim(l) <> ''),
        'attendees', (SELECT coalesce(jsonb_agg(jsonb_build_object('side', 'guest', 'office', btrim(l), 'role', '')),
                                      '[]')
                      FROM regexp_split_to_table(v.offices, E'[\\r\\n]+') l WHERE btrim(l) <> ''),
        'agenda', (SELECT coalesce(jsonb_agg(jsonb_build_object('on', v.first_day, 'item', btrim(l), 'at', '')), '[]')
                   FROM regexp_split_to_table(v.agenda, E'[\\r\\n]+') l WHERE btrim(l) <> ''),
        'subjects', (SELECT coalesce(jsonb_agg(jsonb_build_object('service', s, 'title', '')), '[]')
                     FROM jsonb_array_elements_text(v.topics) s),
        'statements', '[]'::jsonb, 'references', '[]'::jsonb,
        'gaps', (SELECT coalesce(jsonb_agg(jsonb_build_object('what', btrim(l), 'why', '')), '[]')
                 FROM regexp_split_to_table(v.unknown, E'[\\r\\n]+') l WHERE btrim(l) <> ''))
"""
LESSONS = """
    UPDATE study_visitlesson l SET changed_at = v.recorded_at, changed_by = v.recorded_by
    FROM study_visitrecord v WHERE v.region_id = l.region_id AND v.id = l.visit_id
"""


def _key(to, name, **more):
    return sepadan.records.tenancy.RegionalKey(db_constraint=False, db_index=False, related_name=name, to=to,
                                               on_delete=django.db.models.deletion.CASCADE, **more)


def _region():
    return models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+",
                             to="territory.region")


class Migration(migrations.Migration):
    """The parts of a recorded visit as one document, lessons with a state, follow-up, and releases."""

    dependencies = [("study", "0004_study_walls"), ("territory", "0002_read_only")]

    operations = [
        migrations.AddField("visitrecord", "content", models.JSONField(null=True)),
        migrations.AddField("visitrecord", "version", models.PositiveIntegerField(default=1)),
        migrations.AddField("visitrecord", "changed_at", models.DateTimeField(null=True)),
        migrations.AddField("visitrecord", "changed_by", models.CharField(default="", max_length=120)),
        migrations.AddField("visitlesson", "because", models.CharField(blank=True, default="", max_length=400)),
        migrations.AddField("visitlesson", "direction", models.CharField(choices=SIDES, default="guest", max_length=5)),
        migrations.AddField("visitlesson", "state",
                            models.CharField(choices=STATES, default="proposed", max_length=9)),
        migrations.AddField("visitlesson", "version", models.PositiveIntegerField(default=1)),
        migrations.AddField("visitlesson", "changed_at", models.DateTimeField(null=True)),
        migrations.AddField("visitlesson", "changed_by", models.CharField(default="", max_length=120)),
        migrations.RunSQL(GATHER, migrations.RunSQL.noop),
        migrations.RunSQL(LESSONS, migrations.RunSQL.noop),
        migrations.AlterField("visitrecord", "content", models.JSONField()),
        migrations.AlterField("visitrecord", "changed_at", models.DateTimeField()),
        migrations.AlterField("visitrecord", "changed_by", models.CharField(max_length=120)),
        migrations.AlterField("visitlesson", "because", models.CharField(blank=True, max_length=400)),
        migrations.AlterField("visitlesson", "direction", models.CharField(choices=SIDES, max_length=5)),
        migrations.AlterField("visitlesson", "changed_at", models.DateTimeField()),
        migrations.AlterField("visitlesson", "changed_by", models.CharField(max_length=120)),
        migrations.RemoveField("visitrecord", "agenda"),
        migrations.RemoveField("visitrecord", "offices"),
        migrations.RemoveField("visitrecord", "purpose"),
        migrations.RemoveField("visitrecord", "topics"),
        migrations.RemoveField("visitrecord", "unknown"),
        AddConstraint("visitlesson", models.UniqueConstraint(
            fields=("region", "visit", "direction", "text"), name="lesson_once")),
        AddConstraint("visitlesson", models.CheckConstraint(
            condition=models.Q(("direction__in", ("host", "guest"))), name="lesson_known_direction")),
        AddConstraint("visitlesson", models.CheckConstraint(
            condition=models.Q(("state__in", tuple(one for one, _ in STATES))), name="lesson_known_state")),
        migrations.CreateModel(
            name="VisitFollowUp",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("on", models.DateField()),
                ("text", models.CharField(max_length=400)),
                ("state", models.CharField(blank=True, choices=STATES, max_length=9)),
                ("added_at", models.DateTimeField()),
                ("added_by", models.CharField(max_length=120)),
                ("lesson", _key("study.VisitLesson", "follow_ups", blank=True, null=True)),
                ("region", _region()),
                ("visit", _key("study.VisitRecord", "follow_ups")),
            ],
            options={"ordering": ["on", "id"], "abstract": False, "base_manager_name": "objects", "constraints": [
                models.UniqueConstraint(fields=("region", "visit", "on", "text"), name="follow_up_once"),
                models.CheckConstraint(condition=models.Q(("state__in", ("", *(one for one, _ in STATES)))),
                                       name="follow_up_known_state"),
                models.CheckConstraint(condition=models.Q(("state", ""), ("lesson__isnull", False), _connector="OR"),
                                       name="follow_up_moves_a_lesson"),
            ]},
        ),
        migrations.CreateModel(
            name="VisitRelease",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("role", models.CharField(choices=SIDES, max_length=5)),
                ("title", models.CharField(max_length=160)),
                ("first_day", models.DateField()),
                ("content", models.JSONField()),
                ("released_at", models.DateTimeField()),
                ("other", _region()),
                ("region", _region()),
                ("visit", _key("study.VisitRecord", "releases")),
            ],
            options={"ordering": ["-first_day", "-id"], "abstract": False, "base_manager_name": "objects",
                     "constraints": [
                models.UniqueConstraint(fields=("region", "visit"), name="release_once"),
                models.CheckConstraint(condition=models.Q(("other_id", models.F("region_id")), _negated=True),
                                       name="release_of_another"),
                models.CheckConstraint(condition=models.Q(("role__in", ("host", "guest"))), name="release_known_role"),
            ]},
        ),
    ]
