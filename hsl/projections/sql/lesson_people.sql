-- lesson_people: a row a person and lesson type: when they first registered, first and last came (an event
-- lesson_link_clicked with that details.lesson_type), how many of each, and for which dates.
-- A click's date is details.lesson_date, else the day of the click in the school's zone.
-- kept_on: dates for which they came not before they registered.

CREATE OR REPLACE FUNCTION hsl.define_lesson_people(registered hsl.registered[], happened hsl.happened[])
RETURNS TABLE (user_id bigint, lesson_type text, first_registered timestamptz, first_came timestamptz,
               last_came timestamptz, registrations integer, attendances integer,
               registered_on date[], came_on date[], kept_on date[])
LANGUAGE sql STABLE AS $$
WITH facts AS (
  SELECT r.user_id, r.lesson_type, r.lesson_date, r.at AS registered, NULL::timestamptz AS came,
         1 AS registrations, 0 AS attendances
  FROM unnest(registered) AS r
  UNION ALL
  SELECT e.user_id, e.lesson_type,
         coalesce(e.lesson_date, (hsl.quarter(e.at) AT TIME ZONE (SELECT hsl.zone()))::date), NULL, e.at, 0, 1
  FROM unnest(happened) AS e WHERE e.lesson_type IS NOT NULL
), dated AS (
  SELECT f.user_id, f.lesson_type, f.lesson_date, min(f.registered) AS first_registered, min(f.came) AS first_came,
         max(f.came) AS last_came, sum(f.registrations) AS registrations, sum(f.attendances) AS attendances
  FROM facts f GROUP BY f.user_id, f.lesson_type, f.lesson_date
)
SELECT d.user_id, d.lesson_type, min(d.first_registered), min(d.first_came), max(d.last_came),
       sum(d.registrations)::integer, sum(d.attendances)::integer,
       coalesce(array_agg(d.lesson_date ORDER BY d.lesson_date) FILTER (WHERE d.registrations > 0), '{}'),
       coalesce(array_agg(d.lesson_date ORDER BY d.lesson_date) FILTER (WHERE d.attendances > 0), '{}'),
       coalesce(array_agg(d.lesson_date ORDER BY d.lesson_date) FILTER (WHERE d.last_came >= d.first_registered), '{}')
FROM dated d GROUP BY d.user_id, d.lesson_type
$$;

-- What one row of lesson_people adds to lesson_counts: a measure of its lesson type, or of one of its dates.
CREATE OR REPLACE FUNCTION hsl.lesson_measures(registrations integer, attendances integer, kept boolean,
                                               registered_on date[], came_on date[], kept_on date[])
RETURNS TABLE (measure text, dated boolean, lesson_date date)
LANGUAGE sql IMMUTABLE AS $$
SELECT 'people_registered', false, NULL::date WHERE registrations > 0
UNION ALL SELECT 'people_attended', false, NULL WHERE attendances > 0
UNION ALL SELECT 'people_kept', false, NULL WHERE kept
UNION ALL SELECT 'people_missed', false, NULL WHERE registrations > 0 AND attendances = 0
UNION ALL SELECT 'people_registered', true, d FROM unnest(registered_on) AS d
UNION ALL SELECT 'people_attended', true, d FROM unnest(came_on) AS d
UNION ALL SELECT 'people_kept', true, d FROM unnest(kept_on) AS d
UNION ALL SELECT 'people_missed', true, d FROM unnest(registered_on) AS d WHERE array_position(came_on, d) IS NULL
$$;

-- Writes what differs for these people; the differences go to the counts of people a lesson.
CREATE OR REPLACE FUNCTION hsl.recompute_lesson_people(ids bigint[], registered hsl.registered[], happened hsl.happened[])
RETURNS void LANGUAGE plpgsql AS $$
#variable_conflict use_column
BEGIN
  WITH fresh AS MATERIALIZED (
    SELECT *, hsl.key(lesson_type) AS lesson FROM hsl.define_lesson_people(registered, happened)
  ), old AS MATERIALIZED (
    SELECT l.ctid AS place, l.*, hsl.key(l.lesson_type) AS lesson
    FROM hsl.lesson_people l WHERE l.user_id = ANY (ids)
  ), differing AS MATERIALIZED (
    SELECT f, o FROM fresh f FULL JOIN old o USING (user_id, lesson)
    WHERE (f.first_registered, f.first_came, f.last_came, f.registrations, f.attendances, f.registered_on, f.came_on,
           f.kept_on)
          IS DISTINCT FROM
          (o.first_registered, o.first_came, o.last_came, o.registrations, o.attendances, o.registered_on, o.came_on,
           o.kept_on)
  ), written AS (
    INSERT INTO hsl.lesson_people AS l
    SELECT (d.f).user_id, (d.f).lesson_type, (d.f).first_registered, (d.f).first_came, (d.f).last_came,
           (d.f).registrations, (d.f).attendances, (d.f).registered_on, (d.f).came_on, (d.f).kept_on
    FROM differing d WHERE (d.f).user_id IS NOT NULL
    ON CONFLICT (user_id, hsl.key(lesson_type)) DO UPDATE SET
      first_registered = excluded.first_registered, first_came = excluded.first_came, last_came = excluded.last_came,
      registrations = excluded.registrations, attendances = excluded.attendances,
      registered_on = excluded.registered_on, came_on = excluded.came_on, kept_on = excluded.kept_on
  ), removed AS (
    DELETE FROM hsl.lesson_people l
    WHERE l.ctid = ANY (ARRAY(SELECT (d.o).place FROM differing d WHERE (d.f).user_id IS NULL))
  ), counted AS (
    SELECT c.lesson_type, m.measure, m.dated, m.lesson_date, sum(c.n) AS n
    FROM (SELECT (d.f).lesson_type, (d.f).registrations, (d.f).attendances,
                 (d.f).last_came >= (d.f).first_registered AS kept, (d.f).registered_on, (d.f).came_on, (d.f).kept_on,
                 1 AS n FROM differing d
          UNION ALL
          SELECT (d.o).lesson_type, (d.o).registrations, (d.o).attendances,
                 (d.o).last_came >= (d.o).first_registered, (d.o).registered_on, (d.o).came_on, (d.o).kept_on, -1
          FROM differing d) AS c,
         LATERAL hsl.lesson_measures(c.registrations, c.attendances, c.kept, c.registered_on, c.came_on, c.kept_on) AS m
    GROUP BY c.lesson_type, m.measure, m.dated, m.lesson_date HAVING sum(c.n) <> 0
  )
  INSERT INTO hsl.deltas (sum, name, measure, dated, lesson_date, n)
  SELECT 'lesson_counts', lesson_type, measure, dated, lesson_date, n FROM counted;
END $$;
