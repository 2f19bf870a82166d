"""When and where a run happens: a queue that survives anything, and the workers that carry out its jobs.

    add ──▶ queue (queue/location.py: SQLite or PostgreSQL) ──▶ worker ──▶ product ──▶ files by content ──▶ fetch
     └ inputs by content (queue/files.py)                        └ who may execute (queue/leases.py)

    queue/location.py   where the queue and its files are
    queue/reads.py      jobs read by plain SQL, so that `jobs list` starts fast
    queue/writes.py     jobs added and cancelled, by plain SQL too
    queue/engine.py     the one file that knows DBOS
    queue/queue.py      add, get, list, watch, cancel, retry, fetch, prune
    queue/deaths.py     what happens to jobs whose worker died
    worker.py           takes jobs, makes their products, takes over from workers that died

    schedules.toml, .env (schedule/file.py, entry.py) ──▶ schedule/scheduler.py wakes ──▶ firing.py ──▶ add
                             what was fired, which topics were used: schedule/ledger.py ──┘

DBOS is imported by workers, and by what retries or removes a job or makes a new queue; never by `--now`.
"""
