-- Adds a message's appended differences together, where there are many. Two workers at once each take their own rows.
WITH many AS MATERIALIZED (
  SELECT id FROM delivery_counts WHERE message_id = %(message)s ORDER BY id LIMIT 5000 FOR UPDATE SKIP LOCKED
), gone AS (
  DELETE FROM delivery_counts d USING many WHERE d.id = many.id AND (SELECT count(*) FROM many) > %(many)s
  RETURNING d.status, d.reason, d.people
)
INSERT INTO delivery_counts (message_id, status, reason, people)
SELECT %(message)s, status, reason, sum(people) FROM gone GROUP BY status, reason HAVING sum(people) <> 0
