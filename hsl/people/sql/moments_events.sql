-- A person's events after a place in their timeline, the newest first. Details as text: they may hold a number that
-- Python does not take.
SELECT id, user_id, username, first_name, event_type, created_at, details::text
FROM events
WHERE user_id = %(user_id)s AND {after}
ORDER BY {order}
LIMIT %(limit)s
