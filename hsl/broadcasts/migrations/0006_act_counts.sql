-- How many recipients of an edit or a recall are in each state and why: differences, appended, as in delivery_counts.
CREATE TABLE hsl.act_counts (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  act_id integer NOT NULL REFERENCES hsl.message_acts ON DELETE CASCADE,
  state text NOT NULL,
  reason text NOT NULL DEFAULT '',
  people integer NOT NULL
);
CREATE INDEX act_counts_act ON hsl.act_counts (act_id);
INSERT INTO hsl.act_counts (act_id, state, reason, people)
SELECT act_id, state, CASE state WHEN 'refused' THEN reason ELSE '' END, count(*)
FROM hsl.message_act_rows GROUP BY 1, 2, 3;
