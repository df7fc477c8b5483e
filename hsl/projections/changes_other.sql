--   UPDATE     old and new rows summed, a row a person and counted key; one that moves no count still names the person
--              (n = 0)
--   DELETE     a row a fact
--   TRUNCATE   has no transition tables: "count this kind again"
IF TG_OP = 'UPDATE' THEN
  INSERT INTO hsl.changes ({columns}, n)
  SELECT {columns}, sum(n)
  FROM (SELECT {marks}, -1 AS n FROM old_rows AS t UNION ALL SELECT {marks}, 1 FROM new_rows AS t) AS mark
  GROUP BY {columns} HAVING sum(n) <> 0 OR user_id IS NOT NULL;
ELSIF TG_OP = 'DELETE' THEN
  INSERT INTO hsl.changes ({columns}, n)
  SELECT {marks}, -1 FROM old_rows AS t;
ELSE
  INSERT INTO hsl.changes (kind, recount, reason) VALUES ({kind}, true, 'TRUNCATE');
END IF;
