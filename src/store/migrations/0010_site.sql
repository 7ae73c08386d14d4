-- What the site asks for, by what it asks with.
CREATE INDEX statement_partner ON statement (partner);
CREATE INDEX entry_key ON entry (key);
CREATE INDEX entry_country ON entry (page, body->>'$.country');
CREATE INDEX event_page ON event (page, confirmed);
CREATE INDEX change_key ON change (key, confirmed);

-- The operators' word that what was told of an event was wrong. Never derived: events come and go with
-- what reads them, this stays.
CREATE TABLE retraction (
    event TEXT NOT NULL,
    why TEXT NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (event, why)
) STRICT, WITHOUT ROWID;
