-- How many leads are hot, warm and cool, without reading them: some thirty thousand a week.
--   leads.standing  for how many days, from last_day on, the lead is hot, at least warm, at least cool: three octal
--                   digits (0: a lead on none of them). It changes more rarely than the events do, so most updates of
--                   a row touch no index.
--   lead_counts     leads by last_day and standing, without those of standing 0

-- On later days fewer of the seven days' events count, never more: so each of the first few days, as long as they are
-- of a heat, adds one to that digit and to those below it.
CREATE FUNCTION hsl.lead_standing(events integer[]) RETURNS integer LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
DECLARE
  n integer;
  total integer := 0;
  active integer := 0;
  standing integer := 0;
BEGIN
  FOREACH n IN ARRAY events LOOP
    total := total + n;
    active := active + (n > 0)::integer;
    standing := standing + (ARRAY[0, 1, 9, 73])[1 + coalesce(hsl.lead_rank(total, active) >> 28, 0)];
  END LOOP;
  RETURN standing;
END $$;

ALTER TABLE hsl.leads ADD COLUMN standing integer GENERATED ALWAYS AS (hsl.lead_standing(events)) STORED;
DROP INDEX hsl.leads_last_day;
CREATE INDEX leads_standing ON hsl.leads (last_day, standing);

CREATE TABLE hsl.lead_counts (
  last_day date NOT NULL,
  standing integer NOT NULL,
  n bigint NOT NULL,
  PRIMARY KEY (last_day, standing)
);

-- Where there are leads already, they are counted.
LOCK TABLE hsl.gate IN EXCLUSIVE MODE;   -- a fold of the former version counts none
INSERT INTO hsl.recounts (kind, reason) SELECT 0, 'counts of leads' WHERE EXISTS (SELECT FROM hsl.leads)
ON CONFLICT (kind) DO NOTHING;

DROP FUNCTION IF EXISTS hsl.leads_on(date), hsl.ranked_leads_on(date);
