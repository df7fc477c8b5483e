-- How one stream fills. One row a day of the school's zone in which the first confirmed booking of anybody was made
-- there, oldest first and bookings without a time before all.
SELECT course_id, course_stream, day, sum(n)::bigint AS people
FROM stream_people_now
WHERE key(course_stream) = key(%(course_stream)s) AND course_id = %(course_id)s AND status = 2
GROUP BY 1, 2, 3
HAVING sum(n) <> 0
ORDER BY 3 NULLS FIRST
