-- The members of each stream, by user_id (packed big-endian bigint).
SELECT course_stream, string_agg(int8send(user_id), '')
FROM memberships
WHERE status = 2
GROUP BY course_stream
