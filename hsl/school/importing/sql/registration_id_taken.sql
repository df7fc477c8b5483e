-- Ids are kept, so none may be taken by another registration; the same one again updates it.
SELECT line, rows_to_import.id::text AS value, rows_to_import.id::text AS other
FROM rows_to_import JOIN {facts} AS facts ON facts.id = rows_to_import.id
WHERE NOT bad
  AND (facts.user_id, facts.lesson_type, facts.lesson_date)
      IS DISTINCT FROM (rows_to_import.user_id, rows_to_import.lesson_type, rows_to_import.lesson_date)
