-- One active booking a person, course and stream: an earlier line has one.
SELECT line, user_id::text AS value, first::text AS other
FROM (SELECT line, user_id, first_value(line) OVER (PARTITION BY user_id, course_id, course_stream ORDER BY line) AS first
      FROM rows_to_import
      WHERE confirmed IS DISTINCT FROM -1 AND course_stream IS NOT NULL AND NOT bad) AS numbered
WHERE line <> first
