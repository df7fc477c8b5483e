-- What the rows of memberships and of looks at programs add to each sum of people: (key, n).
WITH viewed AS MATERIALIZED (
  SELECT floor(extract(epoch FROM last_viewed) / 900)::bigint AS quarter,
         (last_viewed AT TIME ZONE (SELECT hsl.zone()))::date AS day, course_id, count(*) AS n
  FROM hsl.programme_views WHERE last_viewed > '0001-01-02 00:00:00+00' GROUP BY 1, 2, 3
)
SELECT jsonb_build_array('totals', 'stream:' || course_stream)::text AS key, count(DISTINCT user_id) AS n
FROM hsl.memberships WHERE status = 2 GROUP BY course_stream
UNION ALL
SELECT jsonb_build_array('stream_people', course_id, course_stream, status, day)::text, count(*)
FROM (SELECT course_id, course_stream, status,
             CASE WHEN since <> '0001-01-02 00:00:00+00' THEN (since AT TIME ZONE (SELECT hsl.zone()))::date END AS day
      FROM hsl.memberships) AS m
GROUP BY course_id, course_stream, status, day
UNION ALL
SELECT jsonb_build_array('activity', quarter, 'viewer', course_id::text)::text, sum(n) FROM viewed GROUP BY quarter, course_id
UNION ALL
SELECT jsonb_build_array('activity_days', day, 'viewer', course_id::text)::text, sum(n) FROM viewed GROUP BY day, course_id
