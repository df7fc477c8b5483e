-- All bookings of a person, the newest first, their rows locked.
SELECT id, user_id, username, first_name, course_id, course_stream, confirmed, created_at, referral_code,
       discount_percent
FROM bookings
WHERE user_id = %(user_id)s
ORDER BY created_at DESC NULLS LAST, id DESC
FOR UPDATE
