-- Messages that nobody watches any more, because they are not being sent, and whose successful_deliveries is not the count.
SELECT b.message_id
FROM broadcasts b JOIN public.message_history h ON h.id = b.message_id
WHERE b.bot_id = %(bot)s AND b.status IN ('paused', 'cancelled', 'sent') AND b.started_at IS NOT NULL
  AND b.updated_at > clock_timestamp() - interval '2 days'
  AND h.successful_deliveries IS DISTINCT FROM (
    SELECT coalesce(sum(people), 0) FROM delivery_counts c
    WHERE c.message_id = b.message_id AND c.status IN ('sent', 'deleted'))
