-- How many recipients messages have by status and reason: of ours out of the differences that are kept, of other programs'
-- one by one. What nobody has said to be anything else is left to be sent.
SELECT message_id, status, reason, sum(people)::integer FROM delivery_counts
WHERE message_id = ANY (%(ours)s::integer[]) GROUP BY 1, 2, 3 HAVING sum(people) <> 0
UNION ALL
SELECT message_id, CASE WHEN delivery_status IN ('sent', 'failed', 'unknown', 'deleted') THEN delivery_status ELSE 'pending' END,
       '', count(*)::integer
FROM message_recipients WHERE message_id = ANY (%(others)s::integer[]) GROUP BY 1, 2
