-- Members of a stream: people with a confirmed booking in it (data model, CourseStreams), by user_id.
WITH members AS (
  SELECT DISTINCT user_id FROM memberships
  WHERE key(course_stream) = key(%(course_stream)s) AND status = 2 AND user_id > %(after)s
  ORDER BY user_id
  LIMIT %(limit)s
)
SELECT c.user_id, c.username, c.first_name, c.course_stream
FROM members JOIN user_cache c USING (user_id)
ORDER BY c.user_id
