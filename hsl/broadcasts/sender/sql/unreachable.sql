-- Notes whom the bot can't reach, since when and why; the newest reason counts. Not of who has left the people meanwhile.
INSERT INTO unreachable (bot_id, user_id, since, reason)
SELECT %(bot)s, t.user_id, clock_timestamp(), t.reason
FROM unnest(%(users)s::bigint[], %(reasons)s::text[]) AS t (user_id, reason)
WHERE EXISTS (SELECT FROM user_cache c WHERE c.user_id = t.user_id)
ORDER BY t.user_id
ON CONFLICT (bot_id, user_id) DO UPDATE SET since = EXCLUDED.since, reason = EXCLUDED.reason
