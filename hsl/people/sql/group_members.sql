-- What a page of a group shows of these people, in the order in which they are named, and their keys in its orders.
SELECT c.user_id, c.username, c.first_name, c.course_stream, c.status, a.bookings, a.registrations, a.events,
       nullif(a.first_seen, '0001-01-02 00:00:00+00'), nullif(a.last_seen, '0001-01-02 00:00:00+00'),
       a.first_seen, a.last_seen, c.sort_name
FROM unnest(%(ids)s::bigint[]) WITH ORDINALITY AS named (user_id, n)
JOIN user_cache c USING (user_id)
JOIN user_activity a USING (user_id)
ORDER BY named.n
