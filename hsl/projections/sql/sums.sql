-- What pages read: each sum's base plus the deltas that are not merged yet. See migrations/0003_sums.sql,
-- 0005_streams.sql and 0011_leads_by_day.sql.

CREATE OR REPLACE FUNCTION hsl.zone() RETURNS text LANGUAGE sql STABLE
  AS $$ SELECT time_zone FROM hsl.school $$;

-- The deltas that are not merged yet, always by their key: the planner would rather read the whole table, which looks
-- empty and holds, while an old snapshot is open, all that were merged.
CREATE OR REPLACE FUNCTION hsl.deltas_to_merge() RETURNS SETOF hsl.deltas LANGUAGE plpgsql STABLE ROWS 100
SET enable_seqscan = off AS $$
BEGIN
  RETURN QUERY SELECT * FROM hsl.deltas
               WHERE seq > coalesce((SELECT m.seq FROM hsl.merged m ORDER BY m.id DESC LIMIT 1), 0);
END $$;

CREATE OR REPLACE VIEW hsl.fresh_deltas AS SELECT * FROM hsl.deltas_to_merge();

CREATE OR REPLACE VIEW hsl.totals_now AS
SELECT name, sum(n)::bigint AS n
FROM (SELECT name, n FROM hsl.totals
      UNION ALL SELECT name, n FROM hsl.fresh_deltas WHERE sum = 'totals') AS merged_and_fresh
GROUP BY name;

CREATE OR REPLACE VIEW hsl.stream_counts_now AS
SELECT course_id, course_stream, confirmed, sum(n)::bigint AS n
FROM (SELECT course_id, course_stream, confirmed, n FROM hsl.stream_counts
      UNION ALL SELECT course_id, name, confirmed, n FROM hsl.fresh_deltas WHERE sum = 'stream_counts') AS merged_and_fresh
GROUP BY course_id, course_stream, confirmed
HAVING sum(n) <> 0;

CREATE OR REPLACE VIEW hsl.lesson_counts_now AS
SELECT lesson_type, dated, lesson_date,
       sum(registrations)::bigint AS registrations, sum(attendances)::bigint AS attendances,
       sum(people_registered)::bigint AS people_registered, sum(people_attended)::bigint AS people_attended,
       sum(people_kept)::bigint AS people_kept, sum(people_missed)::bigint AS people_missed
FROM (SELECT * FROM hsl.lesson_counts
      UNION ALL
      SELECT name, dated, lesson_date,
             CASE measure WHEN 'registrations' THEN n ELSE 0 END,
             CASE measure WHEN 'attendances' THEN n ELSE 0 END,
             CASE measure WHEN 'people_registered' THEN n ELSE 0 END,
             CASE measure WHEN 'people_attended' THEN n ELSE 0 END,
             CASE measure WHEN 'people_kept' THEN n ELSE 0 END,
             CASE measure WHEN 'people_missed' THEN n ELSE 0 END
      FROM hsl.fresh_deltas WHERE sum = 'lesson_counts') AS merged_and_fresh
GROUP BY lesson_type, dated, lesson_date
HAVING sum(registrations) <> 0 OR sum(attendances) <> 0;

CREATE OR REPLACE VIEW hsl.stream_people_now AS
SELECT course_id, course_stream, status, day, sum(n)::bigint AS n
FROM (SELECT course_id, course_stream, status, day, n FROM hsl.stream_people
      UNION ALL
      SELECT course_id, name, confirmed, (quarter AT TIME ZONE (SELECT hsl.zone()))::date, n
      FROM hsl.fresh_deltas WHERE sum = 'stream_people') AS merged_and_fresh
GROUP BY course_id, course_stream, status, day
HAVING sum(n) <> 0;

CREATE OR REPLACE VIEW hsl.lead_counts_now AS
SELECT day, heat, sum(n)::bigint AS n
FROM (SELECT day, heat, n FROM hsl.lead_counts
      UNION ALL
      SELECT lesson_date, confirmed::smallint, n FROM hsl.fresh_deltas WHERE sum = 'heats') AS merged_and_fresh
GROUP BY day, heat
HAVING sum(n) <> 0;

CREATE OR REPLACE VIEW hsl.activity_now AS
SELECT quarter, kind, type, n FROM hsl.activity
UNION ALL
SELECT quarter, measure, name, n FROM hsl.fresh_deltas WHERE sum = 'activity';

CREATE OR REPLACE VIEW hsl.activity_days_now AS
SELECT day, kind, type, n FROM hsl.activity_days
UNION ALL
SELECT (quarter AT TIME ZONE (SELECT hsl.zone()))::date, measure, name, n FROM hsl.fresh_deltas WHERE sum = 'activity';
