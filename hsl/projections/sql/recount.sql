-- Counting again. A recount runs in one REPEATABLE READ transaction under the gate; the facts are read by short
-- transactions on its exported snapshot, piece by piece, into counted and counted_people (temporary tables of its),
-- so that nobody waits for it to let go of a fact table.

-- What the sums hold of a kind of facts, as deltas.
CREATE OR REPLACE FUNCTION hsl.counts_held(of_kind smallint)
RETURNS TABLE (sum text, name text, course_id integer, confirmed integer, measure text, lesson_date date,
               dated boolean, quarter timestamptz, n bigint)
LANGUAGE sql STABLE AS $$
SELECT 'totals', t.name, NULL::integer, NULL::integer, NULL::text, NULL::date, NULL::boolean, NULL::timestamptz, t.n
FROM hsl.totals t WHERE t.name = (ARRAY['bookings', 'registrations', 'events'])[of_kind]
UNION ALL
SELECT 'activity', a.type, NULL, NULL, a.kind, NULL, NULL, a.quarter, a.n
FROM hsl.activity a WHERE a.kind = (ARRAY['booking', 'registration', 'event'])[of_kind]
UNION ALL
SELECT 'stream_counts', s.course_stream, s.course_id, s.confirmed, NULL, NULL, NULL, NULL, s.n
FROM hsl.stream_counts s WHERE of_kind = 1
UNION ALL
SELECT 'lesson_counts', l.lesson_type, NULL, NULL, 'registrations', l.lesson_date, l.dated, NULL, l.registrations
FROM hsl.lesson_counts l WHERE of_kind = 2
UNION ALL
SELECT 'lesson_counts', l.lesson_type, NULL, NULL, 'attendances', l.lesson_date, l.dated, NULL, l.attendances
FROM hsl.lesson_counts l WHERE of_kind = 3
$$;

-- Days are counted in the school's zone, which may have changed: those of a kind again, from its quarter-hours.
CREATE OR REPLACE FUNCTION hsl.recount_days(of_kind text) RETURNS void LANGUAGE plpgsql
SET plan_cache_mode = force_custom_plan SET work_mem = '64MB' AS $$
BEGIN
  INSERT INTO hsl.activity_days AS t (day, kind, type, n)
  SELECT d.day, of_kind, d.type, sum(d.n)
  FROM (SELECT (a.quarter AT TIME ZONE (SELECT hsl.zone()))::date AS day, a.type, a.n FROM hsl.activity a WHERE a.kind = of_kind
        UNION ALL
        SELECT a.day, a.type, -a.n FROM hsl.activity_days a WHERE a.kind = of_kind) AS d
  GROUP BY d.day, d.type HAVING sum(d.n) <> 0
  ON CONFLICT (day, kind, hsl.key(type)) DO UPDATE SET n = t.n + excluded.n;
  DELETE FROM hsl.activity WHERE n = 0;
  DELETE FROM hsl.activity_days WHERE n = 0;
END $$;

-- Brings what the sums hold of a kind of facts to what was counted, takes exactly the changes of that kind visible in
-- this snapshot (their people into waiting, their counts dropped). Everyone in any projection and everyone counted
-- waits to be recomputed. Only differences are written: of sums that were right nothing is. Activity is counted by
-- quarter-hours, of which there are many, all else by days at the finest.
CREATE OR REPLACE FUNCTION hsl.replace_counts(counted_kind smallint) RETURNS void LANGUAGE plpgsql
SET plan_cache_mode = force_custom_plan SET work_mem = '64MB' AS $$
DECLARE
  in_zone text := hsl.zone();
BEGIN
  PERFORM hsl.merge_deltas();

  WITH mine AS (DELETE FROM hsl.changes c WHERE c.kind = counted_kind RETURNING c.user_id)
  INSERT INTO hsl.waiting (user_id)
  SELECT DISTINCT everyone.user_id
  FROM (SELECT user_id FROM mine WHERE user_id IS NOT NULL
        UNION ALL SELECT user_id FROM pg_temp.counted_people
        UNION ALL SELECT user_id FROM hsl.user_cache
        UNION ALL SELECT user_id FROM hsl.user_activity
        UNION ALL SELECT user_id FROM hsl.memberships
        UNION ALL SELECT user_id FROM hsl.lesson_people
        UNION ALL SELECT user_id FROM hsl.programme_views
        UNION ALL SELECT user_id FROM hsl.leads
        UNION ALL SELECT user_id FROM hsl.heavy
        UNION ALL SELECT user_id FROM hsl.set_aside) AS everyone
  LEFT JOIN hsl.waiting w USING (user_id) WHERE w.user_id IS NULL
  ORDER BY 1;
  UPDATE hsl.waiting SET lessons = true WHERE NOT lessons;
  DELETE FROM hsl.heavy;

  INSERT INTO hsl.deltas (sum, name, course_id, confirmed, measure, lesson_date, dated, quarter, n)
  SELECT d.sum, d.name, d.course_id, d.confirmed, d.measure, d.lesson_date, d.dated, d.quarter, sum(d.n)
  FROM (SELECT s.*, g.n
        FROM (SELECT c.name, c.confirmed, c.quarter, sum(c.n) AS n FROM pg_temp.counted c GROUP BY 1, 2, 3) AS g,
             LATERAL hsl.counts_of(counted_kind, g.name, NULL, g.confirmed, NULL, NULL, g.quarter, in_zone) AS s
        WHERE s.sum = 'activity'
        UNION ALL
        SELECT s.*, g.n
        FROM (SELECT c.name, c.course_id, c.confirmed, c.lesson_type, c.lesson_date, min(c.quarter) AS quarter, sum(c.n) AS n
              FROM pg_temp.counted c GROUP BY 1, 2, 3, 4, 5, (c.quarter AT TIME ZONE in_zone)::date) AS g,
             LATERAL hsl.counts_of(counted_kind, g.name, g.course_id, g.confirmed, g.lesson_type, g.lesson_date,
                                   g.quarter, in_zone) AS s
        WHERE s.sum <> 'activity'
        UNION ALL
        SELECT h.sum, h.name, h.course_id, h.confirmed, h.measure, h.lesson_date, h.dated, h.quarter, -h.n
        FROM hsl.counts_held(counted_kind) AS h) AS d
  GROUP BY d.sum, d.name, d.course_id, d.confirmed, d.measure, d.lesson_date, d.dated, d.quarter
  HAVING sum(d.n) <> 0;
  PERFORM hsl.merge_deltas();
  PERFORM hsl.recount_days((ARRAY['booking', 'registration', 'event'])[counted_kind]);
  DELETE FROM hsl.totals WHERE n = 0;
  DELETE FROM hsl.stream_counts WHERE n = 0;

  WITH done AS (DELETE FROM hsl.recounts WHERE kind = counted_kind RETURNING kind, reason)
  INSERT INTO hsl.recounted (kind, at)
  SELECT kind, clock_timestamp() FROM done WHERE hsl.a_trigger_failed(reason)
  ON CONFLICT (kind) DO UPDATE SET at = excluded.at;
