-- Active bookings of people, each person's newest first, their rows locked.
SELECT id, user_id, username, first_name, course_id, course_stream, confirmed, created_at, referral_code,
       discount_percent
FROM bookings
WHERE user_id = ANY (%(user_ids)s) AND confirmed IS DISTINCT FROM -1
ORDER BY user_id, created_at DESC NULLS LAST, id DESC
FOR UPDATE
