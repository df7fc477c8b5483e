-- A page of people and how many there are in all: everybody who fits, sorted. One row with NULL where nobody does.
WITH found AS MATERIALIZED (
  SELECT {own}.user_id, {key} AS key
  FROM {people}
  WHERE {holds}
), page AS MATERIALIZED (
  SELECT user_id, key FROM found WHERE {beyond}
  ORDER BY key {direction}, user_id {direction}
  LIMIT %(limit)s
)
SELECT counted.n, page.key, c.user_id, c.username, c.first_name, c.course_stream, c.status,
       a.bookings, a.registrations, a.events,
       nullif(a.first_seen, '0001-01-02 00:00:00+00'), nullif(a.last_seen, '0001-01-02 00:00:00+00')
FROM (SELECT count(*) AS n FROM found) AS counted
LEFT JOIN (page
  CROSS JOIN LATERAL (SELECT * FROM user_cache AS one WHERE one.user_id = page.user_id LIMIT 1) AS c
  CROSS JOIN LATERAL (SELECT * FROM user_activity AS one WHERE one.user_id = page.user_id LIMIT 1) AS a) ON true
ORDER BY page.key {direction}, page.user_id {direction}
