-- Changes anew: each body is kept as what differs from the one before it of the same field, packed,
-- with the digest of its text.
CREATE TABLE change_new (
    no INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    page INTEGER NOT NULL,
    visit INTEGER NOT NULL,
    key TEXT NOT NULL,
    field TEXT NOT NULL,
    told TEXT NOT NULL,
    confirmed INTEGER NOT NULL,
    -- How many bodies lie between it and the one that is kept whole.
    step INTEGER NOT NULL,
    digest BLOB NOT NULL,
    body BLOB NOT NULL,
    FOREIGN KEY (page, visit) REFERENCES visit (page, due)
) STRICT;

-- What was plain until now is packed as soon as the schema stands; step -1 says that it is plain.
INSERT INTO change_new (no, id, page, visit, key, field, told, confirmed, step, digest, body)
SELECT no, id, page, visit, key, '', told, confirmed, -1, x'', CAST(body AS BLOB) FROM change;

DROP TABLE change;
ALTER TABLE change_new RENAME TO change;

CREATE INDEX change_time ON change (confirmed);
CREATE INDEX change_page ON change (page, confirmed);
CREATE INDEX change_entry ON change (page, key, field);
CREATE INDEX change_told ON change (visit, page) WHERE told <> 'nobody';
CREATE INDEX change_told_page ON change (page, visit) WHERE told <> 'nobody';

CREATE TRIGGER change_written AFTER INSERT ON change BEGIN
    INSERT INTO unindexed_change VALUES (new.no) ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER change_gone AFTER DELETE ON change BEGIN
    DELETE FROM search WHERE rowid IN (SELECT row FROM found WHERE change = old.id);
    DELETE FROM found WHERE change = old.id;
END;

-- Since when the history of a page is kept here; NULL: from the beginning.
ALTER TABLE page ADD COLUMN kept_since INTEGER;

-- Changes and events that are no longer kept, so that their addresses never mean nothing or something else.
CREATE TABLE forgotten (
    id TEXT PRIMARY KEY,
    page INTEGER NOT NULL REFERENCES page (no),
    at INTEGER NOT NULL,
    -- The captures that show both sides.
    before TEXT,
    after TEXT
) STRICT, WITHOUT ROWID;

-- News is kept once, packed, whoever hears of it and when. What was plain until now is packed as soon
-- as the schema stands.
ALTER TABLE letter ADD COLUMN packed BLOB NOT NULL DEFAULT x'';
UPDATE letter SET packed = CAST(body AS BLOB);
ALTER TABLE letter DROP COLUMN body;
ALTER TABLE letter RENAME COLUMN packed TO body;

INSERT INTO letter (digest, body)
SELECT 'telling ' || no, CAST(json_object('news', json(news)) AS BLOB) FROM telling;
ALTER TABLE telling ADD COLUMN letter INTEGER NOT NULL DEFAULT 0;
UPDATE telling SET letter = (SELECT no FROM letter WHERE digest = 'telling ' || telling.no);
ALTER TABLE telling DROP COLUMN news;
