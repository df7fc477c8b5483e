-- How many people of groups, minus others, a bot can't reach: a walk along the unreachable, who are few, not along the
-- groups.
SELECT count(*)
FROM unreachable u JOIN user_cache c USING (user_id)
WHERE u.bot_id = %(bot)s
  AND (%(everybody)s
       OR (%(unpaid)s AND c.status <> 'student')
       OR EXISTS (SELECT FROM memberships m WHERE m.user_id = c.user_id AND m.status = 2
                  AND key(m.course_stream) IN (SELECT key(s) FROM unnest(%(streams)s::text[]) AS s)))
  AND NOT %(minus_everybody)s
  AND NOT (%(minus_unpaid)s AND c.status <> 'student')
  AND NOT EXISTS (SELECT FROM memberships m WHERE m.user_id = c.user_id AND m.status = 2
                  AND key(m.course_stream) IN (SELECT key(s) FROM unnest(%(minus_streams)s::text[]) AS s))
