-- How many of their recipients followed any link of these messages.
SELECT l.message_id, count(DISTINCT c.user_id)
FROM links l JOIN clicks c ON c.link_id = l.id
WHERE l.message_id = ANY (%(messages)s::integer[])
  AND EXISTS (SELECT FROM message_recipients r WHERE r.user_id = c.user_id AND r.message_id = l.message_id)
GROUP BY l.message_id
