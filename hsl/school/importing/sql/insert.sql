-- All good rows in one statement, in the order of the file; which they became is noted.
WITH written AS (
  INSERT INTO {table} ({columns}) OVERRIDING SYSTEM VALUE
  SELECT {values} FROM rows_to_import WHERE NOT bad ORDER BY line
  RETURNING id
)
INSERT INTO rows_written (fact_id) SELECT id FROM written
