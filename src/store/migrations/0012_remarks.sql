-- What people say of events: notes, verifications, corrections. Their own words, which the journal has, too.
CREATE TABLE remark (
    event TEXT NOT NULL,
    at INTEGER NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (event, at, body)
) STRICT, WITHOUT ROWID;
