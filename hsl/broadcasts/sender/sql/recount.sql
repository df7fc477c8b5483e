-- Makes a message's counts, and total_recipients, those of its rows: another program, or a cascade, may have deleted some.
-- One statement sees rows and counts in one moment, so what is settled meanwhile is in both or in neither; the caller
-- holds the message, so that nobody else adds the same differences. Of rows that are not ours nothing is counted, and
-- what is in no state of ours can't be sent.
WITH there AS MATERIALIZED (
  SELECT CASE WHEN coalesce(r.delivery_status, '') IN ('', 'pending', 'sending') THEN 'pending'
              WHEN r.delivery_status IN ('sent', 'unknown', 'deleted') THEN r.delivery_status::text
              ELSE 'failed' END AS status,
         CASE WHEN coalesce(r.delivery_status, '') IN ('', 'pending', 'sending', 'sent', 'deleted') THEN ''
              ELSE coalesce((SELECT d.reason FROM deliveries d WHERE d.recipient_id = r.id), '') END AS reason,
         count(*) AS people
  FROM broadcasts b
  JOIN public.message_recipients r ON r.id BETWEEN b.first_recipient AND b.last_recipient AND r.message_id + 0 = b.message_id
  WHERE b.message_id = %(message)s
  GROUP BY 1, 2
), mended AS (
  INSERT INTO delivery_counts (message_id, status, reason, people)
  SELECT %(message)s, status, reason, sum(people)
  FROM (SELECT * FROM there
        UNION ALL SELECT status, reason, -people FROM delivery_counts WHERE message_id = %(message)s) AS differences
  GROUP BY status, reason HAVING sum(people) <> 0
)
UPDATE public.message_history h SET total_recipients = t.people
FROM (SELECT coalesce(sum(people), 0)::integer AS people FROM there) AS t
WHERE h.id = %(message)s AND h.total_recipients IS DISTINCT FROM t.people
