-- Of the people whose facts are in the copies at hand, those whose row in leads is not what their events say. Rows of
-- fewer than five events are kept for days to come alone, and lead nowhere: they are left out.
WITH daily AS (
  SELECT user_id, (created_at AT TIME ZONE (SELECT hsl.zone()))::date AS day, count(*) AS n
  FROM events WHERE user_id != ALL (%(aside)s) AND created_at IS NOT NULL
    AND user_id NOT IN (SELECT user_id FROM bookings WHERE user_id IS NOT NULL AND confirmed = 2)
  GROUP BY 1, 2
), newest AS (
  SELECT user_id, max(day) AS last_day FROM daily GROUP BY user_id
), expected AS (
  SELECT w.user_id, w.last_day, array_agg(coalesce(d.n, 0)::integer ORDER BY w.ago) AS events
  FROM (SELECT user_id, last_day, ago FROM newest, generate_series(0, 6) AS ago) AS w
  LEFT JOIN daily d ON d.user_id = w.user_id AND d.day = w.last_day - w.ago
  GROUP BY w.user_id, w.last_day HAVING sum(d.n) >= 5
), kept AS (
  SELECT user_id, last_day, events FROM hsl.leads
  WHERE user_id BETWEEN %(low)s AND %(high)s AND user_id != ALL (%(aside)s)
    AND (SELECT sum(n) FROM unnest(events) AS n) >= 5
)
SELECT coalesce(e.user_id, k.user_id) AS user_id, to_jsonb(k) AS kept, to_jsonb(e) AS facts
FROM expected e FULL JOIN kept k USING (user_id)
WHERE (e.last_day, e.events) IS DISTINCT FROM (k.last_day, k.events)
