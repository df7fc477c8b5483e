-- Notes what became of claimed recipients of any messages. Each is settled by the token of its claim: who holds another
-- comes too late. A row that was given up as unknown may still become what it was, by the same token. Told twice, it
-- changes nothing the second time. Counts are kept as differences; a row being sent counts as pending. Says which
-- messages have rows to send again.
WITH told AS (
  SELECT * FROM unnest(%(ids)s::integer[], %(tokens)s::bigint[], %(statuses)s::text[], %(reasons)s::text[],
                       %(words)s::text[], %(telegram_ids)s::integer[], %(waits)s::double precision[])
    AS t (id, token, status, reason, words, telegram_id, wait)
), held AS MATERIALIZED (
  SELECT r.id, r.message_id, r.delivery_status AS was, d.reason AS was_reason, d.token
  FROM public.message_recipients r JOIN deliveries d ON d.recipient_id = r.id
  WHERE r.id = ANY (%(ids)s::integer[])
  ORDER BY r.id FOR UPDATE
), settled AS MATERIALIZED (
  SELECT h.id, h.message_id, h.was, h.was_reason, t.status, t.reason, t.words, t.telegram_id, t.wait
  FROM told t JOIN held h ON h.id = t.id AND h.token = t.token
  WHERE h.was = 'sending' OR (h.was = 'unknown' AND t.status <> 'unknown')
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
