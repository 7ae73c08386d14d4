-- A mail that came back counts once, on the day on which we heard of it: what a report says of its own
-- time, anybody can write.

CREATE TABLE bounce_new (
    -- What stands before the "@" of the Message-ID.
    message TEXT PRIMARY KEY,
    subscriber INTEGER NOT NULL REFERENCES subscriber (no) ON DELETE CASCADE,
    day INTEGER NOT NULL,
    -- Two halves are a mail that came back for good; of a day the worst counts.
    halves INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Until now no mail was named; each day counted once.
INSERT INTO bounce_new (message, subscriber, day, halves)
SELECT 'day ' || day || ' of ' || subscriber, subscriber, day, halves FROM bounce;

DROP TABLE bounce;
ALTER TABLE bounce_new RENAME TO bounce;

CREATE INDEX bounce_subscriber ON bounce (subscriber);
