-- What others' captures show to have changed on a page before we looked at it ourselves: derived, and
-- never among our own changes.
CREATE TABLE earlier (
    page INTEGER NOT NULL REFERENCES page (no),
    at INTEGER NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (page, at)
) STRICT, WITHOUT ROWID;
