-- The tracked links of a message: how many of its recipients followed each, and how often.
SELECT l.id, l.url, count(c.user_id), coalesce(sum(c.times), 0)
FROM links l
LEFT JOIN clicks c ON c.link_id = l.id
  AND EXISTS (SELECT FROM message_recipients r WHERE r.user_id = c.user_id AND r.message_id = l.message_id)
WHERE l.message_id = %(message)s
GROUP BY l.id, l.url ORDER BY 3 DESC, l.id
