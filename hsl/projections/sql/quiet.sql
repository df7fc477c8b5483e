-- Whether a page finds nothing to fold: no change waits to be taken, nobody to be recomputed, and the sums are merged.
-- A database that was restored, or whose school moved to another time zone, is not quiet: there all is counted anew.
SELECT
  hsl.changes_wait(1) = 0
  AND NOT EXISTS (
    SELECT FROM hsl.who_waits(coalesce((SELECT waiting_after FROM hsl.taken ORDER BY id DESC LIMIT 1), 0), 1)
  )
  AND NOT EXISTS (SELECT FROM hsl.heavy WHERE since <= clock_timestamp() - %(patience)s::interval)
  AND NOT EXISTS (SELECT FROM hsl.fresh_deltas OFFSET %(deltas)s - 1)
  AND (SELECT (system_identifier, time_zone) FROM hsl.taken ORDER BY id DESC LIMIT 1)
      IS NOT DISTINCT FROM (hsl.cluster(), hsl.zone())
