\set n random(2, :people)
INSERT INTO public.events (user_id, event_type, created_at, details) VALUES (100000000 + (:n * 2654435761) % 7000000000, 'view_program', now(), '{"source": "bench"}')
