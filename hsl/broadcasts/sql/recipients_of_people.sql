-- Recipients of a message among these people.
FROM message_recipients r
WHERE r.user_id = ANY (%(people)s::bigint[]) AND r.message_id = %(message)s
  AND (%(states)s::text[] IS NULL OR r.delivery_status = ANY (%(states)s::text[])
       OR 'pending' = ANY (%(states)s::text[])
          AND coalesce(r.delivery_status, '') NOT IN ('sent', 'failed', 'unknown', 'deleted', 'sending'))
  AND (%(reason)s::text IS NULL
       OR coalesce((SELECT d.reason FROM deliveries d WHERE d.recipient_id = r.id), '') = %(reason)s)
