-- Counts. Each sum is a base table plus the deltas that came since the last merge: a fold only appends deltas, a
-- merge a few times a minute adds them to the base, so no row is rewritten at every fold (under an old snapshot,
-- a backup's, each rewrite stays to be waded through). Read the *_now views, never the bases.
--   totals         by name: 'people', 'bookings', 'registrations', 'events', 'status:<status>', 'stream:<stream>'
--   stream_counts  bookings by course, stream and confirmed
--   lesson_counts  by lesson type (dated = false) and by lesson type and date (dated = true), a column a measure
--   activity       facts and new people by quarter-hour (UTC), kind and type
--   activity_days  the same by day of the school's time zone

CREATE TABLE hsl.deltas (
  seq bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  sum text NOT NULL,             -- totals, stream_counts, lesson_counts, activity
  name text,                     -- totals: name; stream: course_stream; lesson: lesson_type; activity: type
  course_id integer,
  confirmed integer,
  measure text,                  -- lesson: the column; activity: the kind
  lesson_date date,
  dated boolean,
  quarter timestamptz,
  n bigint NOT NULL
);

CREATE TABLE hsl.merged (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  seq bigint NOT NULL,           -- deltas up to this one are in the bases
  at timestamptz NOT NULL DEFAULT clock_timestamp()
);

CREATE TABLE hsl.totals (name text NOT NULL, n bigint NOT NULL);
CREATE UNIQUE INDEX totals_name ON hsl.totals (hsl.key(name));

CREATE TABLE hsl.stream_counts (course_id integer, course_stream text, confirmed integer, n bigint NOT NULL);
CREATE UNIQUE INDEX stream_counts_key ON hsl.stream_counts
  (hsl.key(course_id::text), hsl.key(course_stream), hsl.key(confirmed::text));

CREATE TABLE hsl.lesson_counts (
  lesson_type text,
  dated boolean NOT NULL,
  lesson_date date,
  registrations bigint NOT NULL DEFAULT 0,
  attendances bigint NOT NULL DEFAULT 0,
  people_registered bigint NOT NULL DEFAULT 0,
  people_attended bigint NOT NULL DEFAULT 0,
  people_kept bigint NOT NULL DEFAULT 0   -- came after they registered
);
CREATE UNIQUE INDEX lesson_counts_key ON hsl.lesson_counts
  (hsl.key(lesson_type), dated, coalesce(lesson_date, 'infinity'::date));

CREATE TABLE hsl.activity (quarter timestamptz NOT NULL, kind text NOT NULL, type text, n bigint NOT NULL);
CREATE UNIQUE INDEX activity_key ON hsl.activity (quarter, kind, hsl.key(type));

CREATE TABLE hsl.activity_days (day date NOT NULL, kind text NOT NULL, type text, n bigint NOT NULL);
CREATE UNIQUE INDEX activity_days_key ON hsl.activity_days (day, kind, hsl.key(type));

-- As hsl.changes: no key of columns alone.
ALTER TABLE hsl.totals REPLICA IDENTITY FULL;
ALTER TABLE hsl.stream_counts REPLICA IDENTITY FULL;
ALTER TABLE hsl.lesson_counts REPLICA IDENTITY FULL;
ALTER TABLE hsl.activity REPLICA IDENTITY FULL;
ALTER TABLE hsl.activity_days REPLICA IDENTITY FULL;
