-- A stream's people by the best status of their bookings there: one row. first_day: on which the first booking was made
-- that gives anybody the status they have.
SELECT
  coalesce(sum(n) FILTER (WHERE status = 2), 0)::bigint AS confirmed,
  coalesce(sum(n) FILTER (WHERE status = 1), 0)::bigint AS pending,
  coalesce(sum(n) FILTER (WHERE status IS NULL), 0)::bigint AS new,
  coalesce(sum(n) FILTER (WHERE status = -1), 0)::bigint AS cancelled,
  min(day) AS first_day
FROM (
  SELECT status, day, sum(n) AS n
  FROM stream_people_now
  WHERE key(course_stream) = key(%(course_stream)s) AND course_id = %(course_id)s
  GROUP BY status, day HAVING sum(n) <> 0
) AS people
