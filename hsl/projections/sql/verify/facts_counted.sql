-- What the facts in the copies at hand add to each sum of facts: (key, n). Each text of a date is read once: that is slow.
WITH timed AS (
  SELECT 'booking' AS kind, created_at AS at,
         CASE confirmed WHEN 2 THEN '2' WHEN 1 THEN '1' WHEN -1 THEN '-1' ELSE 'new' END AS type FROM bookings
  UNION ALL SELECT 'registration', registered_at, lesson_type FROM free_lesson_registrations
  UNION ALL SELECT 'event', created_at, event_type FROM events
), quarterly AS (
  SELECT floor(extract(epoch FROM at) / 900)::bigint AS quarter, min(at) AS at, kind, type, count(*) AS n
  FROM timed WHERE at IS NOT NULL GROUP BY 1, kind, type
), clicked AS (
  SELECT details->>'lesson_type' AS lesson_type, details->>'lesson_date' AS said, created_at
  FROM events WHERE event_type = 'lesson_link_clicked' AND details->>'lesson_type' IS NOT NULL
), dates AS MATERIALIZED (
  SELECT said, hsl.iso_date(said) AS lesson_date FROM (SELECT DISTINCT said FROM clicked) AS d
), attended AS (
  SELECT lesson_type, COALESCE(d.lesson_date, (created_at AT TIME ZONE (SELECT hsl.zone()))::date) AS lesson_date
  FROM clicked LEFT JOIN dates d USING (said)
)
SELECT jsonb_build_array('totals', 'bookings')::text AS key, count(*) AS n FROM bookings
UNION ALL SELECT jsonb_build_array('totals', 'registrations')::text, count(*) FROM free_lesson_registrations
UNION ALL SELECT jsonb_build_array('totals', 'events')::text, count(*) FROM events
UNION ALL
SELECT jsonb_build_array('stream_counts', course_id, course_stream, confirmed)::text, count(*) FROM bookings
GROUP BY course_id, course_stream, confirmed
UNION ALL
SELECT jsonb_build_array('registrations', lesson_type)::text, count(*) FROM free_lesson_registrations GROUP BY lesson_type
UNION ALL
SELECT jsonb_build_array('registrations', lesson_type, lesson_date)::text, count(*) FROM free_lesson_registrations
GROUP BY lesson_type, lesson_date
UNION ALL
SELECT jsonb_build_array('attendances', lesson_type)::text, count(*) FROM attended GROUP BY lesson_type
UNION ALL
SELECT jsonb_build_array('attendances', lesson_type, lesson_date)::text, count(*) FROM attended
GROUP BY lesson_type, lesson_date
UNION ALL
SELECT jsonb_build_array('activity', quarter, kind, type)::text, n FROM quarterly
UNION ALL
SELECT jsonb_build_array('activity_days', day, kind, type)::text, sum(n)
FROM (SELECT (at AT TIME ZONE (SELECT hsl.zone()))::date AS day, kind, type, n FROM quarterly) AS daily
GROUP BY day, kind, type
