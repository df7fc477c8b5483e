-- The messages whose time has come, of this bot, or of another of which no worker lives.
SELECT b.message_id FROM broadcasts b
WHERE (b.status = 'scheduled' AND (b.scheduled_at IS NULL OR b.scheduled_at <= clock_timestamp())
       OR b.status = 'paused' AND b.resumes_at <= clock_timestamp())
  AND (b.bot_id = %(bot)s OR NOT EXISTS (
    SELECT FROM senders s
    WHERE s.bot_id = b.bot_id AND s.stopped_at IS NULL
      AND s.beat_at > clock_timestamp() - make_interval(secs => %(age)s)))
ORDER BY b.individual DESC, coalesce(b.scheduled_at, b.updated_at), b.message_id
