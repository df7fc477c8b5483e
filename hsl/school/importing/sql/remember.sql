-- The rows that an import wrote, each with a mark of what it then was (md5 of all its columns), by which an undo knows
-- whether anybody has changed it since.
INSERT INTO hsl.imported_rows (import_id, fact_id, mark, before)
SELECT {import_id}, fact_id, md5(facts::text)::uuid, before
FROM rows_written JOIN {facts} AS facts ON facts.id = fact_id
