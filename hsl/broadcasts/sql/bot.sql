-- How the bot is doing: its budget and what holds it, how many messages share the budget, and how many workers send.
SELECT bots.username, bots.held_until, bots.held_reason, bots.probing_since, bots.wrong, bots.seen_at,
       least(rate_from, %(limit)s) + (%(limit)s - least(rate_from, %(limit)s)) * CASE
         WHEN next_at < clock_timestamp() - interval '10 seconds' OR climb_seconds <= 0 THEN 1
         ELSE least(greatest(extract(epoch FROM clock_timestamp() - rate_since) / climb_seconds, 0), 1) END,
       (SELECT count(*) FROM broadcasts b WHERE b.status = 'sending' AND NOT b.individual AND b.bot_id = %(bot)s),
       (SELECT count(*) FROM senders s WHERE s.stopped_at IS NULL
          AND s.beat_at > clock_timestamp() - make_interval(secs => %(age)s))
FROM (SELECT) AS always LEFT JOIN bots ON bots.bot_id = %(bot)s
