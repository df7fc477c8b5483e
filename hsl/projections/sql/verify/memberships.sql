-- Of the people whose facts are in the copies at hand, those whose memberships are not what their bookings say, or who
-- stand elsewhere in a stream's lists than their own rows say (these are verified apart).
WITH booked AS (
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
), expected AS (
  SELECT b.*, CASE WHEN b.status = 2 THEN a.first_seen END AS first_seen,
         CASE WHEN b.status = 2 THEN a.last_seen END AS last_seen, CASE WHEN b.status = 2 THEN c.sort_name END AS sort_name
  FROM booked b
  LEFT JOIN (SELECT * FROM hsl.user_activity WHERE user_id BETWEEN %(low)s AND %(high)s) AS a USING (user_id)
  LEFT JOIN (SELECT * FROM hsl.user_cache WHERE user_id BETWEEN %(low)s AND %(high)s) AS c USING (user_id)
), kept AS (
  SELECT user_id, course_id, course_stream, status, since, CASE WHEN status = 2 THEN first_seen END AS first_seen,
         CASE WHEN status = 2 THEN last_seen END AS last_seen, CASE WHEN status = 2 THEN sort_name END AS sort_name
  FROM hsl.memberships WHERE user_id BETWEEN %(low)s AND %(high)s AND user_id != ALL (%(aside)s)
), differing AS (
  (SELECT 'facts' AS side, e.* FROM (SELECT * FROM expected EXCEPT ALL SELECT * FROM kept) AS e)
  UNION ALL
  (SELECT 'kept', k.* FROM (SELECT * FROM kept EXCEPT ALL SELECT * FROM expected) AS k)
)
SELECT user_id, jsonb_agg(to_jsonb(d) - 'side') FILTER (WHERE side = 'kept') AS kept,
       jsonb_agg(to_jsonb(d) - 'side') FILTER (WHERE side = 'facts') AS facts
FROM differing d GROUP BY user_id
