-- Takes up an act that nobody is at, or whose worker fell silent; one that this worker is at stays its own.
UPDATE message_acts a SET sender = %(sender)s
WHERE a.id = (
  SELECT id FROM message_acts
  WHERE status = 'running'
    AND EXISTS (SELECT FROM broadcasts b WHERE b.message_id = message_acts.message_id AND b.bot_id = %(bot)s)
    AND (sender IS NULL OR sender = %(sender)s OR sender IN (
      SELECT id FROM senders
      WHERE stopped_at IS NOT NULL OR beat_at < clock_timestamp() - make_interval(secs => %(age)s)))
  ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED
)
RETURNING a.id, a.message_id, a.kind, a.content
