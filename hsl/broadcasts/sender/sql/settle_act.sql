-- Notes what became of an act's recipients, with the act's counts. Whose message was deleted from the chat counts as
-- deleted. The act is locked before its rows, as who deletes it does.
WITH act AS MATERIALIZED (
  SELECT id FROM message_acts WHERE id = %(act)s FOR KEY SHARE
), told AS (
  SELECT t.*
  FROM act, unnest(%(ids)s::integer[], %(states)s::text[], %(reasons)s::text[], %(words)s::text[])
    AS t (id, state, reason, words)
), noted AS (
  UPDATE message_act_rows w SET state = t.state, reason = t.reason, words = t.words
  FROM told t WHERE w.act_id = %(act)s AND w.recipient_id = t.id AND w.state = 'wanted'
  RETURNING w.recipient_id AS id, w.state, CASE w.state WHEN 'refused' THEN w.reason ELSE '' END AS reason
), counted AS (
  INSERT INTO act_counts (act_id, state, reason, people)
  SELECT %(act)s, 'wanted', '', -count(*) FROM noted HAVING count(*) > 0
  UNION ALL SELECT %(act)s, state, reason, count(*) FROM noted GROUP BY state, reason
), deleted AS (
  UPDATE public.message_recipients r SET delivery_status = 'deleted'
  FROM noted n WHERE %(recall)s AND n.state = 'done' AND r.id = n.id AND r.delivery_status = 'sent'
  RETURNING r.message_id
)
INSERT INTO delivery_counts (message_id, status, reason, people)
SELECT message_id, 'sent', '', -count(*) FROM deleted GROUP BY message_id
UNION ALL SELECT message_id, 'deleted', '', count(*) FROM deleted GROUP BY message_id
