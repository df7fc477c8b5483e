\set n random_zipfian(2, :people, 1.1)
INSERT INTO public.events (user_id, event_type, created_at, details) VALUES (100000000 + (:n * 2654435761) % 7000000000, 'view_program', now(), '{"source": "bench"}')
