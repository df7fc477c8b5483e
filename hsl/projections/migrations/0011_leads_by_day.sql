-- Leads are counted by the day, and how hot they are on it: a merge rewrites three rows for each of some eight days.
-- By newest day and standing they were three hundred, and while an old snapshot is open each version is met again.
CREATE TABLE hsl.lead_counts (
  day date NOT NULL,
  heat smallint NOT NULL CHECK (heat BETWEEN 1 AND 3),   -- 3 hot, 2 warm, 1 cool
  n bigint NOT NULL,
  PRIMARY KEY (day, heat)
);
