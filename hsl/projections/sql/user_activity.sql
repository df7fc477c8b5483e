-- user_activity: how many bookings, registrations and events a person has, and when they were first and last seen.
-- Apart from user_cache, because it changes with every event.

CREATE OR REPLACE FUNCTION hsl.define_user_activity(ids bigint[])
RETURNS TABLE (user_id bigint, bookings integer, registrations integer, events integer,
               first_seen timestamptz, last_seen timestamptz)
LANGUAGE sql STABLE AS $$
WITH seen AS (
  SELECT b.user_id, count(*) AS bookings, 0::bigint AS registrations, 0::bigint AS events,
         min(b.created_at) AS first_seen, max(b.created_at) AS last_seen
  FROM hsl.bookings b WHERE b.user_id = ANY (ids) GROUP BY b.user_id
  UNION ALL
  SELECT r.user_id, 0, count(*), 0, min(r.registered_at), max(r.registered_at)
  FROM hsl.free_lesson_registrations r WHERE r.user_id = ANY (ids) GROUP BY r.user_id
  UNION ALL
  SELECT e.user_id, 0, 0, count(*), min(e.created_at), max(e.created_at)
  FROM hsl.events e WHERE e.user_id = ANY (ids) GROUP BY e.user_id
)
SELECT s.user_id, sum(s.bookings)::integer, sum(s.registrations)::integer, sum(s.events)::integer,
       coalesce(min(s.first_seen), '0001-01-02 00:00:00+00'), coalesce(max(s.last_seen), '0001-01-02 00:00:00+00')
FROM seen s GROUP BY s.user_id
$$;

-- Writes what differs for these people; who is seen first in another quarter-hour moves in the sum of new people.
CREATE OR REPLACE FUNCTION hsl.recompute_user_activity(ids bigint[]) RETURNS void LANGUAGE sql AS $$
WITH fresh AS MATERIALIZED (
  SELECT * FROM hsl.define_user_activity(ids)
), old AS MATERIALIZED (
  SELECT * FROM hsl.user_activity a WHERE a.user_id = ANY (ids)
), written AS (
  INSERT INTO hsl.user_activity AS a
  SELECT f.* FROM fresh f LEFT JOIN old o USING (user_id)
  WHERE o.user_id IS NULL
     OR (f.bookings, f.registrations, f.events, f.first_seen, f.last_seen)
        IS DISTINCT FROM (o.bookings, o.registrations, o.events, o.first_seen, o.last_seen)
  ON CONFLICT (user_id) DO UPDATE SET
    bookings = excluded.bookings, registrations = excluded.registrations, events = excluded.events,
    first_seen = excluded.first_seen, last_seen = excluded.last_seen
), removed AS (
  DELETE FROM hsl.user_activity a
  USING (SELECT o.user_id FROM old o LEFT JOIN fresh f USING (user_id) WHERE f.user_id IS NULL) AS lost
  WHERE a.user_id = lost.user_id
), counted AS (
  SELECT date_bin('15 minutes', p.first_seen, '2000-01-01 00:00:00+00') AS quarter, sum(p.n) AS n
  FROM (SELECT f.first_seen, 1 AS n FROM fresh f UNION ALL SELECT o.first_seen, -1 FROM old o) AS p
  WHERE p.first_seen > '0001-01-02 00:00:00+00'
  GROUP BY 1 HAVING sum(p.n) <> 0
)
INSERT INTO hsl.deltas (sum, measure, quarter, n) SELECT 'activity', 'person', quarter, n FROM counted
$$;
