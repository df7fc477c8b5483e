-- lesson_people: a row a person and lesson type: when they first registered, first and last came (an event
-- lesson_link_clicked with that details.lesson_type), how many of each, and for which dates.
-- A click's date is details.lesson_date, else the day of the click in the school's zone.
-- kept_on: dates for which they came not before they registered.

CREATE OR REPLACE FUNCTION hsl.define_lesson_people(ids bigint[])
RETURNS TABLE (user_id bigint, lesson_type text, first_registered timestamptz, first_came timestamptz,
               last_came timestamptz, registrations integer, attendances integer,
               registered_on date[], came_on date[], kept_on date[])
LANGUAGE sql STABLE AS $$
WITH facts AS (
  SELECT r.user_id, r.lesson_type, r.lesson_date, r.registered_at AS registered, NULL::timestamptz AS came,
         1 AS registrations, 0 AS attendances
  FROM hsl.free_lesson_registrations r WHERE r.user_id = ANY (ids)
  UNION ALL
  SELECT e.user_id, e.details ->> 'lesson_type',
         coalesce(hsl.iso_date(e.details ->> 'lesson_date'),
                  (date_bin('15 minutes', e.created_at, '2000-01-01 00:00:00+00') AT TIME ZONE (SELECT hsl.zone()))::date),
         NULL, e.created_at, 0, 1
  FROM hsl.events e
  WHERE e.user_id = ANY (ids) AND e.event_type = 'lesson_link_clicked' AND e.details ->> 'lesson_type' IS NOT NULL
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
UNION ALL SELECT 'people_registered', true, d FROM unnest(registered_on) AS d
UNION ALL SELECT 'people_attended', true, d FROM unnest(came_on) AS d
UNION ALL SELECT 'people_kept', true, d FROM unnest(kept_on) AS d
$$;

-- Writes what differs for these people; the differences go to the counts of people a lesson.
CREATE OR REPLACE FUNCTION hsl.recompute_lesson_people(ids bigint[]) RETURNS void LANGUAGE sql AS $$
WITH fresh AS MATERIALIZED (
  SELECT * FROM hsl.define_lesson_people(ids)
), old AS MATERIALIZED (
  SELECT * FROM hsl.lesson_people l WHERE l.user_id = ANY (ids)
), differing AS MATERIALIZED (
  SELECT f.*, 1 AS n FROM (SELECT * FROM fresh EXCEPT ALL SELECT * FROM old) AS f
  UNION ALL
  SELECT o.*, -1 FROM (SELECT * FROM old EXCEPT ALL SELECT * FROM fresh) AS o
), written AS (
  INSERT INTO hsl.lesson_people AS l
  SELECT user_id, lesson_type, first_registered, first_came, last_came, registrations, attendances,
         registered_on, came_on, kept_on
  FROM differing WHERE n = 1
  ON CONFLICT (user_id, hsl.key(lesson_type)) DO UPDATE SET
    first_registered = excluded.first_registered, first_came = excluded.first_came, last_came = excluded.last_came,
    registrations = excluded.registrations, attendances = excluded.attendances,
    registered_on = excluded.registered_on, came_on = excluded.came_on, kept_on = excluded.kept_on
), removed AS (
  DELETE FROM hsl.lesson_people l
  USING (SELECT o.user_id, hsl.key(o.lesson_type) AS lesson FROM old o
         EXCEPT SELECT f.user_id, hsl.key(f.lesson_type) FROM fresh f) AS lost
  WHERE l.user_id = lost.user_id AND hsl.key(l.lesson_type) = lost.lesson
), counted AS (
  SELECT d.lesson_type, m.measure, m.dated, m.lesson_date, sum(d.n) AS n
  FROM differing d,
       LATERAL hsl.lesson_measures(d.registrations, d.attendances, d.last_came >= d.first_registered,
                                   d.registered_on, d.came_on, d.kept_on) AS m
  GROUP BY d.lesson_type, m.measure, m.dated, m.lesson_date HAVING sum(d.n) <> 0
)
INSERT INTO hsl.deltas (sum, name, measure, dated, lesson_date, n)
SELECT 'lesson_counts', lesson_type, measure, dated, lesson_date, n FROM counted
$$;
