-- Taking changes: those visible now that were not at the last taking, so late commits are found and nobody wades
-- through what was taken. In a transaction of its own, under the gate.

CREATE OR REPLACE FUNCTION hsl.cluster() RETURNS bigint LANGUAGE sql STABLE
  AS $$ SELECT system_identifier FROM pg_control_system() $$;

CREATE OR REPLACE FUNCTION hsl.ask_recount(why text) RETURNS void LANGUAGE sql AS $$
  INSERT INTO hsl.recounts (kind, reason) SELECT kind, why FROM unnest('{0,1,2,3}'::smallint[]) AS kind
  ON CONFLICT (kind) DO UPDATE SET not_before = clock_timestamp()
$$;

-- What a counted key says of each sum, as deltas without their n. Inlined: keep it one SELECT of plain parameters.
CREATE OR REPLACE FUNCTION hsl.counts_of(kind smallint, key_name text, key_course integer, key_confirmed integer,
                                         key_lesson text, key_date date, key_quarter timestamptz, zone text)
RETURNS TABLE (sum text, name text, course_id integer, confirmed integer, measure text, lesson_date date,
               dated boolean, quarter timestamptz)
LANGUAGE sql STABLE AS $$
SELECT 'totals', CASE kind WHEN 1 THEN 'bookings' WHEN 2 THEN 'registrations' ELSE 'events' END, NULL::integer,
       NULL::integer, NULL::text, NULL::date, NULL::boolean, NULL::timestamptz
UNION ALL
SELECT 'activity',
       CASE WHEN kind <> 1 THEN key_name WHEN key_confirmed IN (-1, 1, 2) THEN key_confirmed::text ELSE 'new' END,
       NULL, NULL, CASE kind WHEN 1 THEN 'booking' WHEN 2 THEN 'registration' ELSE 'event' END, NULL, NULL,
       key_quarter
WHERE key_quarter IS NOT NULL
UNION ALL
SELECT 'stream_counts', key_name, key_course, key_confirmed, NULL, NULL, NULL, NULL WHERE kind = 1
UNION ALL
SELECT 'lesson_counts', key_name, NULL, NULL, 'registrations', NULL, false, NULL WHERE kind = 2
UNION ALL
SELECT 'lesson_counts', key_name, NULL, NULL, 'registrations', key_date, true, NULL WHERE kind = 2
UNION ALL
SELECT 'lesson_counts', key_lesson, NULL, NULL, 'attendances', NULL, false, NULL
WHERE kind = 3 AND key_lesson IS NOT NULL
UNION ALL
SELECT 'lesson_counts', key_lesson, NULL, NULL, 'attendances',
       coalesce(key_date, (key_quarter AT TIME ZONE zone)::date), true, NULL
WHERE kind = 3 AND key_lesson IS NOT NULL
$$;

-- Whether a recount is asked for because of an error in a trigger: its reason then begins with the SQLSTATE.
CREATE OR REPLACE FUNCTION hsl.a_trigger_failed(reason text) RETURNS boolean LANGUAGE sql IMMUTABLE
  AS $$ SELECT reason ~ '^[0-9A-Z]{5} ' $$;

-- When a kind may be counted again: at once, or, where a trigger failed, five minutes after the last time.
CREATE OR REPLACE FUNCTION hsl.next_recount(of_kind smallint, failed boolean) RETURNS timestamptz LANGUAGE sql AS $$
  SELECT CASE WHEN failed
              THEN greatest(clock_timestamp(), (SELECT at FROM hsl.recounted WHERE kind = of_kind) + interval '5 minutes')
              ELSE clock_timestamp() END
$$;

