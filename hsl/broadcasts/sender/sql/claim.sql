-- Marks the next recipients of a message `sending`, with the claim's token, and says who they are: first those put back
-- whose time has come, then forward from the mark. The comparisons of message_id and delivery_status hide their indexes
-- from the planner: going by the key from the mark on, nothing done is waded through, also while an old snapshot keeps
-- the dead rows; `+ interval` hides the index of those put back. `ahead`: found going forward.
WITH claim AS MATERIALIZED (
  SELECT nextval('claim_token') AS token
  FROM broadcasts WHERE message_id = %(message)s AND status = 'sending' AND bot_id = %(bot)s AND content::text = %(content)s
  FOR SHARE  -- who pauses or cancels waits for us, and nothing is claimed after them
), put_back AS MATERIALIZED (
  SELECT r.id
  FROM deliveries d JOIN public.message_recipients r ON r.id = d.recipient_id
  WHERE d.message_id = %(message)s AND d.not_before <= now() AND r.delivery_status || '' = 'pending'
    AND EXISTS (SELECT FROM claim)
  ORDER BY d.not_before LIMIT %(most)s
  FOR UPDATE OF r SKIP LOCKED
), ahead AS MATERIALIZED (
  SELECT r.id
  FROM public.message_recipients r
  WHERE r.id > %(mark)s AND r.id <= %(last)s
    AND r.message_id + 0 = %(message)s AND r.delivery_status || '' = 'pending'
    AND NOT EXISTS (SELECT FROM deliveries d WHERE d.recipient_id = r.id AND d.not_before + interval '0' IS NOT NULL)
    AND EXISTS (SELECT FROM claim)
  ORDER BY r.id LIMIT %(most)s - (SELECT count(*) FROM put_back)
  FOR UPDATE OF r SKIP LOCKED
), taken AS (
  SELECT id, false AS ahead FROM put_back UNION ALL SELECT id, true FROM ahead
), marked AS (
  UPDATE public.message_recipients r SET delivery_status = 'sending' FROM taken WHERE r.id = taken.id
  RETURNING r.id, r.user_id, taken.ahead
), noted AS (
  INSERT INTO deliveries (recipient_id, message_id, token, sender, claimed_at)
  SELECT m.id, %(message)s, claim.token, %(sender)s, clock_timestamp() FROM marked m, claim
  ON CONFLICT (recipient_id) DO UPDATE SET
    token = EXCLUDED.token, sender = EXCLUDED.sender, claimed_at = EXCLUDED.claimed_at,
    attempts = deliveries.attempts + 1, not_before = NULL, settled_at = NULL, reason = '', words = ''
)
SELECT m.id, m.user_id, claim.token, m.ahead, c.username, c.first_name, c.course_stream,
       c.user_id IS NULL AS gone, u.reason AS unreachable, v.chat_id
FROM marked m CROSS JOIN claim
LEFT JOIN user_cache c ON c.user_id = m.user_id
LEFT JOIN unreachable u ON u.bot_id = %(bot)s AND u.user_id = m.user_id
LEFT JOIN chat_moves v ON v.bot_id = %(bot)s AND v.user_id = m.user_id
ORDER BY m.id
