-- Recipients in whose chats an edit or a recall is in this state, of these people where any are given.
FROM message_act_rows w JOIN message_acts a ON a.id = w.act_id JOIN message_recipients r ON r.id = w.recipient_id
WHERE w.act_id = %(act)s AND a.message_id = %(message)s AND (%(state)s::text IS NULL OR w.state = %(state)s)
  AND (%(act_reason)s::text IS NULL OR w.reason = %(act_reason)s)
  AND (%(people)s::bigint[] IS NULL OR r.user_id = ANY (%(people)s::bigint[]))
  AND (%(states)s::text[] IS NULL OR r.delivery_status = ANY (%(states)s::text[]))
