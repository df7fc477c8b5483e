-- Of the people whose facts are in the copies at hand, those whose looks at programs are not what their events say.
WITH looked AS (
  SELECT user_id, details ->> 'course_id' AS course, created_at
  FROM events WHERE user_id != ALL (%(aside)s) AND event_type = 'view_program'
), expected AS (
  SELECT user_id, course::integer AS course_id, count(*)::integer AS views,
         COALESCE(min(created_at), '0001-01-02 00:00:00+00') AS first_viewed,
         COALESCE(max(created_at), '0001-01-02 00:00:00+00') AS last_viewed
  FROM looked
  WHERE length(course) BETWEEN 1 AND 9 AND translate(course, '0123456789', '') = ''
  GROUP BY user_id, course::integer
), kept AS (
  SELECT user_id, course_id, views, first_viewed, last_viewed
  FROM hsl.programme_views WHERE user_id BETWEEN %(low)s AND %(high)s AND user_id != ALL (%(aside)s)
), differing AS (
  (SELECT 'facts' AS side, e.* FROM (SELECT * FROM expected EXCEPT ALL SELECT * FROM kept) AS e)
  UNION ALL
  (SELECT 'kept', k.* FROM (SELECT * FROM kept EXCEPT ALL SELECT * FROM expected) AS k)
)
SELECT user_id, jsonb_agg(to_jsonb(d) - 'side') FILTER (WHERE side = 'kept') AS kept,
       jsonb_agg(to_jsonb(d) - 'side') FILTER (WHERE side = 'facts') AS facts
FROM differing d GROUP BY user_id
