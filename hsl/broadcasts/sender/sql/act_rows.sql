-- The next recipients of an act, going forward, with where their message is and what they are called now.
SELECT w.recipient_id, r.user_id, r.telegram_message_id, coalesce(v.chat_id, r.user_id),
       c.username, c.first_name, c.course_stream
FROM message_act_rows w
JOIN public.message_recipients r ON r.id = w.recipient_id
LEFT JOIN user_cache c ON c.user_id = r.user_id
LEFT JOIN chat_moves v ON v.bot_id = %(bot)s AND v.user_id = r.user_id
WHERE w.act_id = %(act)s AND w.recipient_id > %(mark)s AND w.state = 'wanted'
  AND EXISTS (SELECT FROM message_acts WHERE id = %(act)s AND status = 'running' AND sender = %(sender)s)
ORDER BY w.recipient_id LIMIT %(most)s
