-- Takes what silent workers have claimed for unknown: nobody can say whether it arrived. Gives how many.
WITH silent AS MATERIALIZED (
  SELECT id FROM senders WHERE beat_at < clock_timestamp() - make_interval(secs => %(age)s)
), lost AS MATERIALIZED (
  SELECT r.id, r.message_id
  FROM broadcasts b
  JOIN public.message_recipients r ON r.message_id = b.message_id AND r.delivery_status = 'sending'
  JOIN deliveries d ON d.recipient_id = r.id
  WHERE (b.status IN ('sending', 'paused') OR b.updated_at > clock_timestamp() - make_interval(days => %(days)s))
    AND d.sender IN (SELECT id FROM silent)
  ORDER BY r.id FOR UPDATE OF r, d SKIP LOCKED
), marked AS (
  UPDATE public.message_recipients r SET delivery_status = 'unknown' FROM lost WHERE r.id = lost.id
), noted AS (
  UPDATE deliveries d SET settled_at = clock_timestamp(), reason = %(reason)s FROM lost WHERE d.recipient_id = lost.id
), counted AS (
  INSERT INTO delivery_counts (message_id, status, reason, people)
  SELECT message_id, 'pending', '', -count(*) FROM lost GROUP BY message_id
  UNION ALL SELECT message_id, 'unknown', %(reason)s, count(*) FROM lost GROUP BY message_id
)
SELECT count(*) FROM lost
