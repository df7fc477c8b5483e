-- Pauses what another bot began, of which no worker lives: messages that are being sent, edits and recalls.
WITH deserted AS MATERIALIZED (
  SELECT b.message_id FROM broadcasts b
  WHERE b.bot_id <> %(bot)s
    AND (b.status = 'sending'
         OR EXISTS (SELECT FROM message_acts a WHERE a.message_id = b.message_id AND a.status = 'running'))
    AND NOT EXISTS (
      SELECT FROM senders s
      WHERE s.bot_id = b.bot_id AND s.stopped_at IS NULL
        AND s.beat_at > clock_timestamp() - make_interval(secs => %(age)s))
), stopped AS (
  UPDATE message_acts a SET status = 'paused', paused_reason = %(reason)s, paused_words = NULL
  FROM deserted d WHERE a.message_id = d.message_id AND a.status = 'running'
)
UPDATE broadcasts b SET status = 'paused', paused_reason = %(reason)s, paused_words = NULL, resumes_at = NULL,
  updated_at = clock_timestamp()
FROM deserted d WHERE b.message_id = d.message_id AND b.status = 'sending' AND b.bot_id <> %(bot)s
