-- How many people fit.
SELECT count(*) FROM {people} WHERE {holds}
