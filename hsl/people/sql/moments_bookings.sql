-- A person's bookings after a place in their timeline, the newest first.
SELECT id, user_id, username, first_name, course_id, course_stream, confirmed, created_at, referral_code,
       discount_percent
FROM bookings
WHERE user_id = %(user_id)s AND {after}
ORDER BY {order}
LIMIT %(limit)s
