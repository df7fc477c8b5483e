-- Who an audience is: a row a person. Members of a stream are people with a confirmed booking in it; of the people and
-- the found, only those of whom a fact tells.
WITH named AS (
  SELECT user_id FROM user_cache WHERE %(everybody)s
  UNION
  SELECT user_id FROM user_cache WHERE %(unpaid)s AND status <> 'student'
  UNION
  SELECT m.user_id FROM memberships m
  WHERE key(m.course_stream) IN (SELECT key(s) FROM unnest(%(streams)s::text[]) AS s) AND m.status = 2
  UNION
  SELECT unnest(%(people)s::bigint[])
  UNION
  SELECT unnest(%(found)s::bigint[])
), audience AS (
  SELECT c.user_id, c.username FROM named JOIN user_cache c USING (user_id)
  WHERE NOT %(minus_everybody)s
    AND NOT (%(minus_unpaid)s AND c.status <> 'student')
    AND NOT EXISTS (SELECT FROM memberships m WHERE m.user_id = c.user_id AND m.status = 2
                    AND key(m.course_stream) IN (SELECT key(s) FROM unnest(%(minus_streams)s::text[]) AS s))
)
