-- The person who has this id, and people who have this email, in any case of letters.
SELECT user_id, username, first_name, course_stream FROM user_cache WHERE user_id = %(user_id)s
UNION
SELECT user_id, username, first_name, course_stream FROM user_cache
WHERE email IS NOT NULL AND key(lower(email)) = key(lower(%(email)s))
