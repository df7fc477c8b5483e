-- Messages that nobody watches any more, because they are not being sent, and whose successful_deliveries is not the count,
-- or that were paused and have nobody left to be written to: they have ended.
SELECT b.message_id
FROM broadcasts b JOIN public.message_history h ON h.id = b.message_id
CROSS JOIN LATERAL (
  SELECT coalesce(sum(people) FILTER (WHERE status IN ('sent', 'deleted')), 0) AS delivered,
         coalesce(sum(people) FILTER (WHERE status = 'pending'), 0) AS remaining
  FROM delivery_counts c WHERE c.message_id = b.message_id
) AS counted
WHERE b.status IN ('paused', 'cancelled', 'sent') AND b.started_at IS NOT NULL
  AND (b.status = 'paused' OR b.updated_at > clock_timestamp() - interval '2 days')
  AND (h.successful_deliveries IS DISTINCT FROM counted.delivered
       OR b.status = 'paused' AND b.paused_reason <> %(asked)s AND counted.remaining <= 0)
