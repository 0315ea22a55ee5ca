from django.db import migrations

from sepadan.records.walls import AppendOnly, WallReference, WallRegion

RANGES = """
    SELECT tstzrange(d.starts_at - make_interval(mins => d.setup_minutes),
                     d.ends_at + make_interval(mins => d.cleardown_minutes)) AS during WHERE n.hold = 'whole'
    UNION ALL
    SELECT tstzrange(d.starts_at - make_interval(mins => d.setup_minutes), d.starts_at)
    WHERE n.hold = 'handling' AND d.setup_minutes > 0
    UNION ALL
    SELECT tstzrange(d.ends_at, d.ends_at + make_interval(mins => d.cleardown_minutes))
    WHERE n.hold = 'handling' AND d.cleardown_minutes > 0
"""

OCCUPY = f"""
CREATE FUNCTION creative_occupy(one_region smallint, one_date bigint) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO creative_occupancy (region_id, date_id, unit_id, during)
  SELECT d.region_id, d.id, n.unit_id, r.during
  FROM creative_bookingdate d
  JOIN creative_spaceunit n ON n.region_id = d.region_id AND n.space_id = d.space_id
  CROSS JOIN LATERAL ({RANGES}) r
  WHERE d.region_id = one_region AND d.id = one_date AND d.state IN ('held', 'confirmed')
  ORDER BY n.unit_id, r.during;
END $$;

CREATE FUNCTION creative_date_written() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'UPDATE' THEN
    IF (OLD.state IN ('held', 'confirmed')) = (NEW.state IN ('held', 'confirmed'))
       AND (OLD.space_id, OLD.starts_at, OLD.ends_at, OLD.setup_minutes, OLD.cleardown_minutes)
         = (NEW.space_id, NEW.starts_at, NEW.ends_at, NEW.setup_minutes, NEW.cleardown_minutes) THEN
      RETURN NULL;
    END IF;
    DELETE FROM creative_occupancy WHERE region_id = OLD.region_id AND date_id = OLD.id;
  END IF;
  IF NEW.state IN ('held', 'confirmed') THEN
    IF NOT EXISTS (SELECT FROM creative_spaceunit
                   WHERE region_id = NEW.region_id AND space_id = NEW.space_id AND hold = 'whole') THEN
      RAISE EXCEPTION 'space % needs no unit: it cannot be kept for anyone', NEW.space_id
        USING ERRCODE = 'check_violation', CONSTRAINT = 'space_needs_a_unit';
    END IF;
    PERFORM creative_occupy(NEW.region_id::smallint, NEW.id);
  END IF;
  RETURN NULL;
END $$;

CREATE TRIGGER occupy AFTER INSERT OR UPDATE OF state, space_id, starts_at, ends_at, setup_minutes, cleardown_minutes
  ON creative_bookingdate FOR EACH ROW EXECUTE FUNCTION creative_date_written();

CREATE FUNCTION creative_division_changed() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE changed record;
BEGIN
  FOR changed IN
    SELECT d.region_id, d.id FROM creative_bookingdate d
    WHERE d.state IN ('held', 'confirmed')
      AND (d.region_id, d.space_id) = (COALESCE(NEW.region_id, OLD.region_id), COALESCE(NEW.space_id, OLD.space_id))
    ORDER BY d.id
  LOOP
    DELETE FROM creative_occupancy WHERE region_id = changed.region_id AND date_id = changed.id;
    PERFORM creative_occupy(changed.region_id::smallint, changed.id);
  END LOOP;
  RETURN NULL;
END $$;

CREATE TRIGGER divide AFTER INSERT OR UPDATE OR DELETE ON creative_spaceunit
  FOR EACH ROW EXECUTE FUNCTION creative_division_changed();

CREATE FUNCTION creative_occupancy_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF pg_trigger_depth() < 2 THEN
    RAISE EXCEPTION 'occupancy follows from the dates of bookings; write these'
      USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN NULL;
END $$;

CREATE TRIGGER derived BEFORE INSERT OR UPDATE OR DELETE ON creative_occupancy
  FOR EACH STATEMENT EXECUTE FUNCTION creative_occupancy_guard();
"""
UNDO = """
DROP TRIGGER derived ON creative_occupancy;
DROP TRIGGER divide ON creative_spaceunit;
DROP TRIGGER occupy ON creative_bookingdate;
DROP FUNCTION creative_occupancy_guard(), creative_division_changed(), creative_date_written(),
  creative_occupy(smallint, bigint);
"""
TABLES = ("centre", "floor", "unit", "space", "spaceunit", "spaceowner", "openinghours", "closure", "booking",
          "bookingdate", "occupancy", "bookingevent")


class Migration(migrations.Migration):
    """Everything of the centre behind the wall of its region; occupancy derived from dates by the database itself.

    A date that is held or confirmed occupies each unit of its space, buffers included; every other date occupies
    nothing. Units are taken in the order of their ids, so that two writers wait for each other instead of deadlocking.
    Dates and bookings are never removed.
    """

    dependencies = [
        ("creative", "0001_spaces_and_bookings"),
        ("records", "0003_walls"),
    ]

    operations = [
        *(WallRegion(f"creative_{name}") for name in TABLES),
        WallReference("creative_floor", "centre_id", "creative_centre", index=False),
        WallReference("creative_unit", "centre_id", "creative_centre", index=False),
        WallReference("creative_space", "floor_id", "creative_floor"),
        WallReference("creative_spaceunit", "space_id", "creative_space", index=False),
        WallReference("creative_spaceunit", "unit_id", "creative_unit"),
        WallReference("creative_spaceowner", "space_id", "creative_space"),
        WallReference("creative_openinghours", "centre_id", "creative_centre"),
        WallReference("creative_openinghours", "space_id", "creative_space"),
        WallReference("creative_closure", "centre_id", "creative_centre"),
        WallReference("creative_closure", "space_id", "creative_space"),
        WallReference("creative_booking", "centre_id", "creative_centre", index=False),
        WallReference("creative_booking", "space_id", "creative_space"),
        WallReference("creative_booking", "letter_id", "records_document"),
        WallReference("creative_bookingdate", "booking_id", "creative_booking", index=False),
        WallReference("creative_bookingdate", "space_id", "creative_space", index=False),
        WallReference("creative_occupancy", "date_id", "creative_bookingdate"),
        WallReference("creative_occupancy", "unit_id", "creative_unit", index=False),
        WallReference("creative_bookingevent", "booking_id", "creative_booking"),
        WallReference("creative_bookingevent", "document_id", "records_document"),
        AppendOnly("creative_booking", columns=("number", "centre_id", "title", "organiser", "intake", "received_at",
                                                "request_key", "request_digest")),
        AppendOnly("creative_bookingdate", columns=("booking_id", "ordinal", "first_planned")),
        AppendOnly("creative_bookingevent"),
        migrations.RunSQL(OCCUPY, UNDO),
    ]
