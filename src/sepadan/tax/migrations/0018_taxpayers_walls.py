from django.db import migrations

from sepadan.records.walls import AppendOnly, WallReference, WallRegion

WORDS = 5
SEPARATORS = ".,''-/()&\""
# Upper case, marks as spaces, single spaces: plain functions, because a pattern would cost a bulk load ten times more.
PLAIN = ("btrim(replace(replace(replace(translate(upper({0}), '" + SEPARATORS + "', '" +
         " " * len(SEPARATORS.replace("''", "'")) + "'), '    ', ' '), '  ', ' '), '  ', ' '))")


def searchable(table: str, column: str, condition: str = "true") -> migrations.RunSQL:
    """The first five words of *column* as columns that the database keeps itself, each with an index of its beginnings.

    Rules of row-level security let only comparisons that give nothing away use an index: a range of text does, a
    pattern does not.
    """
    plain = PLAIN.format(column)
    columns = ", ".join(
        f"ADD COLUMN {column}_word{n} varchar(40) COLLATE \"C\" GENERATED ALWAYS AS "
        f"(nullif(left(split_part({plain}, ' ', {n}), 40), '')) STORED" for n in range(1, WORDS + 1))
    drops = ", ".join(f"DROP COLUMN {column}_word{n}" for n in range(1, WORDS + 1))
    indexes = [f"CREATE INDEX {table}_{column}_word{n} ON {table} (region_id, {column}_word{n}) "
               f"WHERE {column}_word{n} IS NOT NULL AND {condition}" for n in range(1, WORDS + 1)]
    return migrations.RunSQL([f"ALTER TABLE {table} {columns}", *indexes], [f"ALTER TABLE {table} {drops}"])


class Migration(migrations.Migration):
    """The wall of merges, and words of names and streets that can be looked up under it."""

    dependencies = [
        ("tax", "0017_taxpayers"),
        ("records", "0003_walls"),
    ]

    operations = [
        WallRegion("tax_taxpayermerge"),
        WallReference("tax_taxpayermerge", "kept_id", "tax_taxpayer", index=False),
        WallReference("tax_taxpayermerge", "dropped_id", "tax_taxpayer"),
        WallReference("tax_taxpayermerge", "into_id", "tax_taxpayer"),
        AppendOnly("tax_taxpayermerge", columns=("kept_id", "dropped_id", "ground", "reason", "proposed_at",
                                                 "proposed_by_id")),
        searchable("tax_taxpayer", "name"),
        searchable("tax_objectversion", "street", "superseded_at IS NULL"),
    ]
