-- Hot leads looked up, not added up: how many events a lead had on the last one, two, ... seven days that end with
-- last_day, and on how many of these days. A page reads all leads of a week, some twenty thousand.

CREATE OR REPLACE FUNCTION hsl.running_totals(daily integer[]) RETURNS integer[]
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT array_agg(total ORDER BY place)
  FROM (SELECT place, (sum(n) OVER (ORDER BY place))::integer AS total
        FROM unnest(daily) WITH ORDINALITY AS days (n, place)) AS running
$$;

CREATE OR REPLACE FUNCTION hsl.running_days(daily integer[]) RETURNS integer[]
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT array_agg(active ORDER BY place)
  FROM (SELECT place, (count(*) FILTER (WHERE n > 0) OVER (ORDER BY place))::integer AS active
        FROM unnest(daily) WITH ORDINALITY AS days (n, place)) AS running
$$;

ALTER TABLE hsl.leads
  ADD COLUMN totals integer[] GENERATED ALWAYS AS (hsl.running_totals(events)) STORED,
  ADD COLUMN active_days integer[] GENERATED ALWAYS AS (hsl.running_days(events)) STORED;
