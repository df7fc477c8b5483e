-- How many changes wait to be taken, and how many people to be recomputed, each counted up to "most"; and whether a kind of
-- facts is still to be counted anew.
SELECT
  hsl.changes_wait(%(most)s),
  (SELECT count(*)
   FROM hsl.who_waits(coalesce((SELECT waiting_after FROM hsl.taken ORDER BY id DESC LIMIT 1), 0), %(most)s))
  + (SELECT count(*) FROM hsl.heavy),
  EXISTS (SELECT FROM hsl.recounts)
