-- Which events pass the filters; each that is NULL lets all pass. A lesson's are the clicks on its link that name it, a
-- date's those that name the date, else those of that day (as lesson_people counts them).
FROM events
WHERE (%(user_id)s::bigint IS NULL OR user_id = %(user_id)s)
  AND (NOT %(nobody)s OR user_id IS NULL)
  AND (%(event_type)s::text IS NULL OR event_type = %(event_type)s)
  AND (%(lesson_type)s::text IS NULL OR details ->> 'lesson_type' = %(lesson_type)s)
  AND (%(lesson_date)s::date IS NULL
       OR coalesce(iso_date(details ->> 'lesson_date'), (quarter(created_at) AT TIME ZONE zone())::date) = %(lesson_date)s)
  AND (NOT %(no_lesson_date)s
       OR coalesce(iso_date(details ->> 'lesson_date'), (quarter(created_at) AT TIME ZONE zone())::date) IS NULL)
  AND (%(since)s::timestamptz IS NULL OR coalesce(created_at, '0001-01-01 00:00:00+00'::timestamptz) >= %(since)s)
  AND (%(until)s::timestamptz IS NULL OR coalesce(created_at, '0001-01-01 00:00:00+00'::timestamptz) < %(until)s)
  AND (%(import_id)s::bigint IS NULL OR id IN (SELECT fact_id FROM imported_rows WHERE import_id = %(import_id)s))
