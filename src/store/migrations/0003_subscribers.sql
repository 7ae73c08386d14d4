-- Who subscribed, what they are told, and what keeps others from subscribing them.

CREATE TABLE subscriber (
    no INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    address TEXT NOT NULL UNIQUE,
    state TEXT NOT NULL CHECK (state IN ('pending', 'confirmed', 'ended')),
    asked INTEGER NOT NULL,
    consent TEXT,
    ended_at INTEGER,
    ended_by TEXT,
    profile TEXT NOT NULL,
    -- The wishes that are served at once, as they stand in the profile; NULL where there are none.
    -- Readers with the same wishes have the same text, so the news is matched once for all of them.
    immediate TEXT,
    CHECK ((state = 'ended') = (ended_at IS NOT NULL) AND (state = 'ended') = (ended_by IS NOT NULL))
) STRICT;

CREATE INDEX subscriber_immediate ON subscriber (no) WHERE state = 'confirmed' AND immediate IS NOT NULL;

-- When a subscriber's next digest is due, and from where on it tells.
CREATE TABLE rhythm (
    subscriber INTEGER NOT NULL REFERENCES subscriber (no) ON DELETE CASCADE,
    beat TEXT NOT NULL,
    due INTEGER NOT NULL,
    since INTEGER NOT NULL,
    after_telling INTEGER NOT NULL,
    PRIMARY KEY (subscriber, beat)
) STRICT, WITHOUT ROWID;

CREATE INDEX rhythm_due ON rhythm (due);

-- Tokens of invitations; only the digest of each is known here.
CREATE TABLE token (
    digest TEXT PRIMARY KEY,
    subscriber INTEGER NOT NULL REFERENCES subscriber (no) ON DELETE CASCADE,
    expires INTEGER NOT NULL,
    used_at INTEGER,
    -- What was asked for; it becomes the profile when the token is used.
    profile TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX token_subscriber ON token (subscriber);

-- At most one row for a day; two halves are a mail that came back for good.
CREATE TABLE bounce (
    subscriber INTEGER NOT NULL REFERENCES subscriber (no) ON DELETE CASCADE,
    day INTEGER NOT NULL,
    halves INTEGER NOT NULL,
    PRIMARY KEY (subscriber, day)
) STRICT, WITHOUT ROWID;

-- How often something was asked for within a time. Addresses and networks are sealed.
CREATE TABLE quota (
    name TEXT PRIMARY KEY,
    until INTEGER NOT NULL,
    count INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Addresses that are never to be mailed, sealed.
CREATE TABLE never (
    seal TEXT PRIMARY KEY,
    since INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- The news of every look, in the order in which it was recorded; digests are made of it.
CREATE TABLE telling (
    no INTEGER PRIMARY KEY AUTOINCREMENT,
    at INTEGER NOT NULL,
    news TEXT NOT NULL
) STRICT;

-- Content that many deliveries share.
CREATE TABLE letter (
    no INTEGER PRIMARY KEY,
    digest TEXT NOT NULL UNIQUE,
    body TEXT NOT NULL
) STRICT;

-- The outbox anew: mails that come from no look, mails to subscribers, shared content.
CREATE TABLE delivery_new (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    message_id TEXT NOT NULL UNIQUE,
    channel TEXT NOT NULL,
    -- Empty where `letter` has it.
    content TEXT NOT NULL,
    letter INTEGER REFERENCES letter (no),
    subscriber INTEGER REFERENCES subscriber (no) ON DELETE CASCADE,
    page INTEGER,
    visit INTEGER,
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

INSERT INTO delivery_new
    (id, message_id, channel, content, page, visit, created, state, token, leased_until, ready,
     tries, last_error, settled_at)
SELECT id, message_id, channel, content, page, visit, created, state, token, leased_until, ready,
       tries, last_error, settled_at
FROM delivery;

DROP TABLE delivery;
ALTER TABLE delivery_new RENAME TO delivery;

CREATE INDEX delivery_ready ON delivery (ready) WHERE state = 'pending';
CREATE INDEX delivery_channel ON delivery (channel, id) WHERE state = 'pending';
CREATE INDEX delivery_aside ON delivery (id) WHERE state = 'set-aside';
CREATE INDEX delivery_subscriber ON delivery (subscriber) WHERE subscriber IS NOT NULL;
CREATE INDEX delivery_letter ON delivery (letter) WHERE letter IS NOT NULL;
