-- One id, one row: a later line repeats the id of an earlier one.
SELECT line, id::text AS value, first::text AS other
FROM (SELECT line, id, first_value(line) OVER (PARTITION BY id ORDER BY line) AS first
      FROM rows_to_import WHERE id IS NOT NULL AND NOT bad) AS numbered
WHERE line <> first
