"""What the data model's SQL leaves unsaid, counted from facts."""

PEOPLE_AT_LESSONS = """
WITH registered AS (
  SELECT lesson_type, user_id, min(registered_at) AS since
  FROM free_lesson_registrations WHERE user_id IS NOT NULL GROUP BY lesson_type, user_id
), came AS (
  SELECT details->>'lesson_type' AS lesson_type, user_id, max(created_at) AS at
  FROM events
  WHERE event_type = 'lesson_link_clicked' AND details->>'lesson_type' IS NOT NULL AND user_id IS NOT NULL
  GROUP BY details->>'lesson_type', user_id
)
SELECT
  coalesce(r.lesson_type, c.lesson_type) AS lesson_type,
  count(r.user_id) AS people_registered,
  count(c.user_id) AS people_attended,
  count(*) FILTER (WHERE c.at >= r.since) AS people_kept
FROM registered r
FULL JOIN came c ON r.lesson_type = c.lesson_type AND r.user_id = c.user_id
GROUP BY coalesce(r.lesson_type, c.lesson_type)
"""

DAYS = """
WITH seen AS (
  SELECT user_id, min(at) AS first_seen
  FROM (
    SELECT user_id, created_at AS at FROM bookings
    UNION ALL SELECT user_id, created_at FROM events
    UNION ALL SELECT user_id, registered_at FROM free_lesson_registrations
  ) AS facts
  WHERE user_id IS NOT NULL GROUP BY user_id
)
SELECT
  day::date,
  (SELECT count(*) FROM seen WHERE (first_seen AT TIME ZONE %(zone)s)::date = day::date) AS new_people,
  (SELECT count(*) FROM seen WHERE first_seen IS NULL OR (first_seen AT TIME ZONE %(zone)s)::date <= day::date) AS people,
  (SELECT count(*) FROM free_lesson_registrations WHERE (registered_at AT TIME ZONE %(zone)s)::date = day::date) AS registrations,
  (SELECT count(*) FROM bookings WHERE (created_at AT TIME ZONE %(zone)s)::date = day::date) AS bookings,
  (SELECT count(*) FROM bookings WHERE (created_at AT TIME ZONE %(zone)s)::date = day::date AND confirmed = 2) AS confirmed,
  (SELECT count(*) FROM events WHERE (created_at AT TIME ZONE %(zone)s)::date = day::date) AS events
FROM generate_series(%(first)s::timestamp, %(last)s::timestamp, '1 day') AS day
ORDER BY day
"""  # noqa: E501 # one column a line
