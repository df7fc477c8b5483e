-- Stream statistics. One row a stream of one course that has bookings (data model, Course Stream Statistics).
SELECT
  course_id,
  course_stream,
  sum(n)::bigint AS total,
  coalesce(sum(n) FILTER (WHERE confirmed = 2), 0)::bigint AS confirmed,
  coalesce(sum(n) FILTER (WHERE confirmed = 1), 0)::bigint AS pending,
  coalesce(sum(n) FILTER (WHERE confirmed = -1), 0)::bigint AS cancelled
FROM stream_counts_now
WHERE course_id = %(course_id)s AND course_stream IS NOT NULL
GROUP BY course_id, course_stream
ORDER BY course_stream COLLATE "C"
