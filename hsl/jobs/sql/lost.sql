-- Jobs that are under way and that nobody works on: running without the lock that its worker holds; or waiting,
-- and the queue has no entry for it (or one that a worker took and did not live to begin: no heartbeat in half a minute).
SELECT job.id
FROM jobs AS job
LEFT JOIN procrastinate_jobs AS queued ON queued.id = job.queued_as
LEFT JOIN procrastinate_workers AS worker ON worker.id = queued.worker_id
WHERE job.state IN ('waiting', 'running')
  AND NOT EXISTS (SELECT FROM pg_locks
                  WHERE locktype = 'advisory' AND objsubid = 2 AND granted
                    AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
                    AND classid::bigint = %(locks)s AND objid::bigint = job.id)
  AND (job.state = 'running'
       OR queued.id IS NULL
       OR queued.status = 'doing' AND coalesce(worker.last_heartbeat < now() - interval '30 seconds', true))
