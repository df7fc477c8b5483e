-- The next people of a group in the order's own index, among so many of all people from the cursor on. Ends as soon as
-- the page is full; a page that is not has to be made the other way (group_first.sql).
SELECT o.user_id
FROM (SELECT user_id, {key} AS key FROM {ordered} WHERE {beyond}
      ORDER BY {key} {direction}, user_id {direction} LIMIT %(walk)s) AS o {belonging}
ORDER BY o.key {direction}, o.user_id {direction}
LIMIT %(limit)s
