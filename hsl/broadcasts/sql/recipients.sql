-- These recipients as a list shows them, in their order.
SELECT r.id, r.user_id, coalesce(c.username, r.username), c.first_name, coalesce(r.delivery_status, 'pending'),
       coalesce(d.reason, ''), coalesce(d.words, ''), coalesce(d.settled_at, CASE WHEN b.message_id IS NULL THEN r.created_at END),
       r.telegram_message_id, d.not_before, c.user_id IS NOT NULL
FROM unnest(%(ids)s::integer[]) WITH ORDINALITY AS asked (id, place)
JOIN message_recipients r ON r.id = asked.id
LEFT JOIN deliveries d ON d.recipient_id = r.id
LEFT JOIN broadcasts b ON b.message_id = r.message_id
LEFT JOIN user_cache c ON c.user_id = r.user_id
ORDER BY asked.place