-- How many changes wait to be taken, counted up to so many. Two ranges of the index by xid, never one with OR: that may
-- be read as a filter over the whole index, with all that was taken while an old snapshot is open.
CREATE OR REPLACE FUNCTION hsl.changes_wait(at_most integer) RETURNS bigint LANGUAGE plpgsql
SET enable_seqscan = off SET plan_cache_mode = force_custom_plan AS $$
DECLARE
  kept pg_snapshot := (SELECT snapshot FROM hsl.taken ORDER BY id DESC LIMIT 1);
  horizon xid8 := pg_snapshot_xmax(kept);
  running xid8[] := ARRAY(SELECT pg_snapshot_xip(kept));
BEGIN
  RETURN (SELECT count(*)
          FROM (SELECT FROM (SELECT FROM hsl.changes WHERE xid >= horizon
                             UNION ALL SELECT FROM hsl.changes WHERE xid = ANY (running)) AS untaken
                LIMIT at_most) AS waiting);
END $$;

-- The first of those who wait behind a number, at most so many (NULL: all), in their order. Always by the index: told of
-- an empty table the planner would read and sort all who wait, or the whole table, where everybody still stands who
-- waited in an old snapshot.
CREATE OR REPLACE FUNCTION hsl.who_waits(after bigint, at_most bigint) RETURNS SETOF hsl.waiting
LANGUAGE plpgsql STABLE ROWS 100 SET enable_seqscan = off SET enable_bitmapscan = off AS $$
BEGIN
  RETURN QUERY SELECT * FROM hsl.waiting w WHERE w.n > after ORDER BY w.n LIMIT at_most;
END $$;

-- The number at or below which nobody waits, looked for from where it was known to be: the numbers of all who waited lie
-- behind the sequence. Under the gate: nobody else lets people wait.
CREATE OR REPLACE FUNCTION hsl.waits_after(known bigint) RETURNS bigint LANGUAGE sql AS $$
  SELECT coalesce((SELECT w.n - 1 FROM hsl.who_waits(known, 1) w),
                  (SELECT CASE WHEN s.is_called THEN s.last_value ELSE s.last_value - 1 END FROM hsl.waiting_n_seq s))
$$;

-- Notes up to which number nobody waits any more, where it has moved by many: pages would look for somebody among all
-- who waited while an old snapshot is open.
CREATE OR REPLACE FUNCTION hsl.note_where_somebody_waits() RETURNS void LANGUAGE sql AS $$
  INSERT INTO hsl.taken (snapshot, system_identifier, time_zone, waiting_after)
  SELECT t.snapshot, t.system_identifier, t.time_zone, t.up_to
  FROM (SELECT k.*, hsl.waits_after(k.waiting_after) AS up_to
        FROM (SELECT * FROM hsl.taken ORDER BY id DESC LIMIT 1) AS k) AS t
  WHERE t.waiting_after < t.up_to - 100
$$;

-- Gives how many changes were taken. A kept snapshot of another cluster (a restore) is void, as is one counted in
-- another time zone: all is counted again. Who waits already, at one of the newest numbers, is not made to wait once
-- more. They are looked for by number: under a person's id lie all their former turns while an old snapshot is open.
CREATE OR REPLACE FUNCTION hsl.take() RETURNS bigint LANGUAGE plpgsql
SET enable_seqscan = off SET plan_cache_mode = force_custom_plan AS $$
DECLARE
  kept record;
  horizon xid8;
  running xid8[];
  changed bigint;
  waits_after bigint;
  looked_at bigint;
  in_zone text := hsl.zone();
