-- leads: people without a confirmed booking who were active: the newest day of theirs with an event, and how many
-- events on each of the seven days that end with it (days of the school's zone). Kept where those are five or more: on
-- a later day fewer of them count, never more. Also kept where that day is still to come (a bot's clock, a typing
-- slip): such a day hides the ones before it, and leads_seen_later looks at the facts themselves. standing: see
-- migrations/0010_lead_counts.sql.

CREATE OR REPLACE FUNCTION hsl.define_leads(booked hsl.booked[], happened hsl.happened[])
RETURNS TABLE (user_id bigint, last_day date, events integer[])
LANGUAGE sql STABLE AS $$
WITH paid AS (
  SELECT DISTINCT b.user_id FROM unnest(booked) AS b WHERE b.confirmed = 2
), newest AS (
  SELECT e.user_id, hsl.quarter(max(e.at)) AS quarter, max(e.at) - interval '8 days' AS since
  FROM unnest(happened) AS e GROUP BY e.user_id HAVING count(e.at) >= 5
), recent AS (   -- days are told of quarter-hours, not of each event: some have thousands a day
  SELECT e.user_id, n.quarter AS last_quarter, hsl.quarter(e.at) AS quarter, count(*)::integer AS n
  FROM newest n JOIN unnest(happened) AS e USING (user_id)
  WHERE e.at > n.since AND n.user_id NOT IN (SELECT p.user_id FROM paid p)
  GROUP BY 1, 2, 3
), daily AS (
  SELECT r.user_id, (r.last_quarter AT TIME ZONE (SELECT hsl.zone()))::date AS last_day,
         (r.quarter AT TIME ZONE (SELECT hsl.zone()))::date AS day, sum(r.n)::integer AS n
  FROM recent r GROUP BY 1, 2, 3
)
SELECT d.user_id, d.last_day,
       ARRAY(SELECT coalesce(sum(x.n), 0)::integer FROM generate_series(0, 6) AS ago
             LEFT JOIN unnest(array_agg(d.day), array_agg(d.n)) AS x (day, n) ON x.day = d.last_day - ago
             GROUP BY ago ORDER BY ago)
FROM daily d GROUP BY d.user_id, d.last_day
HAVING sum(d.n) FILTER (WHERE d.day > d.last_day - 7) >= 5 OR d.last_day > current_date + 1
$$;

-- Those whose newest day is later than the one asked for: where they stand on it, by their events themselves. rank is
-- hsl.lead_rank: who is hotter, then has more events, then on more days, has a higher one; NULL is no lead.
CREATE OR REPLACE FUNCTION hsl.leads_seen_later(day date) RETURNS TABLE (user_id bigint, rank integer)
LANGUAGE sql STABLE AS $$
SELECT a.user_id, hsl.lead_rank(sum(a.n)::integer, count(*)::integer)
FROM (SELECT e.user_id, (e.created_at AT TIME ZONE (SELECT hsl.zone()))::date AS on_day, count(*) AS n
      FROM hsl.events e
      WHERE e.user_id = ANY (ARRAY(SELECT l.user_id FROM hsl.leads l WHERE l.last_day > day)) GROUP BY 1, 2) AS a
WHERE a.on_day BETWEEN day - 6 AND day
GROUP BY a.user_id
$$;

-- How many leads of each heat there are on a day: 3 hot, 2 warm, 1 cool.
CREATE OR REPLACE FUNCTION hsl.heats_on(day date) RETURNS TABLE (heat integer, n bigint)
LANGUAGE sql STABLE AS $$
SELECT of_heat.heat, sum(of_heat.n)::bigint
FROM (SELECT c.heat, c.n FROM hsl.lead_counts_now c WHERE c.day = heats_on.day
      UNION ALL
      SELECT l.rank >> 28, 1 FROM hsl.leads_seen_later(day) AS l WHERE l.rank IS NOT NULL) AS of_heat
GROUP BY of_heat.heat
$$;

-- Where a lead stands on a day, one of the seven from their newest day on.
CREATE OR REPLACE FUNCTION hsl.rank_on(lead hsl.leads, day date) RETURNS integer LANGUAGE sql IMMUTABLE
  RETURN CASE day - lead.last_day WHEN 0 THEN lead.rank_0 WHEN 1 THEN lead.rank_1 WHEN 2 THEN lead.rank_2
                                  WHEN 3 THEN lead.rank_3 WHEN 4 THEN lead.rank_4 WHEN 5 THEN lead.rank_5
                                  ELSE lead.rank_6 END;

-- Who is a lead on a day, of such a heat at least (1: everybody), and whose newest day is not later. The index finds, for
-- each day that may be their newest, who has so high a standing: so many days of this heat are not below it. Of others
-- few have (of a higher heat, for fewer days).
CREATE OR REPLACE FUNCTION hsl.leads_known_on(day date, at_least integer)
RETURNS TABLE (user_id bigint, rank integer)
LANGUAGE sql STABLE AS $$
SELECT l.user_id, hsl.rank_on(l, day)
FROM generate_series(0, 6) AS ago
JOIN hsl.leads l ON l.last_day = day - ago AND l.standing >= (ago + 1) << 3 * (at_least - 1)
WHERE hsl.rank_on(l, day) >> 28 >= at_least
$$;

-- Who is a lead on a day, of such a heat at least (1: everybody): at least 5 events in the seven days that end with it
-- (cool), 10 on 3 of them (warm), 20 on 5 (hot).
CREATE OR REPLACE FUNCTION hsl.leads_on(day date, at_least integer)
RETURNS TABLE (user_id bigint, rank integer)
LANGUAGE sql STABLE AS $$
SELECT l.user_id, l.rank FROM hsl.leads_known_on(day, at_least) AS l
UNION ALL
SELECT l.user_id, l.rank FROM hsl.leads_seen_later(day) AS l WHERE l.rank >> 28 >= at_least
$$;

-- What a rank says.
CREATE OR REPLACE FUNCTION hsl.lead_heat(rank integer) RETURNS text LANGUAGE sql IMMUTABLE
  RETURN (ARRAY['cool', 'warm', 'hot'])[rank >> 28];
CREATE OR REPLACE FUNCTION hsl.lead_events(rank integer) RETURNS integer LANGUAGE sql IMMUTABLE
  RETURN (rank & ((1 << 28) - 1)) >> 3;
CREATE OR REPLACE FUNCTION hsl.lead_days(rank integer) RETURNS integer LANGUAGE sql IMMUTABLE
  RETURN rank & 7;

-- The days on which a lead of this standing is one, so many after last_day, and the heat on each.
CREATE OR REPLACE FUNCTION hsl.heats_of(standing integer) RETURNS TABLE (ago integer, heat integer)
LANGUAGE sql IMMUTABLE AS $$
SELECT ago, 1 + (standing >> 3 & 7 > ago)::integer + (standing >> 6 > ago)::integer
FROM generate_series(0, (standing & 7) - 1) AS ago
$$;

-- Writes what differs for these people, each row by its place, as recompute_user_activity does. Who begins to stand
-- otherwise, or on another day, moves in the counts of leads: those who move alike, together.
CREATE OR REPLACE FUNCTION hsl.recompute_leads(ids bigint[], booked hsl.booked[], happened hsl.happened[])
RETURNS void LANGUAGE plpgsql AS $$
#variable_conflict use_column
BEGIN
  WITH fresh AS MATERIALIZED (
    SELECT * FROM hsl.define_leads(booked, happened)
  ), old AS MATERIALIZED (
    SELECT l.ctid AS place, l.user_id, l.last_day, l.standing FROM hsl.leads l WHERE l.user_id = ANY (ids)
  ), added AS (
    INSERT INTO hsl.leads (user_id, last_day, events)
    SELECT f.* FROM fresh f LEFT JOIN old o USING (user_id) WHERE o.user_id IS NULL
    RETURNING last_day, standing
  ), changed AS (
    UPDATE hsl.leads l SET last_day = f.last_day, events = f.events FROM fresh f
    WHERE l.ctid = ANY (ARRAY(SELECT o.place FROM old o)) AND l.user_id = f.user_id
      AND (f.last_day, f.events) IS DISTINCT FROM (l.last_day, l.events)
    RETURNING l.user_id, l.last_day, l.standing
  ), removed AS (
    DELETE FROM hsl.leads l
    WHERE l.ctid = ANY (ARRAY(SELECT o.place FROM old o LEFT JOIN fresh f USING (user_id) WHERE f.user_id IS NULL))
    RETURNING l.last_day, l.standing
  ), moved AS (
    SELECT last_day, standing, sum(n) AS n
    FROM (SELECT last_day, standing, 1 AS n FROM added
          UNION ALL SELECT last_day, standing, 1 FROM changed
          UNION ALL SELECT o.last_day, o.standing, -1 FROM changed c JOIN old o USING (user_id)
          UNION ALL SELECT last_day, standing, -1 FROM removed) AS leads
    GROUP BY 1, 2 HAVING sum(n) <> 0
  )
  INSERT INTO hsl.deltas (sum, lesson_date, confirmed, n)
  SELECT 'heats', m.last_day + h.ago, h.heat, sum(m.n)
  FROM moved m, LATERAL hsl.heats_of(m.standing) AS h GROUP BY 2, 3 HAVING sum(m.n) <> 0;
END $$;
