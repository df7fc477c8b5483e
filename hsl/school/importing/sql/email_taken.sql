-- An email belongs to one person: somebody else has registered with it.
SELECT line, rows_to_import.email AS value, min(facts.user_id)::text AS other
FROM rows_to_import
JOIN {facts} AS facts ON hsl.fold(facts.email) = hsl.fold(rows_to_import.email)
WHERE NOT bad AND facts.user_id <> rows_to_import.user_id
GROUP BY line, rows_to_import.email
