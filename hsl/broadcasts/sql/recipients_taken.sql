-- Recipients of a message in a state in which few are, or of another program's message: all are taken, then sorted.
WITH taken AS MATERIALIZED (
  SELECT r.id FROM message_recipients r
  WHERE r.message_id = %(message)s
    AND (%(states)s::text[] IS NULL OR r.delivery_status = ANY (%(states)s::text[])
         OR 'pending' = ANY (%(states)s::text[])
            AND coalesce(r.delivery_status, '') NOT IN ('sent', 'failed', 'unknown', 'deleted', 'sending'))
)
SELECT r.id FROM taken r WHERE {after} ORDER BY {order} LIMIT %(limit)s
