-- How many bookings there are of a course, of a stream, of a status; without a course or stream where that is asked for.
SELECT coalesce(sum(n), 0)
FROM stream_counts_now
WHERE (%(course_id)s::integer IS NULL OR course_id = %(course_id)s)
  AND (%(course_stream)s::text IS NULL OR course_stream = %(course_stream)s)
  AND (NOT %(no_course)s OR course_id IS NULL)
  AND (NOT %(no_stream)s OR coalesce(course_stream, '') = '')
  AND (%(confirmed)s::integer IS NULL OR confirmed = %(confirmed)s)
  AND (NOT %(only_new)s OR confirmed IS NULL OR confirmed NOT IN (-1, 1, 2))
