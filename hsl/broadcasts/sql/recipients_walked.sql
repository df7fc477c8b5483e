-- Recipients of a message by the key, from its first one on: for a state in which many are. CASE hides the other indexes
-- from the planner, and lets it expect many: else it would sort a million rows for fifty.
SELECT r.id FROM message_recipients r
WHERE r.id BETWEEN %(first)s AND %(last)s
  AND CASE WHEN r.message_id = %(message)s
                AND (%(states)s::text[] IS NULL OR r.delivery_status = ANY (%(states)s::text[]))
           THEN true ELSE false END
  AND {after} ORDER BY {order} LIMIT %(limit)s
