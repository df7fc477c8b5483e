-- Note the lines that break a rule, and ask no further rule of them.
WITH noted AS (
  INSERT INTO rules_broken (line, rule, value, other)
  SELECT line, {rule}, value, other FROM ({query}) AS found
  RETURNING line
)
UPDATE rows_to_import SET bad = true FROM noted WHERE rows_to_import.line = noted.line
