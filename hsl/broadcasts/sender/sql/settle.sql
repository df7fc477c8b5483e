-- Notes what became of claimed recipients of any messages. Each is settled by the token of its claim: who holds another
-- comes too late. A row that was given up as unknown may still become what it was, by the same token. Told twice, it
-- changes nothing the second time. Counts are kept as differences; a row being sent counts as pending. Says which
-- messages have rows to send again.
WITH settled AS MATERIALIZED (
  SELECT t.id, held.message_id, held.was, held.was_reason, t.status, t.reason, t.words, t.telegram_id, t.wait
  FROM unnest(%(ids)s::integer[], %(tokens)s::bigint[], %(statuses)s::text[], %(reasons)s::text[],
              %(words)s::text[], %(telegram_ids)s::integer[], %(waits)s::double precision[])
    AS t (id, token, status, reason, words, telegram_id, wait)
  CROSS JOIN LATERAL (  -- one at a time, by their keys: a lock is never flattened into a join
    SELECT r.message_id, r.delivery_status AS was, d.reason AS was_reason
    FROM public.message_recipients r JOIN deliveries d ON d.recipient_id = r.id
    WHERE r.id = t.id AND d.token = t.token
    FOR UPDATE
  ) AS held
  WHERE held.was = 'sending' OR (held.was = 'unknown' AND t.status <> 'unknown')
), marked AS (
  UPDATE public.message_recipients r
  SET delivery_status = s.status, telegram_message_id = coalesce(s.telegram_id, r.telegram_message_id)
  FROM settled s WHERE r.id = s.id
), noted AS (
  UPDATE deliveries d
  SET settled_at = clock_timestamp(), reason = s.reason, words = s.words,
      not_before = CASE WHEN s.status = 'pending' THEN clock_timestamp() + make_interval(secs => s.wait) END
  FROM settled s WHERE d.recipient_id = s.id
), differences AS (
  SELECT message_id, CASE was WHEN 'sending' THEN 'pending' ELSE was END AS status,
         CASE was WHEN 'sending' THEN '' ELSE was_reason END AS reason, -1 AS people
  FROM settled
  UNION ALL
  SELECT message_id, status, CASE status WHEN 'pending' THEN '' ELSE reason END, 1 FROM settled
), counted AS (
  INSERT INTO delivery_counts (message_id, status, reason, people)
  SELECT message_id, status, reason, sum(people) FROM differences
  GROUP BY message_id, status, reason HAVING sum(people) <> 0
)
SELECT DISTINCT message_id FROM settled WHERE was = 'unknown' AND status = 'pending'
