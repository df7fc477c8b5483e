-- Which rows an import wrote, so that it can be undone as one step.
CREATE TABLE hsl.imported_rows (
  import_id bigint NOT NULL,       -- of hsl.imports
  fact_id integer NOT NULL,
  mark uuid NOT NULL,   -- md5 of the row as the import left it: whoever changed it since keeps it
  before jsonb,         -- the table's row as it was before the import updated it; NULL: the import inserted it
  PRIMARY KEY (import_id, fact_id)
);
