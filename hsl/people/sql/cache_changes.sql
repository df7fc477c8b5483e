-- Who changed or left after a revision, at most so many, the earliest first. "streams": where they are members.
SELECT revision, user_id, present, username, first_name, course_stream, names, letters, non_course, streams
FROM (SELECT c.revision, c.user_id, true AS present, c.username, c.first_name, c.course_stream, c.names,
             ARRAY(SELECT DISTINCT first_letter(v.name)
                   FROM (VALUES (c.username), (c.first_name)) AS v (name) WHERE v.name <> '') AS letters,
             c.status <> 'student' AS non_course,
             ARRAY(SELECT DISTINCT m.course_stream FROM memberships m
                   WHERE m.user_id = c.user_id AND m.status = 2) AS streams
      FROM user_cache c
      WHERE c.revision > %(after)s
      UNION ALL
      SELECT g.revision, g.user_id, false, NULL, NULL, NULL, NULL, NULL, NULL, NULL
      FROM gone g
      WHERE g.revision > %(after)s) AS changed
ORDER BY revision
LIMIT %(limit)s
