-- A page of people in the order's own index: those who fit among so many from the last page on. Ends as soon as the
-- page is full; one that is not has to be made the other way (list_taken.sql), unless the index ended.
WITH page AS MATERIALIZED (
  SELECT {own}.user_id, {own}.key{carried}
  FROM (SELECT {selected}, {key} AS key FROM {table} AS {own} WHERE {beyond} AND {within}
        ORDER BY {key} {direction}, {own}.user_id {direction} LIMIT %(walk)s) AS {own} {rows}
  WHERE {holds}
  ORDER BY {own}.key {direction}, {own}.user_id {direction}
  LIMIT %(limit)s
)
SELECT NULL, page.key, c.user_id, c.username, c.first_name, c.course_stream, c.status,
       a.bookings, a.registrations, a.events,
       nullif(a.first_seen, '0001-01-02 00:00:00+00'), nullif(a.last_seen, '0001-01-02 00:00:00+00')
FROM page
CROSS JOIN LATERAL (SELECT * FROM user_cache AS one WHERE one.user_id = page.user_id LIMIT 1) AS c
CROSS JOIN LATERAL ({activity}) AS a
ORDER BY page.key {direction}, page.user_id {direction}
