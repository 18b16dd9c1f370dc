"""The table of events: who opened, clicked or downloaded what, and when."""

EVENT_TABLES = """
CREATE TABLE events (
    key INTEGER PRIMARY KEY AUTOINCREMENT,
    type TEXT NOT NULL,
    document TEXT NOT NULL,         -- its id, which stays when the document is read anew
    origin TEXT,                    -- that of the document on whose page it was recommended
    session TEXT,                   -- whatever the caller tells one visit by
    at REAL NOT NULL                -- seconds since 1970
);
CREATE INDEX events_by_document ON events (document);
CREATE INDEX events_by_origin ON events (origin);
CREATE INDEX events_by_session ON events (session);
"""
