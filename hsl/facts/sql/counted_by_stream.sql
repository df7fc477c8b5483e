-- How many bookings there are of a course, of a stream, of a status.
SELECT coalesce(sum(n), 0)
FROM stream_counts_now
WHERE (%(course_id)s::integer IS NULL OR course_id = %(course_id)s)
  AND (%(course_stream)s::text IS NULL OR course_stream = %(course_stream)s)
  AND (%(confirmed)s::integer IS NULL OR confirmed = %(confirmed)s)
  AND (NOT %(only_new)s OR confirmed IS NULL OR confirmed NOT IN (-1, 1, 2))
