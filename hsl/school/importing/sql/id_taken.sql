-- Ids are kept, so none may be taken by another fact.
SELECT line, rows_to_import.id::text AS value, rows_to_import.id::text AS other
FROM rows_to_import JOIN {facts} AS facts ON facts.id = rows_to_import.id
WHERE NOT bad
