-- Hot leads looked up, each by one number: where a lead stands on the newest day of theirs and on each of the six days
-- after it (hsl.lead_rank of the seven days that end with that day). A page reads all leads of a week, some thirty
-- thousand; arrays, of which each had to be unpacked twice, took four times as long.

-- Where somebody stands with so many events on so many of seven days: heat (3 hot, 2 warm, 1 cool), then events,
-- then days, in one number that grows with each of them. NULL is no lead.
CREATE FUNCTION hsl.lead_rank(events integer, days integer) RETURNS integer
LANGUAGE sql IMMUTABLE PARALLEL SAFE
  RETURN CASE WHEN events >= 20 AND days >= 5 THEN 3 WHEN events >= 10 AND days >= 3 THEN 2 WHEN events >= 5 THEN 1 END
         * (1 << 28) + least(events, (1 << 25) - 1) * 8 + days;

ALTER TABLE hsl.leads DROP COLUMN totals, DROP COLUMN active_days;
DROP FUNCTION hsl.running_totals, hsl.running_days;

-- rank_n: on the nth day after last_day, of whose seven days the first 7 - n of events are part.
ALTER TABLE hsl.leads
  ADD COLUMN rank_0 integer GENERATED ALWAYS AS (hsl.lead_rank(
    events[1] + events[2] + events[3] + events[4] + events[5] + events[6] + events[7],
    (events[1] > 0)::integer + (events[2] > 0)::integer + (events[3] > 0)::integer + (events[4] > 0)::integer
    + (events[5] > 0)::integer + (events[6] > 0)::integer + (events[7] > 0)::integer)) STORED,
  ADD COLUMN rank_1 integer GENERATED ALWAYS AS (hsl.lead_rank(
    events[1] + events[2] + events[3] + events[4] + events[5] + events[6],
    (events[1] > 0)::integer + (events[2] > 0)::integer + (events[3] > 0)::integer + (events[4] > 0)::integer
    + (events[5] > 0)::integer + (events[6] > 0)::integer)) STORED,
  ADD COLUMN rank_2 integer GENERATED ALWAYS AS (hsl.lead_rank(
    events[1] + events[2] + events[3] + events[4] + events[5],
    (events[1] > 0)::integer + (events[2] > 0)::integer + (events[3] > 0)::integer + (events[4] > 0)::integer
    + (events[5] > 0)::integer)) STORED,
  ADD COLUMN rank_3 integer GENERATED ALWAYS AS (hsl.lead_rank(
    events[1] + events[2] + events[3] + events[4],
    (events[1] > 0)::integer + (events[2] > 0)::integer + (events[3] > 0)::integer + (events[4] > 0)::integer)) STORED,
  ADD COLUMN rank_4 integer GENERATED ALWAYS AS (hsl.lead_rank(
    events[1] + events[2] + events[3],
    (events[1] > 0)::integer + (events[2] > 0)::integer + (events[3] > 0)::integer)) STORED,
  ADD COLUMN rank_5 integer GENERATED ALWAYS AS (hsl.lead_rank(
    events[1] + events[2],
    (events[1] > 0)::integer + (events[2] > 0)::integer)) STORED,
  ADD COLUMN rank_6 integer GENERATED ALWAYS AS (hsl.lead_rank(
    events[1],
    (events[1] > 0)::integer)) STORED;
