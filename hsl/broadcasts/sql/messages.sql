-- Messages that pass the filters, ours and those of other programs, which have no row of broadcasts. `at`: when a message
-- went out, or is to, or was begun.
FROM (
  SELECT h.id, h.message_text, h.total_recipients, h.recipient_type, h.recipient_group, b.message_id IS NOT NULL AS ours,
         coalesce(b.status, 'external') AS status, b.audience, b.individual, b.paused_reason, b.left_out,
         CASE WHEN b.message_id IS NULL THEN coalesce(h.sent_at, h.scheduled_at, h.created_at)
              ELSE coalesce(b.started_at, b.scheduled_at, b.created_at) END AS at
  FROM message_history h LEFT JOIN broadcasts b ON b.message_id = h.id
) AS m
WHERE (%(status)s::text IS NULL OR m.status = %(status)s)
  AND (%(group)s::text IS NULL
       OR CASE WHEN m.ours THEN jsonb_exists(m.audience -> 'groups', %(group)s) ELSE m.recipient_group = %(group)s END)
  AND (NOT %(one)s OR CASE WHEN m.ours THEN m.individual ELSE m.recipient_type = 'individual' END)
  AND (%(since)s::timestamptz IS NULL OR m.at >= %(since)s)
  AND (%(until)s::timestamptz IS NULL OR m.at < %(until)s)
  AND (%(q)s = '' OR strpos(searchable(m.message_text), searchable(%(q)s)) > 0)
