-- Recipients to whom a message is still to go, where they are many: those ahead of the mark by the key, those put back
-- behind it, and those on their way.
WITH left_to_send AS MATERIALIZED (
  (SELECT r.id FROM message_recipients r
   WHERE r.id > %(mark)s AND r.id <= %(last)s
     AND CASE WHEN r.message_id = %(message)s AND r.delivery_status = 'pending' THEN true ELSE false END
     AND {after} ORDER BY {order} LIMIT %(limit)s)
  UNION
  SELECT d.recipient_id FROM deliveries d JOIN message_recipients r ON r.id = d.recipient_id
  WHERE d.message_id = %(message)s AND d.not_before IS NOT NULL AND r.delivery_status = 'pending'
  UNION
  SELECT r.id FROM message_recipients r WHERE r.message_id = %(message)s AND r.delivery_status = 'sending'
    AND 'sending' = ANY (%(states)s::text[])
)
SELECT r.id FROM left_to_send r WHERE {after} ORDER BY {order} LIMIT %(limit)s
