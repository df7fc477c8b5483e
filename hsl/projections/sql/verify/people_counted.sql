-- What the rows of the people's projections add to each sum of people: (key, n).
WITH staged AS (
  SELECT first_seen, 'registered' AS stage FROM hsl.user_activity WHERE registrations > 0
  UNION ALL SELECT first_seen, 'came' FROM hsl.user_activity WHERE attendances > 0
  UNION ALL SELECT first_seen, 'booked' FROM hsl.user_activity WHERE bookings > 0
  UNION ALL SELECT first_seen, 'paid' FROM hsl.user_activity WHERE paid
)
SELECT jsonb_build_array('totals', 'people')::text AS key, count(*) AS n FROM hsl.user_cache
UNION ALL
SELECT jsonb_build_array('totals', 'status:' || status)::text, count(*) FROM hsl.user_cache GROUP BY 1
UNION ALL
SELECT jsonb_build_array('totals', 'stream:' || course_stream)::text, count(DISTINCT user_id)
FROM hsl.memberships WHERE status = 2 GROUP BY 1
UNION ALL
SELECT jsonb_build_array('activity', floor(extract(epoch FROM first_seen) / 900)::bigint, 'person', NULL)::text, count(*)
FROM hsl.user_activity WHERE first_seen > '0001-01-02 00:00:00+00' GROUP BY 1
UNION ALL
SELECT jsonb_build_array('activity_days', (first_seen AT TIME ZONE (SELECT hsl.zone()))::date, 'person', NULL)::text, count(*)
FROM hsl.user_activity WHERE first_seen > '0001-01-02 00:00:00+00' GROUP BY 1
UNION ALL
SELECT jsonb_build_array('totals', 'stage:' || stage)::text, count(*) FROM staged GROUP BY stage
UNION ALL
SELECT jsonb_build_array('activity', floor(extract(epoch FROM first_seen) / 900)::bigint, 'stage', stage)::text, count(*)
FROM staged WHERE first_seen > '0001-01-02 00:00:00+00' GROUP BY 1
UNION ALL
SELECT jsonb_build_array('activity_days', (first_seen AT TIME ZONE (SELECT hsl.zone()))::date, 'stage', stage)::text, count(*)
FROM staged WHERE first_seen > '0001-01-02 00:00:00+00' GROUP BY 1
UNION ALL
SELECT jsonb_build_array('people_registered', lesson_type)::text, count(*)
FROM hsl.lesson_people WHERE registrations > 0 GROUP BY 1
UNION ALL
SELECT jsonb_build_array('people_attended', lesson_type)::text, count(*)
FROM hsl.lesson_people WHERE attendances > 0 GROUP BY 1
UNION ALL
SELECT jsonb_build_array('people_kept', lesson_type)::text, count(*)
FROM hsl.lesson_people WHERE last_came >= first_registered GROUP BY 1
UNION ALL
SELECT jsonb_build_array('people_registered', lesson_type, d)::text, count(*)
FROM hsl.lesson_people, unnest(registered_on) AS d GROUP BY 1
UNION ALL
SELECT jsonb_build_array('people_attended', lesson_type, d)::text, count(*)
FROM hsl.lesson_people, unnest(came_on) AS d GROUP BY 1
UNION ALL
SELECT jsonb_build_array('people_kept', lesson_type, d)::text, count(*)
FROM hsl.lesson_people, unnest(kept_on) AS d GROUP BY 1
UNION ALL
SELECT jsonb_build_array('people_missed', lesson_type)::text, count(*)
FROM hsl.lesson_people WHERE cardinality(registered_on) > 0 AND cardinality(came_on) = 0 GROUP BY 1
UNION ALL
SELECT jsonb_build_array('people_missed', lesson_type, r.d)::text, count(*)
FROM hsl.lesson_people, unnest(registered_on) AS r (d)
WHERE NOT EXISTS (SELECT FROM unnest(came_on) AS c (d) WHERE c.d IS NOT DISTINCT FROM r.d) GROUP BY 1
UNION ALL
SELECT jsonb_build_array('stream_people', course_id, course_stream, status,
         CASE WHEN since <> '0001-01-02 00:00:00+00' THEN (since AT TIME ZONE (SELECT hsl.zone()))::date END)::text, count(*)
FROM hsl.memberships GROUP BY 1
UNION ALL
SELECT jsonb_build_array('activity', floor(extract(epoch FROM last_viewed) / 900)::bigint, 'viewer', course_id::text)::text, count(*)
FROM hsl.programme_views WHERE last_viewed > '0001-01-02 00:00:00+00' GROUP BY 1
UNION ALL
SELECT jsonb_build_array('activity_days', (last_viewed AT TIME ZONE (SELECT hsl.zone()))::date, 'viewer', course_id::text)::text, count(*)
FROM hsl.programme_views WHERE last_viewed > '0001-01-02 00:00:00+00' GROUP BY 1
