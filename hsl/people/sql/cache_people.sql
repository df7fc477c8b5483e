-- Everybody in the order of search results, some thousands a row: packed ids (big-endian bigint), names, each opened
-- by NUL and a line break, and cards, with their lengths (big-endian integer); the codes of the first characters of
-- username and first name (0: none), and a byte that says who has no confirmed booking.
-- A card is username, first name and stream with NUL between; byte ff is NULL.
WITH ordered AS (
  SELECT user_id, convert_to(names, 'UTF8') AS names,
         coalesce(convert_to(username, 'UTF8'), '\xff') || '\x00'::bytea
           || coalesce(convert_to(first_name, 'UTF8'), '\xff') || '\x00'::bytea
           || coalesce(convert_to(course_stream, 'UTF8'), '\xff') AS card,
         coalesce(ascii(username), 0) AS username, coalesce(ascii(first_name), 0) AS first_name,
         CASE WHEN status = 'student' THEN '\x00'::bytea ELSE '\x01'::bytea END AS unpaid,
         row_number() OVER (ORDER BY left(username, 64) COLLATE "C", left(first_name, 64) COLLATE "C", user_id) AS n
  FROM user_cache
)
SELECT string_agg(int8send(user_id), '' ORDER BY n),
       '\x000a'::bytea || string_agg(names, '\x000a' ORDER BY n),
       string_agg(int4send(length(names) + 2), '' ORDER BY n),
       string_agg(card, '' ORDER BY n),
       string_agg(int4send(length(card)), '' ORDER BY n),
       string_agg(int4send(username), '' ORDER BY n),
       string_agg(int4send(first_name), '' ORDER BY n),
       string_agg(unpaid, '' ORDER BY n)
FROM ordered
GROUP BY n / 8192
ORDER BY n / 8192
