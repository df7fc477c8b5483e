-- Lets those be of whom nobody knows whether they got the message: failed, with a reason of its own. Gives how many.
WITH unknown AS (
  SELECT r.id, d.reason
  FROM public.message_recipients r JOIN deliveries d ON d.recipient_id = r.id
  WHERE r.message_id = %(message)s AND r.delivery_status = 'unknown'
  ORDER BY r.id FOR UPDATE
), let_be AS (
  UPDATE public.message_recipients r SET delivery_status = 'failed' FROM unknown u WHERE r.id = u.id RETURNING u.*
), noted AS (
  UPDATE deliveries d SET reason = %(reason)s FROM let_be l WHERE d.recipient_id = l.id
), counted AS (
  INSERT INTO delivery_counts (message_id, status, reason, people)
  SELECT %(message)s, 'unknown', reason, -count(*) FROM let_be GROUP BY reason
  UNION ALL SELECT %(message)s, 'failed', %(reason)s, count(*) FROM let_be HAVING count(*) > 0
)
SELECT count(*) FROM let_be
