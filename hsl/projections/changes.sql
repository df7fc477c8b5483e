-- What the triggers of one fact table do: append to hsl.changes whom a statement touched and how many facts of which
-- kind, type and quarter-hour came (+) or went (-). Nothing else: an append waits for nobody and meets no hot row.
--   INSERT, DELETE          a row a fact: to group them first costs a single row a third of all that the trigger
--                           takes, and gains nothing where each fact is another person's
--   UPDATE                  old and new rows summed, a row a person and counted key; one that moves no count still
--                           names the person (n = 0)
--   TRUNCATE                has no transition tables: "count this kind again"
--   an error                (a column renamed under us) must not reach the bot: "count this kind again", and why.
-- The function runs as its owner under a path and a time zone of its own, so the bot's role needs no right on hsl.
CREATE OR REPLACE FUNCTION {function}() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, hsl, pg_temp SET TimeZone = 'UTC' AS $trigger$
BEGIN
  IF TG_OP = 'INSERT' THEN
    INSERT INTO hsl.changes ({columns}, n)
    SELECT {marks}, 1 FROM new_rows AS t;
  ELSIF TG_OP = 'UPDATE' THEN
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
  RETURN NULL;
EXCEPTION WHEN OTHERS THEN
  BEGIN
    INSERT INTO hsl.changes (kind, recount, reason) VALUES ({kind}, true, SQLSTATE || ' ' || SQLERRM);
  EXCEPTION WHEN OTHERS THEN
    RAISE LOG 'hsl: changes of % went unnoticed, run hsl rebuild: % %', TG_TABLE_NAME, SQLSTATE, SQLERRM;
  END;
  RETURN NULL;
END $trigger$
