-- Everybody who fits, in order, as packed ids (big-endian bigint).
SELECT string_agg(int8send({own}.user_id), '' ORDER BY {key} {direction}, {own}.user_id {direction})
FROM {people} WHERE {holds}
