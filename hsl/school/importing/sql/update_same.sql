-- Rows that are the same fact as one that stands (the newest, where a bot has written several) update it.
CREATE TEMP TABLE same_facts ON COMMIT DROP AS
SELECT line, max(facts.id) AS fact
FROM rows_to_import JOIN {facts} AS facts USING ({key})
WHERE NOT bad
GROUP BY line;

UPDATE {table} AS facts SET {assignments}
FROM rows_to_import JOIN same_facts USING (line)
WHERE facts.id = same_facts.fact;
