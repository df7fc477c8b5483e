-- One booking, its row locked.
SELECT id, user_id, username, first_name, course_id, course_stream, confirmed, created_at, referral_code,
       discount_percent
FROM bookings
WHERE id = %(id)s
FOR UPDATE
