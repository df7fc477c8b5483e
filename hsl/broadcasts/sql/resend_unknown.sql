-- Puts back to pending those of whom nobody knows whether they got the message, and whose worker has had its time to say.
-- Gives how many.
WITH settled AS (
  SELECT r.id, d.reason
  FROM public.message_recipients r JOIN deliveries d ON d.recipient_id = r.id
  WHERE r.message_id = %(message)s AND r.delivery_status = 'unknown'
    AND d.settled_at <= clock_timestamp() - make_interval(secs => %(age)s)
  ORDER BY r.id FOR UPDATE
), again AS (
  UPDATE public.message_recipients r SET delivery_status = 'pending' FROM settled s WHERE r.id = s.id RETURNING s.*
), counted AS (
  INSERT INTO delivery_counts (message_id, status, reason, people)
  SELECT %(message)s, 'unknown', reason, -count(*) FROM again GROUP BY reason
  UNION ALL SELECT %(message)s, 'pending', '', count(*) FROM again HAVING count(*) > 0
)
SELECT count(*) FROM again
