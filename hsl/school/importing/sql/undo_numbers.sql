-- What an undo of an import will do: how many rows it deletes (inserted, and as the import left them), puts back
-- (updated, and as it left them), leaves because they were changed since, and finds gone.
SELECT count(*) FILTER (WHERE same AND before IS NULL),
       count(*) FILTER (WHERE same AND before IS NOT NULL),
       count(*) FILTER (WHERE NOT same),
       count(*) FILTER (WHERE same IS NULL)
FROM (SELECT before, md5(facts::text)::uuid = mark AS same
      FROM hsl.imported_rows LEFT JOIN {facts} AS facts ON facts.id = fact_id
      WHERE import_id = {import_id}) AS looked_at
