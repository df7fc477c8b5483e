-- People with any fact and no confirmed booking (data model, User Categorization), by user_id.
SELECT user_id, username, first_name, course_stream
FROM user_cache
WHERE user_id > %(after)s AND status <> 'student'
ORDER BY user_id
LIMIT %(limit)s
