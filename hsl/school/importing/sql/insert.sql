-- All good rows in one statement, in the order of the file.
INSERT INTO {table} ({columns}) OVERRIDING SYSTEM VALUE
SELECT {values} FROM rows_to_import WHERE NOT bad ORDER BY line
