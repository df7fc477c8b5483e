-- Undo: delete what the import inserted, put back what it updated, both only where nobody has changed it since: the rows are locked
-- first, each as it then is.
CREATE TEMP TABLE to_undo ON COMMIT DROP AS
SELECT fact_id, before
FROM hsl.imported_rows JOIN {facts} AS facts ON facts.id = fact_id
WHERE import_id = {import_id} AND md5(facts::text)::uuid = mark
FOR UPDATE OF facts;

DELETE FROM {table} AS facts USING to_undo WHERE facts.id = fact_id AND before IS NULL;

UPDATE {table} AS facts SET {assignments}
FROM (SELECT fact_id, (jsonb_populate_record(NULL::{table}, before)).* FROM to_undo WHERE before IS NOT NULL) AS was
WHERE facts.id = was.fact_id;

DELETE FROM hsl.imported_rows USING to_undo WHERE import_id = {import_id} AND imported_rows.fact_id = to_undo.fact_id;
