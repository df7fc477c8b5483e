-- The lists of people, as packed positions (big-endian integer) in the order of search results: everybody by user_id,
-- by first letter of username and of first name, members by stream, people without a confirmed booking.
WITH ordered AS MATERIALIZED (
  SELECT user_id, status, left(username, 1) AS of_username, left(first_name, 1) AS of_first_name,
         (row_number() OVER (ORDER BY left(username, 64) COLLATE "C", left(first_name, 64) COLLATE "C", user_id)
          - 1)::integer AS n
  FROM user_cache
), letters AS MATERIALIZED (
  SELECT first, first_letter(first) AS letter
  FROM (SELECT of_username FROM ordered UNION SELECT of_first_name FROM ordered) AS firsts (first)
  WHERE first <> ''
)
SELECT 'id' AS list, NULL AS name, string_agg(int4send(n), '' ORDER BY user_id) AS positions FROM ordered
UNION ALL
SELECT 'letter', letter, string_agg(int4send(n), '' ORDER BY n)
FROM (SELECT u.letter, o.n FROM ordered o JOIN letters u ON u.first = o.of_username
      UNION ALL
      SELECT f.letter, o.n
      FROM ordered o JOIN letters f ON f.first = o.of_first_name LEFT JOIN letters u ON u.first = o.of_username
      WHERE f.letter IS DISTINCT FROM u.letter) AS by_letter
GROUP BY letter
UNION ALL
SELECT 'stream', course_stream, string_agg(int4send(n), '' ORDER BY n)
FROM (SELECT DISTINCT m.course_stream, o.n
      FROM memberships m JOIN ordered o USING (user_id) WHERE m.status = 2) AS members
GROUP BY course_stream
UNION ALL
SELECT 'non_course_users', NULL, string_agg(int4send(n), '' ORDER BY n) FROM ordered WHERE status <> 'student'
