-- What hsl verify found, the last times: when it began and ended, and its outcome as hsl/projections/verifications.py
-- writes it.
CREATE TABLE hsl.verifications (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  began_at timestamptz NOT NULL,
  ended_at timestamptz NOT NULL,
  outcome jsonb NOT NULL
);
