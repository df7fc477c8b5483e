\set n random(2, :people)
INSERT INTO public.events (user_id, event_type, created_at, details) SELECT 100000000 + ((2 + (:n + k * 7919) % (:people - 2)) * 2654435761) % 7000000000, (ARRAY['view_program', 'start_command', 'lesson_link_clicked'])[1 + k % 3], now() - k * interval '1 second', '{"source": "bench"}' FROM generate_series(1, 1000) AS k
