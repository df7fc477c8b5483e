-- What the facts of a range of ids (or those without one) add to each sum of facts: (key, n).
WITH booked AS (
  SELECT course_id, course_stream, confirmed, created_at FROM bookings WHERE {which}
), registered AS (
  SELECT lesson_type, lesson_date, registered_at FROM free_lesson_registrations WHERE {which}
), happened AS (
  SELECT event_type, created_at, details->>'lesson_type' AS lesson_type,
         COALESCE(hsl.iso_date(details->>'lesson_date'), (created_at AT TIME ZONE (SELECT hsl.zone()))::date) AS lesson_date
  FROM events WHERE {which}
), timed AS (
  SELECT 'booking' AS kind, created_at AS at,
         CASE confirmed WHEN 2 THEN '2' WHEN 1 THEN '1' WHEN -1 THEN '-1' ELSE 'new' END AS type FROM booked
  UNION ALL SELECT 'registration', registered_at, lesson_type FROM registered
  UNION ALL SELECT 'event', created_at, event_type FROM happened
), attended AS (
  SELECT lesson_type, lesson_date FROM happened WHERE event_type = 'lesson_link_clicked' AND lesson_type IS NOT NULL
)
SELECT jsonb_build_array('totals', 'bookings')::text AS key, count(*) AS n FROM booked
UNION ALL SELECT jsonb_build_array('totals', 'registrations')::text, count(*) FROM registered
UNION ALL SELECT jsonb_build_array('totals', 'events')::text, count(*) FROM happened
UNION ALL
SELECT jsonb_build_array('stream_counts', course_id, course_stream, confirmed)::text, count(*) FROM booked GROUP BY 1
UNION ALL
SELECT jsonb_build_array('registrations', lesson_type)::text, count(*) FROM registered GROUP BY 1
UNION ALL
SELECT jsonb_build_array('registrations', lesson_type, lesson_date)::text, count(*) FROM registered GROUP BY 1
UNION ALL
SELECT jsonb_build_array('attendances', lesson_type)::text, count(*) FROM attended GROUP BY 1
UNION ALL
SELECT jsonb_build_array('attendances', lesson_type, lesson_date)::text, count(*) FROM attended GROUP BY 1
UNION ALL
SELECT jsonb_build_array('activity', floor(extract(epoch FROM at) / 900)::bigint, kind, type)::text, count(*)
FROM timed WHERE at IS NOT NULL GROUP BY 1
UNION ALL
SELECT jsonb_build_array('activity_days', (at AT TIME ZONE (SELECT hsl.zone()))::date, kind, type)::text, count(*)
FROM timed WHERE at IS NOT NULL GROUP BY 1
