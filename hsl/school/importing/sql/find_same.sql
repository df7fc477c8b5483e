-- Rows that are the same fact as one that stands (the newest, where a bot has written several), which they will update;
-- and what that one was.
CREATE TEMP TABLE same_facts ON COMMIT DROP AS
SELECT line, max(facts.id) AS fact
FROM rows_to_import JOIN {facts} AS facts USING ({key})
WHERE NOT bad
GROUP BY line;

INSERT INTO rows_written (fact_id, before)
SELECT fact, to_jsonb(stands) FROM same_facts JOIN {table} AS stands ON stands.id = fact;
