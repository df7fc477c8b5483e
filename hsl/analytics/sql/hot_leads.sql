-- Hot leads. One row a person without a confirmed booking who was active in the seven school days that end with "day",
-- the most active first, at most "limit"; and in each row how many hot, warm and cool ones there are in all.
WITH leads AS MATERIALIZED (
  SELECT user_id, events, days, heat,
         CASE heat WHEN 'hot' THEN 1 WHEN 'warm' THEN 2 ELSE 3 END AS place
  FROM leads_on(%(day)s)
), shown AS (
  SELECT * FROM leads ORDER BY place, events DESC, days DESC, user_id LIMIT %(limit)s
), counted AS (
  SELECT count(*) FILTER (WHERE place = 1) AS hot, count(*) FILTER (WHERE place = 2) AS warm,
         count(*) FILTER (WHERE place = 3) AS cool
  FROM leads
)
SELECT
  shown.user_id,
  person.username,
  person.first_name,
  shown.events,
  shown.days,
  shown.heat,
  counted.hot,
  counted.warm,
  counted.cool
FROM shown
JOIN user_cache AS person ON person.user_id = shown.user_id
CROSS JOIN counted
ORDER BY place, events DESC, days DESC, shown.user_id
