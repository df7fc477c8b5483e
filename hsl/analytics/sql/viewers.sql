-- Viewers of a stream. One number: people who saw the program of the course (an event view_program that names it) on
-- the school's day "since" or later, and have no booking in the stream. All who saw it come from the sum by day; taken
-- off are those of the stream's people who did, as many as the stream has people at most.
SELECT
  (SELECT coalesce(sum(n), 0) FROM activity_days_now
   WHERE kind = 'viewer' AND type = %(course_id)s::text AND day >= %(since)s)
  -
  (SELECT count(*)
   FROM memberships AS member
   JOIN programme_views AS seen ON seen.user_id = member.user_id AND seen.course_id = member.course_id
   WHERE key(member.course_stream) = key(%(course_stream)s) AND member.course_id = %(course_id)s
     AND seen.last_viewed >= %(since)s::timestamp AT TIME ZONE zone())
