-- rows_to_import: the lines of the file whose single values are good; `bad` once a rule between rows is broken.
-- rules_broken: which line breaks which rule, with the value to blame and what is in its way.
-- rows_written: the ids of the facts that were inserted, and of those updated, with what they were before.
CREATE TEMP TABLE rows_to_import (line bigint, {columns}, bad boolean NOT NULL DEFAULT false) ON COMMIT DROP;
CREATE TEMP TABLE rules_broken (line bigint, rule text, value text, other text) ON COMMIT DROP;
CREATE TEMP TABLE rows_written (fact_id integer PRIMARY KEY, before jsonb) ON COMMIT DROP;
