-- Of the people whose facts are in the copies at hand, those whose counts of facts, first or last time seen are not what their facts say.
WITH facts AS (
  SELECT user_id, CASE WHEN confirmed = 2 THEN 'paid' ELSE 'b' END AS source, created_at AS at FROM bookings WHERE user_id != ALL (%(aside)s)
  UNION ALL
  SELECT user_id, 'r', registered_at FROM free_lesson_registrations WHERE user_id != ALL (%(aside)s)
  UNION ALL
  SELECT user_id, CASE WHEN event_type = 'lesson_link_clicked' AND details->>'lesson_type' IS NOT NULL THEN 'came' ELSE 'e' END,
         created_at
  FROM events WHERE user_id != ALL (%(aside)s)
), expected AS (
  SELECT user_id,
         SUM(CASE WHEN source IN ('b', 'paid') THEN 1 ELSE 0 END) AS bookings,
         SUM(CASE WHEN source = 'r' THEN 1 ELSE 0 END) AS registrations,
         SUM(CASE WHEN source IN ('e', 'came') THEN 1 ELSE 0 END) AS events,
         SUM(CASE WHEN source = 'came' THEN 1 ELSE 0 END) AS attendances,
         SUM(CASE WHEN source = 'paid' THEN 1 ELSE 0 END) > 0 AS paid,
         COALESCE(MIN(at), '0001-01-02 00:00:00+00') AS first_seen,
         COALESCE(MAX(at), '0001-01-02 00:00:00+00') AS last_seen
  FROM facts GROUP BY user_id
), kept AS (
  SELECT user_id, bookings, registrations, events, attendances, paid, first_seen, last_seen
  FROM hsl.user_activity WHERE user_id BETWEEN %(low)s AND %(high)s AND user_id != ALL (%(aside)s)
)
SELECT coalesce(e.user_id, k.user_id) AS user_id, to_jsonb(k) AS kept, to_jsonb(e) AS facts
FROM expected e FULL JOIN kept k USING (user_id)
WHERE (e.bookings, e.registrations, e.events, e.attendances, e.paid, e.first_seen, e.last_seen)
      IS DISTINCT FROM (k.bookings, k.registrations, k.events, k.attendances, k.paid, k.first_seen, k.last_seen)
