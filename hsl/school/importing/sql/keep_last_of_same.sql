-- Of lines that are the same fact the last counts: it updates the earlier ones.
DELETE FROM rows_to_import
USING (SELECT line, max(line) OVER (PARTITION BY {key}) AS last
       FROM rows_to_import WHERE NOT bad AND ({key}) IS NOT NULL) AS same
WHERE rows_to_import.line = same.line AND same.line <> same.last
