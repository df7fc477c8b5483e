-- The newest edit and the newest recall of a message, the latest first, with how many chats are in which state and why.
SELECT a.id, a.kind, a.status, a.paused_reason, a.paused_words, a.created_at, a.finished_at, w.state, w.reason, w.people
FROM (
  SELECT DISTINCT ON (kind) * FROM message_acts WHERE message_id = %(message)s ORDER BY kind, id DESC
) AS a
LEFT JOIN LATERAL (
  SELECT state, reason, sum(people)::integer AS people
  FROM act_counts c WHERE c.act_id = a.id GROUP BY 1, 2 HAVING sum(people) <> 0
) AS w ON true
ORDER BY a.id DESC
