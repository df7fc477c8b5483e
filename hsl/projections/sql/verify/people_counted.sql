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
SELECT jsonb_build_array('lead_counts', l.last_day, (64 * l.hot + 8 * l.warm + l.cool))::text, count(*)
FROM (SELECT last_day, num_nonnulls(rank_0, rank_1, rank_2, rank_3, rank_4, rank_5, rank_6) AS cool,
             (SELECT count(*) FROM unnest(ranks) AS r WHERE r >> 28 >= 2) AS warm,
             (SELECT count(*) FROM unnest(ranks) AS r WHERE r >> 28 = 3) AS hot
      FROM hsl.leads, LATERAL (VALUES (ARRAY[rank_0, rank_1, rank_2, rank_3, rank_4, rank_5, rank_6])) AS v (ranks)) AS l
WHERE l.cool > 0 GROUP BY l.last_day, l.hot, l.warm, l.cool
