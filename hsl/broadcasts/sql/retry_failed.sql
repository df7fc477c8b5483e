-- Puts back to pending whom a message failed to reach, but for those whom an operator let be; whom the bot could not
-- reach are tried anew. Gives how many.
WITH failed AS (
  SELECT r.id, r.user_id, d.reason
  FROM public.message_recipients r JOIN deliveries d ON d.recipient_id = r.id
  WHERE r.message_id = %(message)s AND r.delivery_status = 'failed' AND d.reason <> %(left)s
  ORDER BY r.id FOR UPDATE
), again AS (
  UPDATE public.message_recipients r SET delivery_status = 'pending' FROM failed f WHERE r.id = f.id RETURNING f.*
), reached AS (
  DELETE FROM unreachable u USING again, broadcasts b
  WHERE b.message_id = %(message)s AND u.bot_id = b.bot_id AND u.user_id = again.user_id
), counted AS (
  INSERT INTO delivery_counts (message_id, status, reason, people)
  SELECT %(message)s, 'failed', reason, -count(*) FROM again GROUP BY reason
  UNION ALL SELECT %(message)s, 'pending', '', count(*) FROM again HAVING count(*) > 0
)
SELECT count(*) FROM again
