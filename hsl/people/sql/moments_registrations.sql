-- A person's registrations after a place in their timeline, the newest first.
SELECT id, user_id, username, first_name, email, registered_at, notification_sent, lesson_type, lesson_date
FROM free_lesson_registrations
WHERE user_id = %(user_id)s AND {after}
ORDER BY {order}
LIMIT %(limit)s
