-- Brings the specification's counter up to date, and shows the schedule once a first delivery succeeded (another
-- dashboard's scheduler on the same tables sends whatever is due with no success yet). Gives whether anything is left.
WITH counted AS MATERIALIZED (
  SELECT coalesce(sum(people) FILTER (WHERE status IN ('sent', 'deleted')), 0)::integer AS delivered,
         coalesce(sum(people) FILTER (WHERE status = 'pending'), 0)::integer AS remaining
  FROM delivery_counts WHERE message_id = %(message)s
), told AS (
  UPDATE public.message_history h
  SET successful_deliveries = c.delivered,
      scheduled_at = CASE WHEN c.delivered > 0 THEN coalesce(h.scheduled_at, b.scheduled_at) ELSE h.scheduled_at END
  FROM counted c, broadcasts b
  WHERE h.id = %(message)s AND b.message_id = h.id AND h.successful_deliveries IS DISTINCT FROM c.delivered
)
SELECT delivered, remaining FROM counted
