-- Hot leads. One row a person without a confirmed booking who was active in the seven school days that end with "day",
-- the most active first, at most "limit"; and in each row how many hot, warm and cool ones there are in all. People are
-- read of as few heats as hold so many.
WITH seen_later AS MATERIALIZED (
  SELECT user_id, rank FROM leads_seen_later(%(day)s) WHERE rank IS NOT NULL
), counted AS MATERIALIZED (
  SELECT coalesce(sum(n) FILTER (WHERE heat = 3), 0)::bigint AS hot,
         coalesce(sum(n) FILTER (WHERE heat = 2), 0)::bigint AS warm,
         coalesce(sum(n) FILTER (WHERE heat = 1), 0)::bigint AS cool
  FROM (SELECT heat, n FROM lead_counts_now WHERE day = %(day)s
        UNION ALL SELECT rank >> 28, 1 FROM seen_later) AS of_heat
), enough AS MATERIALIZED (
  SELECT CASE WHEN hot >= %(limit)s THEN 3 WHEN hot + warm >= %(limit)s THEN 2 ELSE 1 END AS heat FROM counted
), shown AS (
  SELECT lead.user_id, lead.rank
  FROM (SELECT known.user_id, known.rank FROM enough, LATERAL leads_known_on(%(day)s, enough.heat) AS known
        UNION ALL SELECT user_id, rank FROM seen_later) AS lead
  ORDER BY lead.rank DESC, lead.user_id LIMIT %(limit)s
)
SELECT
  shown.user_id,
  person.username,
  person.first_name,
  lead_events(shown.rank) AS events,
  lead_days(shown.rank) AS days,
  lead_heat(shown.rank) AS heat,
  counted.hot,
  counted.warm,
  counted.cool
FROM shown
JOIN user_cache AS person ON person.user_id = shown.user_id
CROSS JOIN counted
ORDER BY shown.rank DESC, shown.user_id