END $$;

-- The sums of people, from the projections' rows: never from facts. People who did the same in a lesson are counted
-- together first, and of quarter-hours only differences are written: there are many of both.
CREATE OR REPLACE FUNCTION hsl.recount_people() RETURNS void LANGUAGE plpgsql
SET plan_cache_mode = force_custom_plan SET work_mem = '64MB' AS $$
BEGIN
  PERFORM hsl.merge_deltas();
  DELETE FROM hsl.totals WHERE name NOT IN ('bookings', 'registrations', 'events');
  DELETE FROM hsl.stream_people;
  DELETE FROM hsl.lead_counts;
  UPDATE hsl.lesson_counts SET people_registered = 0, people_attended = 0, people_kept = 0, people_missed = 0;

  INSERT INTO hsl.deltas (sum, name, n)
  SELECT 'totals', 'people', count(*) FROM hsl.user_cache
  UNION ALL SELECT 'totals', 'status:' || status, count(*) FROM hsl.user_cache GROUP BY status
  UNION ALL SELECT 'totals', 'stream:' || course_stream, count(DISTINCT user_id) FROM hsl.memberships
            WHERE status = 2 GROUP BY course_stream;
  INSERT INTO hsl.deltas (sum, course_id, name, confirmed, quarter, n)
  SELECT 'stream_people', course_id, course_stream, status, hsl.since_when(since), count(*)
  FROM hsl.memberships GROUP BY 2, 3, 4, 5;
  INSERT INTO hsl.deltas (sum, lesson_date, confirmed, n)
  SELECT 'heats', l.last_day + h.ago, h.heat, sum(l.n)
  FROM (SELECT last_day, standing, count(*) AS n FROM hsl.leads GROUP BY 1, 2) AS l, LATERAL hsl.heats_of(l.standing) AS h
  GROUP BY 2, 3;
  INSERT INTO hsl.deltas (sum, name, n)
  SELECT 'totals', 'stage:' || s.stage, count(*)
  FROM hsl.user_activity a, LATERAL hsl.stages(a.registrations, a.attendances, a.bookings, a.paid) AS s GROUP BY s.stage;
  INSERT INTO hsl.deltas (sum, measure, name, quarter, n)
  SELECT 'activity', p.kind, p.type, p.quarter, sum(p.n)
  FROM (SELECT 'person' AS kind, NULL AS type, hsl.quarter(a.first_seen) AS quarter, count(*) AS n
        FROM hsl.user_activity a WHERE a.first_seen > '0001-01-02 00:00:00+00' GROUP BY 3
        UNION ALL
        SELECT 'stage', s.stage, hsl.quarter(a.first_seen), count(*)
        FROM hsl.user_activity a, LATERAL hsl.stages(a.registrations, a.attendances, a.bookings, a.paid) AS s
        WHERE a.first_seen > '0001-01-02 00:00:00+00' GROUP BY 2, 3
        UNION ALL
        SELECT 'viewer', v.course_id::text, hsl.quarter(v.last_viewed), count(*)
        FROM hsl.programme_views v WHERE v.last_viewed > '0001-01-02 00:00:00+00' GROUP BY 2, 3
        UNION ALL
        SELECT h.kind, h.type, h.quarter, -h.n FROM hsl.activity h WHERE h.kind IN ('person', 'stage', 'viewer')) AS p
  GROUP BY 2, 3, 4 HAVING sum(p.n) <> 0;
  INSERT INTO hsl.deltas (sum, name, measure, dated, lesson_date, n)
  SELECT 'lesson_counts', l.lesson_type, m.measure, m.dated, m.lesson_date, sum(l.n)
  FROM (SELECT p.lesson_type, least(p.registrations, 1) AS registrations, least(p.attendances, 1) AS attendances,
               p.last_came >= p.first_registered AS kept, p.registered_on, p.came_on, p.kept_on, count(*) AS n
        FROM hsl.lesson_people p GROUP BY 1, 2, 3, 4, 5, 6, 7) AS l,
       LATERAL hsl.lesson_measures(l.registrations, l.attendances, l.kept, l.registered_on, l.came_on, l.kept_on) AS m
  GROUP BY l.lesson_type, m.measure, m.dated, m.lesson_date;
  PERFORM hsl.merge_deltas();
  PERFORM hsl.recount_days(kind) FROM unnest('{person,stage,viewer}'::text[]) AS kind;
  DELETE FROM hsl.recounts WHERE kind = 0;
END $$;
