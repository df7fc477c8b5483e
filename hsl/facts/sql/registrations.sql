-- Which registrations pass the filters; each that is NULL lets all pass.
FROM free_lesson_registrations
WHERE (%(user_id)s::bigint IS NULL OR user_id = %(user_id)s)
  AND (NOT %(nobody)s OR user_id IS NULL)
  AND (%(lesson_type)s::text IS NULL OR lesson_type = %(lesson_type)s)
  AND (%(lesson_date)s::date IS NULL OR lesson_date = %(lesson_date)s)
  AND (NOT %(no_lesson)s OR coalesce(lesson_type, '') = '')
  AND (NOT %(no_lesson_date)s OR lesson_date IS NULL)
  AND (%(since)s::timestamptz IS NULL OR coalesce(registered_at, '0001-01-01 00:00:00+00'::timestamptz) >= %(since)s)
  AND (%(until)s::timestamptz IS NULL OR coalesce(registered_at, '0001-01-01 00:00:00+00'::timestamptz) < %(until)s)
  AND (%(import_id)s::bigint IS NULL OR id IN (SELECT fact_id FROM imported_rows WHERE import_id = %(import_id)s))
