-- People with a booking or a registration, one row each (data model, User Deduplication Logic), by user_id. The
-- bound stands for both tables: the planner carries no inequality over a join, and read one of them from its start.
SELECT c.user_id, c.username, c.first_name, c.course_stream
FROM user_cache c JOIN user_activity a USING (user_id)
WHERE c.user_id > %(after)s AND a.user_id > %(after)s AND a.bookings + a.registrations > 0
ORDER BY c.user_id
LIMIT %(limit)s
