-- How streams fill. One row a stream and week (from Monday, in the school's zone) in which the first confirmed booking
-- of anybody was made there, oldest first and bookings without a time before all.
-- Not from stream_people_now, which would add up days first: they are added up by week at once. (The first day of the
-- year 1 was a Monday, and no day that is kept lies before it.)
WITH joined AS (
  SELECT course_id, course_stream, day, n FROM stream_people WHERE status = 2
  UNION ALL
  SELECT course_id, name, (quarter AT TIME ZONE (SELECT zone()))::date, n FROM fresh_deltas
  WHERE sum = 'stream_people' AND confirmed = 2
)
SELECT course_id, course_stream, day - mod(day - date '0001-01-01', 7) AS week, sum(n)::bigint AS people
FROM joined
GROUP BY 1, 2, 3
HAVING sum(n) <> 0
ORDER BY 3 NULLS FIRST
