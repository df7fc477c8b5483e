-- Ids that the file gives are never drawn again.
SELECT setval({sequence}, greatest(max(id), coalesce(pg_sequence_last_value({sequence}), 0)))
FROM rows_to_import
WHERE NOT bad
HAVING max(id) IS NOT NULL
