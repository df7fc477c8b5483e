-- Hot leads. One row a person without a confirmed booking who was active in the seven school days that end with "day",
-- the most active first, at most "limit"; and in each row how many hot, warm and cool ones there are in all.
WITH leads AS MATERIALIZED (
  SELECT user_id, rank FROM ranked_leads_on(%(day)s)
), shown AS (
  SELECT * FROM leads ORDER BY rank DESC, user_id LIMIT %(limit)s
), counted AS (
  SELECT count(*) FILTER (WHERE rank >> 28 = 3) AS hot, count(*) FILTER (WHERE rank >> 28 = 2) AS warm,
         count(*) FILTER (WHERE rank >> 28 = 1) AS cool
  FROM leads
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
