-- What the rows of people add to each sum of people: (key, n). Each moment is made a quarter-hour and a day once.
WITH seen AS MATERIALIZED (
  SELECT floor(extract(epoch FROM first_seen) / 900)::bigint AS quarter,
         (first_seen AT TIME ZONE (SELECT hsl.zone()))::date AS day, first_seen > '0001-01-02 00:00:00+00' AS known,
         count(*) AS people, count(*) FILTER (WHERE registrations > 0) AS registered,
         count(*) FILTER (WHERE attendances > 0) AS came, count(*) FILTER (WHERE bookings > 0) AS booked,
         count(*) FILTER (WHERE paid) AS paid
  FROM hsl.user_activity GROUP BY 1, 2, 3
), staged AS (
  SELECT s.quarter, s.day, s.known, v.kind, v.stage, v.n
  FROM seen s, LATERAL (VALUES ('person', NULL, s.people), ('stage', 'registered', s.registered), ('stage', 'came', s.came),
    ('stage', 'booked', s.booked), ('stage', 'paid', s.paid)) AS v (kind, stage, n)
  WHERE v.n > 0
)
SELECT jsonb_build_array('totals', 'people')::text AS key, count(*) AS n FROM hsl.user_cache
UNION ALL
SELECT jsonb_build_array('totals', 'status:' || status)::text, count(*) FROM hsl.user_cache GROUP BY status
UNION ALL
SELECT jsonb_build_array('totals', 'stage:' || stage)::text, sum(n) FROM staged WHERE kind = 'stage' GROUP BY stage
UNION ALL
SELECT jsonb_build_array('activity', quarter, kind, stage)::text, sum(n)
FROM staged WHERE known GROUP BY quarter, kind, stage
UNION ALL
SELECT jsonb_build_array('activity_days', day, kind, stage)::text, sum(n)
FROM staged WHERE known GROUP BY day, kind, stage
UNION ALL
-- On the nth day after last_day the first 7 - n of events count.
SELECT jsonb_build_array('lead_counts', last_day + 7 - place::integer,
         CASE WHEN total >= 20 AND days >= 5 THEN 3 WHEN total >= 10 AND days >= 3 THEN 2 ELSE 1 END)::text, count(*)
FROM (SELECT l.last_day, d.place, sum(d.n) OVER to_here AS total, count(nullif(d.n, 0)) OVER to_here AS days
      FROM hsl.leads l, unnest(l.events) WITH ORDINALITY AS d (n, place)
      WINDOW to_here AS (PARTITION BY l.user_id ORDER BY d.place)) AS running
WHERE total >= 5 GROUP BY 1
