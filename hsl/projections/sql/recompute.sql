-- Recomputing people: all their projections, in the caller's one snapshot. The caller holds the gate, took it before
-- its first snapshot, and is REPEATABLE READ.

-- lessons: whether these people's lessons may have changed; the dates of those they came to are read only then.
-- The facts are read once and handed to each definition: to find them is most of the work. Plans are made once a
-- session (generic ones, which hash where the planner, not knowing how many people come, would loop over loops).
CREATE OR REPLACE FUNCTION hsl.recompute_projections(ids bigint[], lessons boolean) RETURNS void LANGUAGE plpgsql
SET plan_cache_mode = force_generic_plan SET enable_nestloop = off SET enable_mergejoin = off SET enable_seqscan = off
SET jit = off SET work_mem = '64MB' AS $$
DECLARE
  booked hsl.booked[] := ARRAY(
    SELECT ROW(b.user_id, b.id, b.username, b.first_name, b.created_at, b.course_id, b.course_stream, b.confirmed,
               b.referral_code)::hsl.booked
    FROM hsl.bookings b WHERE b.user_id = ANY (ids));
  registered hsl.registered[] := ARRAY(
    SELECT ROW(r.user_id, r.id, r.username, r.first_name, r.registered_at, r.email, r.lesson_type,
               r.lesson_date)::hsl.registered
    FROM hsl.free_lesson_registrations r WHERE r.user_id = ANY (ids));
  happened hsl.happened[] := ARRAY(
    SELECT ROW(e.user_id, e.id, e.username, e.first_name, e.created_at,
               CASE WHEN e.event_type = 'lesson_link_clicked' THEN e.details ->> 'lesson_type' END,
               CASE WHEN lessons AND e.event_type = 'lesson_link_clicked' THEN hsl.iso_date(e.details ->> 'lesson_date') END,
               CASE WHEN e.event_type = 'view_program' AND e.details ->> 'course_id' ~ '^[0-9]{1,9}$'
                    THEN (e.details ->> 'course_id')::integer END
              )::hsl.happened
    FROM hsl.events e WHERE e.user_id = ANY (ids));
  moved bigint[] := hsl.recompute_memberships(ids, booked);
BEGIN
  PERFORM hsl.recompute_user_cache(ids, booked, registered, happened, coalesce(moved, '{}'));
  PERFORM hsl.recompute_user_activity(ids, booked, registered, happened);
  PERFORM hsl.recompute_member_orders(ARRAY(
    SELECT DISTINCT b.user_id FROM unnest(booked) AS b WHERE b.confirmed = 2 AND b.course_stream IS NOT NULL));
  IF lessons THEN
    PERFORM hsl.recompute_lesson_people(ids, registered, happened);
  END IF;
  PERFORM hsl.recompute_programme_views(ids, happened);
  PERFORM hsl.recompute_leads(ids, booked, happened);
END $$;

-- A person whose facts can't be computed is set aside with the database's words and never stops the rest: halves are
-- tried apart until the one is found. Errors that say nothing of a person (locks, disk, shutdown) go to the caller.
CREATE OR REPLACE FUNCTION hsl.recompute(ids bigint[], lessons boolean DEFAULT true) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  middle integer := cardinality(ids) / 2;
BEGIN
  PERFORM hsl.recompute_projections(ids, lessons);
  DELETE FROM hsl.set_aside WHERE user_id = ANY (ids);
EXCEPTION WHEN data_exception OR program_limit_exceeded THEN
  IF cardinality(ids) = 1 THEN
    INSERT INTO hsl.set_aside (user_id, reason) VALUES (ids[1], SQLSTATE || ' ' || SQLERRM)
    ON CONFLICT (user_id) DO UPDATE SET reason = excluded.reason, at = clock_timestamp();
  ELSE
    PERFORM hsl.recompute(ids[:middle], lessons);
    PERFORM hsl.recompute(ids[middle + 1:], lessons);
  END IF;
END $$;

-- How a worker goes about somebody with so many facts, all of which are read at each recomputing: in the queue's order
-- (light), in half of its time (busy), or in a small part of it (heavy).
CREATE OR REPLACE FUNCTION hsl.lane(facts bigint) RETURNS text LANGUAGE sql IMMUTABLE
  RETURN CASE WHEN facts > 5000 THEN 'heavy' WHEN facts > 200 THEN 'busy' ELSE 'light' END;

