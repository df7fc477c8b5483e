-- How many people the order's index still has from the last page on, counted up to the end of a walk.
SELECT count(*)
FROM (SELECT FROM {table} AS {own} WHERE {beyond} AND {within} LIMIT %(walk)s) AS people
