-- Counting again. A recount runs in one REPEATABLE READ transaction under the gate; the facts are read by short
-- transactions on its exported snapshot, piece by piece, into counted and counted_people (temporary tables of its),
-- so that nobody waits for it to let go of a fact table.

-- Drops what the sums hold of a kind of facts, takes exactly the changes of that kind visible in this snapshot (their
-- people into waiting, their counts dropped), and puts in what was counted. Everyone in any projection and everyone
-- counted waits to be recomputed.
CREATE OR REPLACE FUNCTION hsl.replace_counts(counted_kind smallint) RETURNS void LANGUAGE plpgsql
SET plan_cache_mode = force_custom_plan SET work_mem = '64MB' AS $$
DECLARE
  word text := (ARRAY['booking', 'registration', 'event'])[counted_kind];
  in_zone text := hsl.zone();
  plural text := (ARRAY['bookings', 'registrations', 'events'])[counted_kind];
BEGIN
  PERFORM hsl.merge_deltas();

  WITH mine AS (DELETE FROM hsl.changes c WHERE c.kind = counted_kind RETURNING c.user_id)
  INSERT INTO hsl.waiting (user_id)
  SELECT user_id FROM mine WHERE user_id IS NOT NULL
  UNION SELECT user_id FROM pg_temp.counted_people
  UNION SELECT user_id FROM hsl.user_cache
  UNION SELECT user_id FROM hsl.user_activity
  UNION SELECT user_id FROM hsl.memberships
  UNION SELECT user_id FROM hsl.lesson_people
  UNION SELECT user_id FROM hsl.set_aside
  ORDER BY 1
  ON CONFLICT (user_id) DO NOTHING;

  DELETE FROM hsl.totals WHERE name = plural;
  DELETE FROM hsl.activity WHERE kind = word;
  DELETE FROM hsl.activity_days WHERE kind = word;
  IF counted_kind = 1 THEN
    DELETE FROM hsl.stream_counts;
  ELSIF counted_kind = 2 THEN
    UPDATE hsl.lesson_counts SET registrations = 0 WHERE registrations <> 0;
  ELSE
    UPDATE hsl.lesson_counts SET attendances = 0 WHERE attendances <> 0;
  END IF;

  INSERT INTO hsl.deltas (sum, name, course_id, confirmed, measure, lesson_date, dated, quarter, n)
  SELECT s.sum, s.name, s.course_id, s.confirmed, s.measure, s.lesson_date, s.dated, s.quarter, sum(g.n)
  FROM (SELECT c.name, c.course_id, c.confirmed, c.lesson_type, c.lesson_date, c.quarter, sum(c.n) AS n
        FROM pg_temp.counted c GROUP BY 1, 2, 3, 4, 5, 6) AS g,
       LATERAL hsl.counts_of(counted_kind, g.name, g.course_id, g.confirmed, g.lesson_type, g.lesson_date,
                             g.quarter, in_zone) AS s
  GROUP BY s.sum, s.name, s.course_id, s.confirmed, s.measure, s.lesson_date, s.dated, s.quarter;
  PERFORM hsl.merge_deltas();
  WITH done AS (DELETE FROM hsl.recounts WHERE kind = counted_kind RETURNING kind, reason)
  INSERT INTO hsl.recounted (kind, at)
  SELECT kind, clock_timestamp() FROM done WHERE hsl.a_trigger_failed(reason)
  ON CONFLICT (kind) DO UPDATE SET at = excluded.at;
END $$;

-- The sums of people, from the projections' rows: never from facts.
CREATE OR REPLACE FUNCTION hsl.recount_people() RETURNS void LANGUAGE plpgsql
SET plan_cache_mode = force_custom_plan SET work_mem = '64MB' AS $$
BEGIN
  PERFORM hsl.merge_deltas();
  DELETE FROM hsl.totals WHERE name NOT IN ('bookings', 'registrations', 'events');
  DELETE FROM hsl.activity WHERE kind = 'person';
  DELETE FROM hsl.activity_days WHERE kind = 'person';
  UPDATE hsl.lesson_counts SET people_registered = 0, people_attended = 0, people_kept = 0;

  INSERT INTO hsl.deltas (sum, name, n)
  SELECT 'totals', 'people', count(*) FROM hsl.user_cache
  UNION ALL SELECT 'totals', 'status:' || status, count(*) FROM hsl.user_cache GROUP BY status
  UNION ALL SELECT 'totals', 'stream:' || course_stream, count(DISTINCT user_id) FROM hsl.memberships
            WHERE status = 2 GROUP BY course_stream;
  INSERT INTO hsl.deltas (sum, measure, quarter, n)
  SELECT 'activity', 'person', date_bin('15 minutes', first_seen, '2000-01-01 00:00:00+00'), count(*)
  FROM hsl.user_activity WHERE first_seen > '0001-01-02 00:00:00+00' GROUP BY 3;
  INSERT INTO hsl.deltas (sum, name, measure, dated, lesson_date, n)
  SELECT 'lesson_counts', l.lesson_type, m.measure, m.dated, m.lesson_date, count(*)
  FROM hsl.lesson_people l,
       LATERAL hsl.lesson_measures(l.registrations, l.attendances, l.last_came >= l.first_registered,
                                   l.registered_on, l.came_on, l.kept_on) AS m
  GROUP BY l.lesson_type, m.measure, m.dated, m.lesson_date;
  PERFORM hsl.merge_deltas();
  DELETE FROM hsl.recounts WHERE kind = 0;
END $$;