-- Recomputes at most so many of the people who wait, in their order, from number `after` on (what is done lies below
-- it, and dead rows there are not waded through), and lets them leave. Who has many facts takes long and must not hold
-- up others: the busy stay where they are, for recompute_busy, the heavy go over to hsl.heavy. Gives how many were
-- looked at, and the last one's number.
CREATE OR REPLACE FUNCTION hsl.recompute_waiting(after bigint, at_most integer, OUT people integer, OUT last bigint)
LANGUAGE plpgsql SET plan_cache_mode = force_custom_plan SET enable_seqscan = off AS $$
DECLARE
  light bigint[];
  of_lessons bigint[];
  many bigint[];
  leaving bigint[];
BEGIN
  SELECT array_agg(w.user_id ORDER BY w.n) FILTER (WHERE w.lane = 'light' AND NOT w.lessons),
         array_agg(w.user_id ORDER BY w.n) FILTER (WHERE w.lane = 'light' AND w.lessons),
         array_agg(w.user_id ORDER BY w.n) FILTER (WHERE w.lane = 'heavy'),
         array_agg(w.n) FILTER (WHERE w.lane <> 'busy'),
         max(w.n), count(*)
  INTO light, of_lessons, many, leaving, last, people
  FROM (SELECT q.user_id, q.n, q.lessons,
               hsl.lane(coalesce(a.bookings + a.registrations + a.events, 0)) AS lane
        FROM hsl.who_waits(after, at_most) AS q
        LEFT JOIN hsl.user_activity a USING (user_id)) AS w;
  IF light IS NOT NULL THEN
    PERFORM hsl.recompute(light, false);
  END IF;
  IF of_lessons IS NOT NULL THEN
    PERFORM hsl.recompute(of_lessons, true);
  END IF;
  IF many IS NOT NULL THEN
    INSERT INTO hsl.heavy AS h (user_id, lessons, since)
    SELECT w.user_id, bool_or(w.lessons), min(w.since) FROM hsl.waiting w
    WHERE w.n = ANY (leaving) AND w.user_id = ANY (many) GROUP BY w.user_id
    ON CONFLICT (user_id) DO UPDATE SET lessons = true WHERE excluded.lessons AND NOT h.lessons;
  END IF;
  DELETE FROM hsl.waiting WHERE n = ANY (leaving);
  PERFORM hsl.note_where_somebody_waits();
END $$;

-- Recomputes the first few of those who stayed between two numbers, some thousands of facts in all, and lets them
-- leave, wherever there they wait once more. Gives how many, and the last one's number: NULL where nobody stayed.
CREATE OR REPLACE FUNCTION hsl.recompute_busy(after bigint, up_to bigint, OUT people integer, OUT last bigint)
LANGUAGE plpgsql SET plan_cache_mode = force_custom_plan SET enable_seqscan = off AS $$
DECLARE
  few bigint[];
  of_lessons boolean;
BEGIN
  SELECT array_agg(DISTINCT w.user_id), bool_or(w.lessons), max(w.n), count(*)
  INTO few, of_lessons, last, people
  FROM (SELECT q.user_id, q.n, q.lessons,
               sum(q.facts) OVER (ORDER BY q.n ROWS UNBOUNDED PRECEDING EXCLUDE CURRENT ROW) AS facts_before
        FROM (SELECT b.*, coalesce(a.bookings + a.registrations + a.events, 0) AS facts
              FROM (SELECT user_id, lessons, n FROM hsl.who_waits(after, 20) WHERE n <= up_to) AS b
              LEFT JOIN hsl.user_activity a USING (user_id)) AS q) AS w
  WHERE w.facts_before IS NULL OR w.facts_before < 2500;
  IF few IS NOT NULL THEN
    PERFORM hsl.recompute(few, of_lessons);
    DELETE FROM hsl.waiting WHERE n > after AND n <= up_to AND user_id = ANY (few);
  END IF;
  PERFORM hsl.note_where_somebody_waits();
END $$;

-- Recomputes who of hsl.heavy waits longest. Gives how many: 1, or 0 where nobody does.
CREATE OR REPLACE FUNCTION hsl.recompute_heavy() RETURNS integer LANGUAGE plpgsql AS $$
DECLARE
  first record;
BEGIN
  SELECT h.user_id, h.lessons INTO first FROM hsl.heavy h ORDER BY h.since LIMIT 1;
  IF NOT FOUND THEN
    RETURN 0;
  END IF;
  PERFORM hsl.recompute(ARRAY[first.user_id], first.lessons);
  DELETE FROM hsl.heavy WHERE user_id = first.user_id;
  RETURN 1;
END $$;
