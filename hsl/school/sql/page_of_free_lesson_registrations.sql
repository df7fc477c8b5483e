-- Registrations in a range of ids that pass the filters, the highest id first.
SELECT id, user_id, username, first_name, email, registered_at, notification_sent, lesson_type, lesson_date
FROM free_lesson_registrations
WHERE id > %(above)s AND id <= %(top)s
  AND (%(user_id)s::bigint IS NULL OR user_id = %(user_id)s)
  AND (%(lesson_type)s::text IS NULL OR lesson_type = %(lesson_type)s)
  AND (%(lesson_date)s::date IS NULL OR lesson_date = %(lesson_date)s)
  AND (%(from)s::date IS NULL OR registered_at >= %(from)s::date::timestamp AT TIME ZONE zone())
  AND (%(to)s::date IS NULL OR registered_at < (%(to)s::date + 1)::timestamp AT TIME ZONE zone())
ORDER BY id DESC
LIMIT %(limit)s
