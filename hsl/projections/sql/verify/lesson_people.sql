-- Of the people whose facts are in the copies at hand, those whose registrations and attendances by lesson type are not what their facts say.
-- Each text of a date is read once: that is slow.
WITH registered AS (
  SELECT user_id, lesson_type, lesson_date, registered_at FROM free_lesson_registrations
  WHERE user_id != ALL (%(aside)s)
), clicked AS (
  SELECT user_id, details->>'lesson_type' AS lesson_type, details->>'lesson_date' AS said, created_at
  FROM events
  WHERE user_id != ALL (%(aside)s)
    AND event_type = 'lesson_link_clicked'
    AND details->>'lesson_type' IS NOT NULL
), dates AS MATERIALIZED (
  SELECT said, hsl.iso_date(said) AS lesson_date FROM (SELECT DISTINCT said FROM clicked) AS d
), came AS (
  SELECT user_id, lesson_type, created_at,
         COALESCE(d.lesson_date, (created_at AT TIME ZONE (SELECT hsl.zone()))::date) AS lesson_date
  FROM clicked LEFT JOIN dates d USING (said)
), pairs AS (
  SELECT user_id, lesson_type FROM registered UNION SELECT user_id, lesson_type FROM came
), expected AS (
  SELECT p.user_id, p.lesson_type, r.first_registered, c.first_came, c.last_came,
         COALESCE(r.n, 0)::integer AS registrations, COALESCE(c.n, 0)::integer AS attendances,
         COALESCE(r.dates, '{}') AS registered_on, COALESCE(c.dates, '{}') AS came_on,
         COALESCE(k.dates, '{}') AS kept_on
  FROM pairs p
  LEFT JOIN (SELECT user_id, coalesce('=' || lesson_type, '') AS lesson, count(*) AS n,
                    min(registered_at) AS first_registered, array_agg(DISTINCT lesson_date) AS dates
             FROM registered GROUP BY 1, 2) AS r
    ON r.user_id = p.user_id AND r.lesson = coalesce('=' || p.lesson_type, '')
  LEFT JOIN (SELECT user_id, lesson_type, count(*) AS n, min(created_at) AS first_came,
                    max(created_at) AS last_came, array_agg(DISTINCT lesson_date) AS dates
             FROM came GROUP BY 1, 2) AS c
    ON c.user_id = p.user_id AND c.lesson_type = p.lesson_type
  LEFT JOIN (SELECT x.user_id, x.lesson_type, array_agg(DISTINCT x.lesson_date ORDER BY x.lesson_date) AS dates
             FROM (SELECT user_id, lesson_type, lesson_date, min(registered_at) AS first
                   FROM registered GROUP BY 1, 2, 3) AS x
             JOIN came y USING (user_id, lesson_type, lesson_date)
             WHERE y.created_at >= x.first
             GROUP BY 1, 2) AS k
    ON k.user_id = p.user_id AND k.lesson_type = p.lesson_type
), kept AS (
  SELECT * FROM hsl.lesson_people WHERE user_id BETWEEN %(low)s AND %(high)s AND user_id != ALL (%(aside)s)
), differing AS (
  (SELECT 'facts' AS side, e.* FROM (SELECT * FROM expected EXCEPT ALL SELECT * FROM kept) AS e)
  UNION ALL
  (SELECT 'kept', k.* FROM (SELECT * FROM kept EXCEPT ALL SELECT * FROM expected) AS k)
)
SELECT user_id, jsonb_agg(to_jsonb(d) - 'side') FILTER (WHERE side = 'kept') AS kept,
       jsonb_agg(to_jsonb(d) - 'side') FILTER (WHERE side = 'facts') AS facts
FROM differing d GROUP BY user_id
