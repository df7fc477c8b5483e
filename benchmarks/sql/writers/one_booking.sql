\set n random(2, :people)
INSERT INTO public.bookings (user_id, username, course_id, course_stream, confirmed, created_at) VALUES (100000000 + (:n * 2654435761) % 7000000000, 'bench', 1, '5th_stream', -1, now())
