-- Rows that are the same fact as one that stands update it.
UPDATE {table} AS facts SET {assignments}
FROM rows_to_import JOIN same_facts USING (line)
WHERE facts.id = same_facts.fact;
