-- How each of the specification's tables looked when our views and triggers over it were composed.
CREATE TABLE hsl.table_shapes (
  name text PRIMARY KEY,
  relation oid NOT NULL,             -- another oid: the table was dropped and made anew, or another took its name
  columns text NOT NULL,             -- the specification's columns that it has, with their types
  triggers text NOT NULL DEFAULT '', -- md5 of the trigger function's text; '' where there is none yet
  composed_at timestamptz NOT NULL DEFAULT now()
);
