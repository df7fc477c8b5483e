-- What the triggers of one fact table do: append to hsl.changes whom a statement touched and how many facts of which
-- kind, type and quarter-hour came (+) or went (-). Nothing else: an append waits for nobody and meets no hot row.
-- What is appended stands in changes_insert.sql, in a function of its own, for a bot writes hardly anything else and
-- each branch costs it; the rest in changes_other.sql. An error (a column renamed under us) must not reach the bot:
-- "count this kind again", and why.
-- The function runs as its owner under a path of its own, and a time zone where that matters, so the bot's role needs no
-- right on hsl.
CREATE OR REPLACE FUNCTION {function}() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, hsl, pg_temp {time_zone} AS $trigger$
BEGIN
  {append}
  RETURN NULL;
EXCEPTION WHEN OTHERS THEN
  BEGIN
    INSERT INTO hsl.changes (kind, recount, reason) VALUES ({kind}, true, SQLSTATE || ' ' || SQLERRM);
  EXCEPTION WHEN OTHERS THEN
    RAISE LOG 'hsl: changes of % went unnoticed, run hsl rebuild: % %', TG_TABLE_NAME, SQLSTATE, SQLERRM;
  END;
  RETURN NULL;
END $trigger$
