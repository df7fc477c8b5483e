-- Where members of a stream stand in each order of a list, so that a page of any stream is read from an index: a
-- stream of some thousands would else be taken whole and sorted, two probes of indexes a person.

ALTER TABLE hsl.memberships
  ADD COLUMN first_seen timestamptz,
  ADD COLUMN last_seen timestamptz,
  ADD COLUMN sort_name text;

UPDATE hsl.memberships AS m SET first_seen = a.first_seen, last_seen = a.last_seen, sort_name = c.sort_name
FROM hsl.user_activity a JOIN hsl.user_cache c USING (user_id)
WHERE m.user_id = a.user_id AND m.status = 2;

CREATE INDEX memberships_last_seen ON hsl.memberships (hsl.key(course_stream), last_seen, user_id) WHERE status = 2;
CREATE INDEX memberships_first_seen ON hsl.memberships (hsl.key(course_stream), first_seen, user_id) WHERE status = 2;
CREATE INDEX memberships_name ON hsl.memberships (hsl.key(course_stream), sort_name COLLATE "C", user_id)
  WHERE status = 2;
