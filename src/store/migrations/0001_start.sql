-- Instants are UTC milliseconds. JSON stands in TEXT where nothing is ever searched inside.

-- Small rows: one is rewritten at every look, so what a look leaves unchanged lives elsewhere.
CREATE TABLE page (
    no INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    brief TEXT NOT NULL,
    -- 1 while the page is configured.
    watched INTEGER NOT NULL CHECK (watched IN (0, 1)),
    -- The plan: when the next look is due, and why.
    due INTEGER NOT NULL,
    purpose TEXT NOT NULL,
    -- The fencing number of the newest lease.
    token INTEGER NOT NULL DEFAULT 0,
    leased_until INTEGER,
    -- When the page can be claimed next: the plan, or the end of its lease.
    ready INTEGER NOT NULL,
    -- The due time that names the newest claimed visit.
    visit INTEGER,
    -- The recipe that read the snapshot, where nothing is open.
    settled TEXT,
    last_visit INTEGER,
    last_ok INTEGER,
    last_change INTEGER,
    look TEXT
) STRICT;

CREATE INDEX page_ready ON page (ready) WHERE watched = 1;

CREATE TABLE memory (
    page INTEGER PRIMARY KEY REFERENCES page (no),
    body TEXT NOT NULL
) STRICT;

-- The entries of the confirmed snapshot.
CREATE TABLE entry (
    page INTEGER NOT NULL REFERENCES page (no),
    key TEXT NOT NULL,
    position INTEGER NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (page, key)
) STRICT, WITHOUT ROWID;

CREATE TABLE hold (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    page INTEGER NOT NULL REFERENCES page (no),
    reason TEXT NOT NULL,
    since INTEGER NOT NULL,
    -- The whole hold with what the held look read.
    body TEXT NOT NULL,
    closed_at INTEGER,
    ending TEXT,
    CHECK ((closed_at IS NULL) = (ending IS NULL))
) STRICT;

CREATE UNIQUE INDEX hold_open ON hold (page) WHERE closed_at IS NULL;

CREATE TABLE visit (
    page INTEGER NOT NULL REFERENCES page (no),
    due INTEGER NOT NULL,
    started INTEGER NOT NULL,
    finished INTEGER NOT NULL,
    purpose TEXT NOT NULL,
    look TEXT NOT NULL,
    -- NULL where there were none.
    problems TEXT,
    PRIMARY KEY (page, due)
) STRICT, WITHOUT ROWID;

CREATE TABLE capture (
    id TEXT PRIMARY KEY,
    page INTEGER NOT NULL REFERENCES page (no),
    url TEXT NOT NULL,
    at INTEGER NOT NULL,
    status INTEGER NOT NULL,
    digest TEXT NOT NULL,
    kind TEXT NOT NULL,
    file TEXT NOT NULL,
    "offset" INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX capture_url ON capture (page, url, at);

CREATE TABLE resource (
    page INTEGER NOT NULL REFERENCES page (no),
    url TEXT NOT NULL,
    etag TEXT,
    last_modified TEXT,
    capture TEXT NOT NULL REFERENCES capture (id),
    kept_at INTEGER NOT NULL,
    full_at INTEGER NOT NULL,
    PRIMARY KEY (page, url)
) STRICT, WITHOUT ROWID;

CREATE TABLE change (
    no INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    page INTEGER NOT NULL,
    visit INTEGER NOT NULL,
    key TEXT NOT NULL,
    told TEXT NOT NULL,
    confirmed INTEGER NOT NULL,
    body TEXT NOT NULL,
    FOREIGN KEY (page, visit) REFERENCES visit (page, due)
) STRICT;

CREATE INDEX change_time ON change (confirmed);
CREATE INDEX change_page ON change (page, confirmed);
CREATE INDEX change_entry ON change (page, key, confirmed);
CREATE INDEX change_told ON change (visit, page) WHERE told <> 'nobody';
CREATE INDEX change_told_page ON change (page, visit) WHERE told <> 'nobody';

-- The outbox.
CREATE TABLE delivery (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    message_id TEXT NOT NULL UNIQUE,
    channel TEXT NOT NULL,
    content TEXT NOT NULL,
    page INTEGER NOT NULL,
    visit INTEGER NOT NULL,
    created INTEGER NOT NULL,
    state TEXT NOT NULL DEFAULT 'pending',
    token INTEGER NOT NULL DEFAULT 0,
    leased_until INTEGER,
    -- When it can be claimed next: its creation, the next try, or the end of its lease.
    ready INTEGER NOT NULL,
    tries INTEGER NOT NULL DEFAULT 0,
    last_error TEXT,
    settled_at INTEGER,
    FOREIGN KEY (page, visit) REFERENCES visit (page, due)
) STRICT;

CREATE INDEX delivery_ready ON delivery (ready) WHERE state = 'pending';
CREATE INDEX delivery_channel ON delivery (channel, id) WHERE state = 'pending';
CREATE INDEX delivery_aside ON delivery (id) WHERE state = 'set-aside';