BEGIN
  IF pg_current_xact_id_if_assigned() IS NOT NULL THEN
    RAISE EXCEPTION 'changes are taken in a transaction of the fold''s own';
  END IF;
  SELECT t.snapshot, t.system_identifier, t.time_zone, t.waiting_after INTO kept FROM hsl.taken t ORDER BY t.id DESC LIMIT 1;
  IF kept.snapshot IS NULL OR kept.system_identifier <> hsl.cluster() THEN
    WITH void AS (DELETE FROM hsl.changes RETURNING 1)
    INSERT INTO hsl.taken (snapshot, system_identifier, time_zone, waiting_after)
    SELECT pg_current_snapshot(), hsl.cluster(), in_zone, 0 FROM (SELECT count(*) FROM void) AS all_of_them;
    PERFORM hsl.ask_recount('first fill');
    RETURN 0;
  END IF;
  IF kept.time_zone <> in_zone THEN
    PERFORM hsl.ask_recount('time zone');
  END IF;
  horizon := pg_snapshot_xmax(kept.snapshot);
  running := ARRAY(SELECT pg_snapshot_xip(kept.snapshot));
  IF kept.time_zone = in_zone AND hsl.changes_wait(1) = 0 THEN
    RETURN 0;
  END IF;
  waits_after := hsl.waits_after(kept.waiting_after);
  looked_at := greatest(waits_after, (SELECT s.last_value - 5000 FROM hsl.waiting_n_seq s));
  WITH recent AS (
    DELETE FROM hsl.changes c WHERE c.xid >= horizon RETURNING c.*
  ), late AS (
    DELETE FROM hsl.changes c WHERE c.xid = ANY (running) RETURNING c.*
  ), mine AS MATERIALIZED (
    SELECT * FROM recent UNION ALL SELECT * FROM late
  ), asked AS (
    INSERT INTO hsl.recounts AS r (kind, reason, not_before)
    SELECT m.kind, min(m.reason), hsl.next_recount(m.kind, bool_and(hsl.a_trigger_failed(m.reason)))
    FROM mine m WHERE m.recount GROUP BY m.kind
    ON CONFLICT (kind) DO UPDATE SET not_before = least(r.not_before, excluded.not_before)
  ), named AS (
    INSERT INTO hsl.waiting (user_id, lessons)
    SELECT p.user_id, p.lessons
    FROM (SELECT m.user_id, bool_or(m.kind = 2 OR m.lesson_type IS NOT NULL) AS lessons
          FROM mine m WHERE m.user_id IS NOT NULL GROUP BY m.user_id) AS p
    LEFT JOIN (SELECT w.user_id, bool_or(w.lessons) AS lessons
               FROM hsl.waiting w WHERE w.n > looked_at GROUP BY w.user_id) AS waits USING (user_id)
    WHERE NOT coalesce(waits.lessons >= p.lessons, false)
      AND NOT EXISTS (SELECT FROM hsl.heavy h WHERE h.user_id = p.user_id AND h.lessons >= p.lessons)
    ORDER BY p.user_id   -- neighbours in the indexes are recomputed together
  ), grouped AS (
    SELECT m.kind, m.name, m.course_id, m.confirmed, m.lesson_type, m.lesson_date, m.quarter, sum(m.n)::integer AS n
    FROM mine m WHERE NOT m.recount
    GROUP BY m.kind, m.name, m.course_id, m.confirmed, m.lesson_type, m.lesson_date, m.quarter
    HAVING sum(m.n) <> 0
  ), counted AS (
    INSERT INTO hsl.deltas (sum, name, course_id, confirmed, measure, lesson_date, dated, quarter, n)
    SELECT s.sum, s.name, s.course_id, s.confirmed, s.measure, s.lesson_date, s.dated, s.quarter, sum(g.n)
    FROM grouped g,
         LATERAL hsl.counts_of(g.kind, g.name, g.course_id, g.confirmed, g.lesson_type, g.lesson_date, g.quarter,
                               in_zone) AS s
    GROUP BY s.sum, s.name, s.course_id, s.confirmed, s.measure, s.lesson_date, s.dated, s.quarter
    HAVING sum(g.n) <> 0
  )
  INSERT INTO hsl.taken (snapshot, system_identifier, time_zone, waiting_after)
  SELECT pg_current_snapshot(), hsl.cluster(), in_zone, waits_after FROM (SELECT count(*) AS n FROM mine) AS all_of_them
  RETURNING (SELECT count(*) FROM mine) INTO changed;
  RETURN changed;
END $$;
