-- Which installation this is, however often its folder is moved or put back from a backup.
CREATE TABLE installation (
    id TEXT NOT NULL
) STRICT;
INSERT INTO installation VALUES (lower(hex(randomblob(16))));

-- Looks whose changes were mailed to nobody, as the database came from a backup and they may have been
-- mailed before. The journal does not know it, so no rebuild touches it.
CREATE TABLE taken_over (
    page INTEGER NOT NULL REFERENCES page (no),
    visit INTEGER NOT NULL,
    PRIMARY KEY (page, visit)
) STRICT, WITHOUT ROWID;

-- Why an answer is not whole; NULL where it is. Captures from before this column are marked by a rebuild.
ALTER TABLE capture ADD COLUMN truncated TEXT;
