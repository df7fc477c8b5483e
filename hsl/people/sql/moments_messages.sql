-- Messages that were for a person, after a place in their timeline, the newest first: when it was told what became of
-- each, the message, its beginning, what became of it and why, and whether it is ours (another program's has no personal
-- fields).
SELECT id, message_id, at, text, status, reason, ours
FROM (
  SELECT r.id, r.message_id, coalesce(d.settled_at, b.started_at, h.sent_at, r.created_at) AS at,
         left(h.message_text, 500) AS text,
         CASE WHEN b.status = 'cancelled' AND r.delivery_status = 'pending' THEN 'cancelled'
              ELSE coalesce(r.delivery_status, 'pending') END AS status, coalesce(d.reason, '') AS reason,
         b.message_id IS NOT NULL AS ours
  FROM message_recipients AS r
  JOIN message_history AS h ON h.id = r.message_id
  LEFT JOIN broadcasts AS b ON b.message_id = r.message_id
  LEFT JOIN deliveries AS d ON d.recipient_id = r.id
  WHERE r.user_id = %(user_id)s
) AS m
WHERE {after}
ORDER BY {order}
LIMIT %(limit)s
