-- Who of the first people in order has a name like one of the patterns. Answers a common text: fifty are soon found.
-- The order is an index's, so that the walk ends where it is told to.
SELECT user_id, username, first_name, course_stream
FROM (SELECT user_id, username, first_name, course_stream, names
      FROM user_cache
      ORDER BY left(username, 64) COLLATE "C", left(first_name, 64) COLLATE "C", user_id
      LIMIT %(walk)s) AS first_in_order
WHERE names LIKE ANY (%(patterns)s)
ORDER BY left(username, 64) COLLATE "C", left(first_name, 64) COLLATE "C", user_id
LIMIT %(limit)s
