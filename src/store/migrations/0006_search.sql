-- What readers can search: entries as they stand, and changes. Trigrams, so that a part of a German
-- compound finds it. It is filled when somebody searches, for what came since; a visit only leaves a mark.
CREATE VIRTUAL TABLE search USING fts5 (title, text, tokenize = 'trigram remove_diacritics 1');

-- What a row of the index is about.
CREATE TABLE found (
    row INTEGER PRIMARY KEY,
    page INTEGER NOT NULL REFERENCES page (no),
    key TEXT NOT NULL,
    -- The change; NULL where it is the entry as it stands.
    change TEXT,
    at INTEGER NOT NULL
) STRICT;

CREATE INDEX found_page ON found (page) WHERE change IS NULL;
CREATE INDEX found_change ON found (change) WHERE change IS NOT NULL;

-- Pages whose entries differ from what is indexed.
CREATE TABLE unindexed (
    page INTEGER PRIMARY KEY REFERENCES page (no)
) STRICT;

-- Changes that are not indexed yet.
CREATE TABLE unindexed_change (
    change INTEGER PRIMARY KEY
) STRICT;

INSERT INTO unindexed SELECT DISTINCT page FROM entry;
INSERT INTO unindexed_change SELECT no FROM change;

CREATE TRIGGER entry_written AFTER INSERT ON entry BEGIN
    INSERT INTO unindexed VALUES (new.page) ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER entry_altered AFTER UPDATE OF body ON entry BEGIN
    INSERT INTO unindexed VALUES (new.page) ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER entry_gone AFTER DELETE ON entry BEGIN
    INSERT INTO unindexed VALUES (old.page) ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER change_written AFTER INSERT ON change BEGIN
    INSERT INTO unindexed_change VALUES (new.no) ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER change_gone AFTER DELETE ON change BEGIN
    DELETE FROM search WHERE rowid IN (SELECT row FROM found WHERE change = old.id);
    DELETE FROM found WHERE change = old.id;
END;
