-- Adds an act's appended differences together, where there are many. One worker is at an act at a time. The act is locked
-- before them, as who deletes it does.
WITH act AS MATERIALIZED (
  SELECT id FROM message_acts WHERE id = %(act)s FOR KEY SHARE
), many AS MATERIALIZED (
  SELECT id FROM act_counts WHERE act_id = (SELECT id FROM act) ORDER BY id LIMIT 5000 FOR UPDATE SKIP LOCKED
), gone AS (
  DELETE FROM act_counts c USING many WHERE c.id = many.id AND (SELECT count(*) FROM many) > %(many)s
  RETURNING c.state, c.reason, c.people
)
INSERT INTO act_counts (act_id, state, reason, people)
SELECT %(act)s, state, reason, sum(people) FROM gone GROUP BY state, reason HAVING sum(people) <> 0
