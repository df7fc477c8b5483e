-- Events in a range of ids that pass the filters, the highest id first. Details as text: they may hold a number that
-- Python does not take.
SELECT id, user_id, username, first_name, event_type, created_at, details::text
FROM events
WHERE id > %(above)s AND id <= %(top)s
  AND (%(user_id)s::bigint IS NULL OR user_id = %(user_id)s)
  AND (%(event_type)s::text IS NULL OR event_type = %(event_type)s)
  AND (%(from)s::date IS NULL OR created_at >= %(from)s::date::timestamp AT TIME ZONE zone())
  AND (%(to)s::date IS NULL OR created_at < (%(to)s::date + 1)::timestamp AT TIME ZONE zone())
ORDER BY id DESC
LIMIT %(limit)s
