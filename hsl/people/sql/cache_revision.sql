-- The revision up to which the people of this moment are read, and whether an index of trigrams serves a search.
SELECT greatest((SELECT coalesce(max(revision), 0) FROM user_cache), (SELECT coalesce(max(revision), 0) FROM gone)),
       to_regclass('hsl.user_cache_names_trgm') IS NOT NULL
