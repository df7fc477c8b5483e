-- Which bookings pass the filters; each that is NULL lets all pass.
FROM bookings
WHERE (%(user_id)s::bigint IS NULL OR user_id = %(user_id)s)
  AND (NOT %(nobody)s OR user_id IS NULL)
  AND (%(course_id)s::integer IS NULL OR course_id = %(course_id)s)
  AND (%(course_stream)s::text IS NULL OR course_stream = %(course_stream)s)
  AND (NOT %(no_course)s OR course_id IS NULL)
  AND (NOT %(no_stream)s OR coalesce(course_stream, '') = '')
  AND (%(confirmed)s::integer IS NULL OR confirmed = %(confirmed)s)
  AND (NOT %(only_new)s OR confirmed IS NULL OR confirmed NOT IN (-1, 1, 2))
  AND (%(since)s::timestamptz IS NULL OR coalesce(created_at, '0001-01-01 00:00:00+00'::timestamptz) >= %(since)s)
  AND (%(until)s::timestamptz IS NULL OR coalesce(created_at, '0001-01-01 00:00:00+00'::timestamptz) < %(until)s)
  AND (%(import_id)s::bigint IS NULL OR id IN (SELECT fact_id FROM imported_rows WHERE import_id = %(import_id)s))
