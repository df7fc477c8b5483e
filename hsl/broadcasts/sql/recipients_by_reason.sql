-- Recipients of a message whose delivery failed, or is unknown, for one of these reasons: some of each by the index, then
-- the first of all of them.
WITH chosen AS MATERIALIZED (
  SELECT found.id
  FROM unnest(%(reasons)s::text[]) AS why (reason) CROSS JOIN LATERAL (
    SELECT r.id FROM deliveries d JOIN message_recipients r ON r.id = d.recipient_id
    WHERE d.message_id = %(message)s AND d.reason = why.reason AND d.reason <> ''
      AND r.delivery_status = %(state)s AND {after}
    ORDER BY {order} LIMIT %(limit)s
  ) AS found
)
SELECT r.id FROM chosen r ORDER BY {order} LIMIT %(limit)s
