-- Who of all people has a name like one of the patterns, found first (by trigram where there is such an index) and
-- sorted after. Kept apart from the order, or the planner walks all people in order to find a rare name.
WITH found AS MATERIALIZED (
  SELECT user_id, username, first_name, course_stream FROM user_cache WHERE names LIKE ANY (%(patterns)s)
)
SELECT user_id, username, first_name, course_stream
FROM found
ORDER BY left(username, 64) COLLATE "C", left(first_name, 64) COLLATE "C", user_id
LIMIT %(limit)s
