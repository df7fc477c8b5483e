-- Of the people whose facts are in the copies at hand, those whose memberships are not what their bookings say.
WITH expected AS (
  SELECT user_id, course_id, course_stream, confirmed AS status,
         COALESCE(min(created_at), '0001-01-02 00:00:00+00') AS since
  FROM (SELECT user_id, COALESCE(course_id, 0) AS course_id, course_stream,
               CASE WHEN confirmed IN (-1, 1, 2) THEN confirmed END AS confirmed,
               created_at,
               dense_rank() OVER (PARTITION BY user_id, COALESCE(course_id, 0), course_stream
                 ORDER BY (confirmed = 2) IS TRUE DESC, (confirmed = 1) IS TRUE DESC,
                          (confirmed = -1) IS NOT TRUE DESC) AS place
        FROM bookings
        WHERE user_id != ALL (%(aside)s) AND course_stream IS NOT NULL) AS ranked
  WHERE place = 1
  GROUP BY user_id, course_id, course_stream, confirmed
), kept AS (
  SELECT user_id, course_id, course_stream, status, since
  FROM hsl.memberships WHERE user_id BETWEEN %(low)s AND %(high)s AND user_id != ALL (%(aside)s)
), differing AS (
  (SELECT 'facts' AS side, e.* FROM (SELECT * FROM expected EXCEPT ALL SELECT * FROM kept) AS e)
  UNION ALL
  (SELECT 'kept', k.* FROM (SELECT * FROM kept EXCEPT ALL SELECT * FROM expected) AS k)
)
SELECT user_id, jsonb_agg(to_jsonb(d) - 'side') FILTER (WHERE side = 'kept') AS kept,
       jsonb_agg(to_jsonb(d) - 'side') FILTER (WHERE side = 'facts') AS facts
FROM differing d GROUP BY user_id
