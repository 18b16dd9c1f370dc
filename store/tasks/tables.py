"""The tables of tasks: what was asked for over HTTP, and how far it is."""

TASK_TABLES = """
CREATE TABLE tasks (
    key INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    kind TEXT NOT NULL,
    status TEXT NOT NULL,           -- 'arriving' until its last item is here
    total INTEGER NOT NULL DEFAULT 0,
    done INTEGER NOT NULL DEFAULT 0,
    failed INTEGER NOT NULL DEFAULT 0,
    created_at REAL NOT NULL,       -- seconds since 1970, as the others
    started_at REAL,
    finished_at REAL,
    worked_seconds REAL NOT NULL DEFAULT 0,
    error TEXT,                     -- why it waits, or why all of it failed
    idempotency_key TEXT UNIQUE,
    fingerprint TEXT                -- of the request that came with the key
);
CREATE TABLE task_items (
    key INTEGER PRIMARY KEY,
    task INTEGER NOT NULL REFERENCES tasks (key),
    place INTEGER NOT NULL,         -- in the request, from 0
    document TEXT,                  -- its id, NULL where none can be made out
    action TEXT NOT NULL,
    condition TEXT,                 -- what the document has to be for the item to be done
    payload TEXT,                   -- NULL once it is done with
    status TEXT NOT NULL,
    outcome TEXT,
    code TEXT,
    reason TEXT
);
CREATE UNIQUE INDEX items_by_place ON task_items (task, place);
CREATE INDEX items_by_status ON task_items (task, status, place);
CREATE INDEX items_by_document ON task_items (task, document, place);
"""
