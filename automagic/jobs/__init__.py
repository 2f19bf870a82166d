"""When and where a run happens: a queue that survives anything, and the workers that work it off.

    add ──▶ queue (place.py: SQLite or PostgreSQL) ──▶ worker ──▶ product (kinds/) ──▶ files by content ──▶ fetch
     └ inputs by content (files.py)                      └ who may execute (leases.py)

    place.py       where the queue and its files are
    rows.py        jobs read by plain SQL, so that `jobs list` starts fast
    orders.py      jobs added and cancelled, by plain SQL too
    engine.py      the one file that knows DBOS
    queue.py       add, get, list, watch, cancel, retry, fetch, prune
    deaths.py      what becomes of jobs whose worker died
    worker.py      takes jobs, makes their products, takes over from workers that died

    schedules.toml, .env (schedule_file.py, schedule_entry.py) ──▶ schedule.py wakes ──▶ schedule_firing.py ──▶ add
                                  what was fired, which topics were used: schedule_ledger.py ──┘

DBOS is imported by workers, and by what retries or removes a job or makes a new queue; never by `--now`.
"""
