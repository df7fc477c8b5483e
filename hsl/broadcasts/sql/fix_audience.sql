-- Makes a row a person of the audience, in one go, after audience.sql: those whom the bot can reach, or, of a message to
-- one person, whoever it is. Gives how many, the first and last row, and how many were left out as unreachable.
, unreached AS MATERIALIZED (
  SELECT user_id FROM unreachable WHERE bot_id = %(bot)s AND NOT %(individual)s
), made AS (
  INSERT INTO public.message_recipients (message_id, user_id, username, delivery_status)
  SELECT %(message)s, a.user_id, a.username, 'pending' FROM audience a
  WHERE NOT EXISTS (SELECT FROM unreached u WHERE u.user_id = a.user_id)
  ORDER BY a.user_id
  RETURNING id
)
SELECT count(*), coalesce(min(id), 1), coalesce(max(id), 0),
       (SELECT count(*) FROM audience JOIN unreached USING (user_id))
FROM made
