-- How many people of one group a bot can't reach: a walk along the unreachable, who are few, not along the group.
SELECT count(*)
FROM unreachable u JOIN user_cache c USING (user_id)
WHERE u.bot_id = %(bot)s
  AND (%(everybody)s
       OR (%(unpaid)s AND c.status <> 'student')
       OR EXISTS (SELECT FROM memberships m WHERE m.user_id = c.user_id AND m.status = 2
                  AND key(m.course_stream) IN (SELECT key(s) FROM unnest(%(streams)s::text[]) AS s)))
