-- Merging: adds the fresh deltas to the bases of the sums, a few times a minute, under the gate.

CREATE OR REPLACE FUNCTION hsl.merge_deltas() RETURNS bigint LANGUAGE plpgsql
SET plan_cache_mode = force_custom_plan SET work_mem = '64MB' AS $$
DECLARE
  done bigint := coalesce((SELECT seq FROM hsl.merged ORDER BY id DESC LIMIT 1), 0);
  newest bigint := (SELECT max(seq) FROM hsl.deltas WHERE seq > done);
BEGIN
  IF newest IS NULL THEN
    RETURN 0;
  END IF;

  INSERT INTO hsl.totals AS t (name, n)
  SELECT d.name, sum(d.n) FROM hsl.deltas d WHERE d.seq > done AND d.sum = 'totals' GROUP BY d.name
  ON CONFLICT (hsl.key(name)) DO UPDATE SET n = t.n + excluded.n;

  INSERT INTO hsl.stream_counts AS t (course_id, course_stream, confirmed, n)
  SELECT d.course_id, d.name, d.confirmed, sum(d.n) FROM hsl.deltas d
  WHERE d.seq > done AND d.sum = 'stream_counts' GROUP BY d.course_id, d.name, d.confirmed
  ON CONFLICT (hsl.key(course_id::text), hsl.key(course_stream), hsl.key(confirmed::text))
  DO UPDATE SET n = t.n + excluded.n;

  INSERT INTO hsl.lesson_counts AS t (lesson_type, dated, lesson_date, registrations, attendances,
                                      people_registered, people_attended, people_kept, people_missed)
  SELECT d.name, d.dated, d.lesson_date,
         coalesce(sum(d.n) FILTER (WHERE d.measure = 'registrations'), 0),
         coalesce(sum(d.n) FILTER (WHERE d.measure = 'attendances'), 0),
         coalesce(sum(d.n) FILTER (WHERE d.measure = 'people_registered'), 0),
         coalesce(sum(d.n) FILTER (WHERE d.measure = 'people_attended'), 0),
         coalesce(sum(d.n) FILTER (WHERE d.measure = 'people_kept'), 0),
         coalesce(sum(d.n) FILTER (WHERE d.measure = 'people_missed'), 0)
  FROM hsl.deltas d WHERE d.seq > done AND d.sum = 'lesson_counts' GROUP BY d.name, d.dated, d.lesson_date
  ON CONFLICT (hsl.key(lesson_type), dated, coalesce(lesson_date, 'infinity'::date)) DO UPDATE SET
    registrations = t.registrations + excluded.registrations, attendances = t.attendances + excluded.attendances,
    people_registered = t.people_registered + excluded.people_registered,
    people_attended = t.people_attended + excluded.people_attended, people_kept = t.people_kept + excluded.people_kept,
    people_missed = t.people_missed + excluded.people_missed;

  INSERT INTO hsl.stream_people AS t (course_id, course_stream, status, day, n)
  SELECT d.course_id, d.name, d.confirmed, (d.quarter AT TIME ZONE (SELECT hsl.zone()))::date, sum(d.n)
  FROM hsl.deltas d WHERE d.seq > done AND d.sum = 'stream_people' GROUP BY d.course_id, d.name, d.confirmed, 4
  ON CONFLICT (hsl.key(course_stream), course_id, hsl.key(status::text), coalesce(day, '-infinity'::date))
  DO UPDATE SET n = t.n + excluded.n;

  INSERT INTO hsl.lead_counts AS t (day, heat, n)
  SELECT d.lesson_date, d.confirmed, sum(d.n) FROM hsl.deltas d
  WHERE d.seq > done AND d.sum = 'heats' GROUP BY d.lesson_date, d.confirmed
  ON CONFLICT (day, heat) DO UPDATE SET n = t.n + excluded.n;

  INSERT INTO hsl.activity AS t (quarter, kind, type, n)
  SELECT d.quarter, d.measure, d.name, sum(d.n) FROM hsl.deltas d
  WHERE d.seq > done AND d.sum = 'activity' GROUP BY d.quarter, d.measure, d.name
  ON CONFLICT (quarter, kind, hsl.key(type)) DO UPDATE SET n = t.n + excluded.n;

  INSERT INTO hsl.activity_days AS t (day, kind, type, n)
  SELECT (d.quarter AT TIME ZONE (SELECT hsl.zone()))::date, d.measure, d.name, sum(d.n) FROM hsl.deltas d
  WHERE d.seq > done AND d.sum = 'activity' GROUP BY 1, d.measure, d.name
  ON CONFLICT (day, kind, hsl.key(type)) DO UPDATE SET n = t.n + excluded.n;

  INSERT INTO hsl.merged (seq) VALUES (newest);
  DELETE FROM hsl.deltas WHERE seq > done AND seq <= newest;
  DELETE FROM hsl.merged WHERE id < (SELECT max(id) FROM hsl.merged);
  DELETE FROM hsl.taken WHERE id < (SELECT max(id) FROM hsl.taken);
  WITH old AS (DELETE FROM hsl.gone WHERE at < clock_timestamp() - interval '1 hour' RETURNING user_id)
  DELETE FROM hsl.unreachable u USING old
  WHERE u.user_id = old.user_id AND NOT EXISTS (SELECT FROM hsl.user_cache c WHERE c.user_id = old.user_id);
  RETURN newest - done;
END $$;
