-- What is claimed under this worker's name, for longer than a moment: it compares that with what it remembers.
SELECT r.id, r.message_id, d.token
FROM broadcasts b
JOIN public.message_recipients r ON r.message_id = b.message_id AND r.delivery_status = 'sending'
JOIN deliveries d ON d.recipient_id = r.id
WHERE (b.status IN ('sending', 'paused') OR b.updated_at > clock_timestamp() - interval '2 days')
  AND d.sender = %(sender)s AND d.claimed_at < clock_timestamp() - interval '5 seconds'
