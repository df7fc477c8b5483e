-- user_activity: how many bookings, registrations and events a person has, how often they came to a lesson (clicks on
-- a lesson's link), whether they paid (a confirmed booking), and when they were first and last seen.
-- Apart from user_cache, because it changes with every event.

CREATE OR REPLACE FUNCTION hsl.define_user_activity(booked hsl.booked[], registered hsl.registered[], happened hsl.happened[])
RETURNS TABLE (user_id bigint, bookings integer, registrations integer, events integer, attendances integer,
               paid boolean, first_seen timestamptz, last_seen timestamptz)
LANGUAGE sql STABLE AS $$
SELECT f.user_id, count(*) FILTER (WHERE f.kind = 1)::integer, count(*) FILTER (WHERE f.kind = 2)::integer,
       count(*) FILTER (WHERE f.kind = 3)::integer, count(f.came_to)::integer, bool_or(f.confirmed = 2) IS TRUE,
       coalesce(min(f.at), '0001-01-02 00:00:00+00'), coalesce(max(f.at), '0001-01-02 00:00:00+00')
FROM (SELECT b.user_id, 1 AS kind, b.at, b.confirmed, NULL::text AS came_to FROM unnest(booked) AS b
      UNION ALL
      SELECT r.user_id, 2, r.at, NULL, NULL FROM unnest(registered) AS r
      UNION ALL
      SELECT e.user_id, 3, e.at, NULL, e.lesson_type FROM unnest(happened) AS e) AS f
GROUP BY f.user_id
$$;

-- The stages that a person has reached: each by itself, whatever else they did.
CREATE OR REPLACE FUNCTION hsl.stages(registrations integer, attendances integer, bookings integer, paid boolean)
RETURNS TABLE (stage text) LANGUAGE sql IMMUTABLE AS $$
SELECT v.stage FROM (VALUES ('registered', registrations > 0), ('came', attendances > 0), ('booked', bookings > 0),
                            ('paid', paid)) AS v (stage, reached) WHERE v.reached
$$;

-- Writes what differs for these people, each row by its place: their former rows, of which there is one a fact while an
-- old snapshot is open, are met once. Who is seen first in another quarter-hour moves in the sum of new people, and
-- who reaches a stage, or is seen first in another, in the sum of people by stage and the quarter they were first seen.
CREATE OR REPLACE FUNCTION hsl.recompute_user_activity(ids bigint[], booked hsl.booked[], registered hsl.registered[],
                                                       happened hsl.happened[])
RETURNS void LANGUAGE plpgsql AS $$
#variable_conflict use_column
BEGIN
  WITH fresh AS MATERIALIZED (
    SELECT * FROM hsl.define_user_activity(booked, registered, happened)
  ), old AS MATERIALIZED (
    SELECT a.ctid AS place, a.* FROM hsl.user_activity a WHERE a.user_id = ANY (ids)
  ), added AS (
    INSERT INTO hsl.user_activity (user_id, bookings, registrations, events, attendances, paid, first_seen, last_seen)
    SELECT f.* FROM fresh f LEFT JOIN old o USING (user_id) WHERE o.user_id IS NULL
  ), changed AS (
    UPDATE hsl.user_activity a
    SET bookings = f.bookings, registrations = f.registrations, events = f.events, attendances = f.attendances,
        paid = f.paid, first_seen = f.first_seen, last_seen = f.last_seen
    FROM fresh f
    WHERE a.ctid = ANY (ARRAY(SELECT o.place FROM old o)) AND a.user_id = f.user_id
      AND (f.bookings, f.registrations, f.events, f.attendances, f.paid, f.first_seen, f.last_seen)
          IS DISTINCT FROM
          (a.bookings, a.registrations, a.events, a.attendances, a.paid, a.first_seen, a.last_seen)
  ), removed AS (
    DELETE FROM hsl.user_activity a
    WHERE a.user_id = ANY (ARRAY(SELECT o.user_id FROM old o EXCEPT SELECT f.user_id FROM fresh f))
  ), moving AS MATERIALIZED (
    SELECT f, o FROM fresh f FULL JOIN old o USING (user_id)
    WHERE (f.first_seen, f.registrations > 0, f.attendances > 0, f.bookings > 0, f.paid)
          IS DISTINCT FROM (o.first_seen, o.registrations > 0, o.attendances > 0, o.bookings > 0, o.paid)
  ), moved AS MATERIALIZED (
    SELECT CASE WHEN p.first_seen > '0001-01-02 00:00:00+00' THEN hsl.quarter(p.first_seen) END AS quarter,
           p.registrations, p.attendances, p.bookings, p.paid, p.n
    FROM (SELECT (m.f).first_seen, (m.f).registrations, (m.f).attendances, (m.f).bookings, (m.f).paid, 1 AS n
          FROM moving m WHERE (m.f).user_id IS NOT NULL
          UNION ALL
          SELECT (m.o).first_seen, (m.o).registrations, (m.o).attendances, (m.o).bookings, (m.o).paid, -1
          FROM moving m WHERE (m.o).user_id IS NOT NULL) AS p
  ), counted AS (
    SELECT 'person' AS kind, NULL AS stage, m.quarter, sum(m.n) AS n FROM moved m
    GROUP BY m.quarter HAVING sum(m.n) <> 0
    UNION ALL
    SELECT 'stage', s.stage, m.quarter, sum(m.n)
    FROM moved m, LATERAL hsl.stages(m.registrations, m.attendances, m.bookings, m.paid) AS s
    GROUP BY s.stage, m.quarter HAVING sum(m.n) <> 0
  )
  INSERT INTO hsl.deltas (sum, measure, name, quarter, n)
  SELECT 'activity', kind, stage, quarter, n FROM counted WHERE quarter IS NOT NULL
  UNION ALL
  SELECT 'totals', NULL, 'stage:' || stage, NULL, sum(n) FROM counted WHERE kind = 'stage'
  GROUP BY stage HAVING sum(n) <> 0;
END $$;
