-- What each page says now, as today's lexicon reads it: one row per cell of the status matrix.
CREATE TABLE statement (
    page INTEGER NOT NULL REFERENCES page (no),
    -- Its place in page order.
    place INTEGER NOT NULL,
    -- NULL where the text names nobody.
    partner TEXT,
    stage TEXT NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (page, place)
) STRICT, WITHOUT ROWID;

CREATE TABLE event (
    no INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    page INTEGER NOT NULL,
    visit INTEGER NOT NULL,
    partner TEXT,
    stage TEXT NOT NULL,
    -- What the page says of the step now; NULL where it no longer speaks of it.
    factuality TEXT,
    confirmed INTEGER NOT NULL,
    -- The lexicon that read it.
    lexicon TEXT,
    body TEXT NOT NULL,
    FOREIGN KEY (page, visit) REFERENCES visit (page, due)
) STRICT;

CREATE INDEX event_time ON event (confirmed);
CREATE INDEX event_visit ON event (page, visit);
CREATE INDEX event_partner ON event (partner, confirmed);
CREATE INDEX event_stage ON event (stage, confirmed);

-- Readings that a later lexicon replaced, kept beside the new ones.
CREATE TABLE revision (
    no INTEGER PRIMARY KEY,
    page INTEGER NOT NULL REFERENCES page (no),
    at INTEGER NOT NULL,
    -- The event it is about; NULL where it is about a cell of the matrix.
    event TEXT,
    body TEXT NOT NULL
) STRICT;

CREATE INDEX revision_page ON revision (page, at);
CREATE INDEX revision_event ON revision (event) WHERE event IS NOT NULL;
