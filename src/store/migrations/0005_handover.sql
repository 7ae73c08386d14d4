-- Where a capture was taken over from; NULL of our own. Own captures are never told together with those of others.
ALTER TABLE capture ADD COLUMN source TEXT;

CREATE INDEX capture_source ON capture (page, source) WHERE source IS NOT NULL;

-- Not NULL from a restore on until a look has left nothing open: what changed while the backup was
-- away is recorded, but told to nobody.
ALTER TABLE page ADD COLUMN quiet_since INTEGER;

-- The operators' last word on who may see a capture.
CREATE TABLE takedown (
    capture TEXT PRIMARY KEY,
    hidden INTEGER NOT NULL CHECK (hidden IN (0, 1)),
    why TEXT NOT NULL,
    at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
