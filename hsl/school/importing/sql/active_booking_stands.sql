-- One active booking a person, course and stream: one stands already.
SELECT line, rows_to_import.user_id::text AS value, min(facts.id)::text AS other
FROM rows_to_import
JOIN {facts} AS facts USING (user_id, course_id, course_stream)
WHERE NOT bad AND rows_to_import.confirmed IS DISTINCT FROM -1 AND facts.confirmed IS DISTINCT FROM -1
GROUP BY line, rows_to_import.user_id
