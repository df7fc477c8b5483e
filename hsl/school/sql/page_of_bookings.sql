-- Bookings in a range of ids that pass the filters, the highest id first.
SELECT id, user_id, username, first_name, course_id, course_stream, confirmed, created_at, referral_code,
       discount_percent
FROM bookings
WHERE id > %(above)s AND id <= %(top)s
  AND (%(user_id)s::bigint IS NULL OR user_id = %(user_id)s)
  AND (%(course_stream)s::text IS NULL OR course_stream = %(course_stream)s)
  AND (%(confirmed)s::integer IS NULL OR confirmed = %(confirmed)s)
  AND (%(from)s::date IS NULL OR created_at >= %(from)s::date::timestamp AT TIME ZONE zone())
  AND (%(to)s::date IS NULL OR created_at < (%(to)s::date + 1)::timestamp AT TIME ZONE zone())
ORDER BY id DESC
LIMIT %(limit)s
