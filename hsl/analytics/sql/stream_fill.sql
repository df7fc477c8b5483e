-- How streams fill. One row a stream and week (from Monday, in the school's zone) in which the first confirmed booking
-- of anybody was made there, oldest first and bookings without a time before all.
SELECT course_id, course_stream, date_trunc('week', day::timestamp)::date AS day, sum(n)::bigint AS people
FROM stream_people_now
WHERE status = 2
GROUP BY 1, 2, 3
HAVING sum(n) <> 0
ORDER BY 3 NULLS FIRST
