//! The tables that are derived from the archive, as SQL: how their rows are compared, and how replaced.

/// A derived table: its rows as page, name and content.
pub(super) struct Table {
    pub name: &'static str,
    pub rows: &'static str,
}

pub(super) const TABLES: [Table; 9] = [
    Table {
        // Of those before the kept history some stay because deliveries rest on them.
        name: "visit",
        rows: "SELECT p.id AS page, CAST(t.due AS TEXT) AS key,
                      json_array(t.started, t.finished, t.purpose, t.look, t.problems) AS row
               FROM {db}.visit AS t JOIN {db}.page AS p ON p.no = t.page
               WHERE t.due >= coalesce(p.kept_since, t.due)",
    },
    Table {
        name: "memory",
        rows: "SELECT p.id AS page, 'memory' AS key, t.body AS row
               FROM {db}.memory AS t JOIN {db}.page AS p ON p.no = t.page",
    },
    Table {
        name: "entry",
        rows: "SELECT p.id AS page, t.key AS key, json_array(t.position, t.body) AS row
               FROM {db}.entry AS t JOIN {db}.page AS p ON p.no = t.page",
    },
    Table {
        // Its number is given by each database.
        name: "hold",
        rows: "SELECT p.id AS page, CAST(t.since AS TEXT) AS key,
                      json_array(t.reason, json_remove(t.body, '$.id'), t.closed_at, t.ending) AS row
               FROM {db}.hold AS t JOIN {db}.page AS p ON p.no = t.page",
    },
    Table {
        name: "statement",
        rows: "SELECT p.id AS page, CAST(t.place AS TEXT) AS key,
                      json_array(t.partner, t.stage, t.body) AS row
               FROM {db}.statement AS t JOIN {db}.page AS p ON p.no = t.page",
    },
    Table {
        name: "event",
        rows: "SELECT p.id AS page, t.id AS key,
                      json_array(t.visit, t.partner, t.stage, t.factuality, t.confirmed, t.lexicon, t.body) AS row
               FROM {db}.event AS t JOIN {db}.page AS p ON p.no = t.page",
    },
    Table {
        name: "forgotten",
        rows: "SELECT p.id AS page, t.id AS key, json_array(t.at, t.before, t.after) AS row
               FROM {db}.forgotten AS t JOIN {db}.page AS p ON p.no = t.page",
    },
    Table {
        name: "earlier",
        rows: "SELECT p.id AS page, CAST(t.at AS TEXT) AS key, t.body AS row
               FROM {db}.earlier AS t JOIN {db}.page AS p ON p.no = t.page",
    },
    Table {
        // The archive also has those of looks that were never recorded: only what is missing there counts.
        name: "capture",
        rows: "SELECT p.id AS page, t.id AS key,
                      json_array(t.url, t.at, t.status, t.digest, t.kind, t.file, t.\"offset\", t.source) AS row
               FROM {db}.capture AS t JOIN {db}.page AS p ON p.no = t.page
               WHERE '{db}' <> 'there' OR t.id IN (SELECT id FROM main.capture)",
    },
];

/// Puts the rows of one database in the place of those of the other, for the pages in `?1`.
pub(super) const REPLACE: [&str; 25] = [
    "CREATE TEMP TABLE same (here INTEGER PRIMARY KEY, there INTEGER NOT NULL UNIQUE)",
    "INSERT INTO temp.same SELECT h.no, t.no FROM main.page AS h JOIN there.page AS t ON t.id = h.id
     WHERE h.id IN (SELECT value FROM json_each(?1))",
    "INSERT INTO main.capture (id, page, url, at, status, digest, kind, truncated, file, \"offset\", source)
     SELECT t.id, same.here, t.url, t.at, t.status, t.digest, t.kind, t.truncated, t.file, t.\"offset\", t.source
     FROM there.capture AS t JOIN same ON same.there = t.page WHERE true
     ON CONFLICT (id) DO UPDATE SET
         page = excluded.page, url = excluded.url, at = excluded.at, status = excluded.status,
         digest = excluded.digest, kind = excluded.kind, truncated = excluded.truncated,
         file = excluded.file, \"offset\" = excluded.\"offset\",
         source = excluded.source",
    "INSERT INTO main.takedown (capture, hidden, why, at, digest)
     SELECT capture, hidden, why, at, digest FROM there.takedown WHERE true
     ON CONFLICT (capture) DO UPDATE SET hidden = excluded.hidden, why = excluded.why,
         at = excluded.at, digest = excluded.digest
     WHERE excluded.at >= takedown.at",
    "INSERT INTO main.remark (event, at, body)
     SELECT event, at, body FROM there.remark WHERE true ON CONFLICT DO NOTHING",
    "DELETE FROM main.event WHERE page IN (SELECT here FROM same)",
    "DELETE FROM main.change WHERE page IN (SELECT here FROM same)",
    "DELETE FROM main.statement WHERE page IN (SELECT here FROM same)",
    "DELETE FROM main.entry WHERE page IN (SELECT here FROM same)",
    "DELETE FROM main.memory WHERE page IN (SELECT here FROM same)",
    // A visit that a delivery rests on stays, whatever is read from it now.
    "DELETE FROM main.visit WHERE page IN (SELECT here FROM same)
       AND NOT EXISTS (SELECT 1 FROM main.delivery AS d WHERE d.page = visit.page AND d.visit = visit.due)",
    "INSERT INTO main.visit (page, due, started, finished, purpose, look, problems)
     SELECT same.here, t.due, t.started, t.finished, t.purpose, t.look, t.problems
     FROM there.visit AS t JOIN same ON same.there = t.page WHERE true
     ON CONFLICT (page, due) DO UPDATE SET
         started = excluded.started, finished = excluded.finished, purpose = excluded.purpose,
         look = excluded.look, problems = excluded.problems",
    "INSERT INTO main.memory (page, body)
     SELECT same.here, t.body FROM there.memory AS t JOIN same ON same.there = t.page",
    "INSERT INTO main.entry (page, key, position, body)
     SELECT same.here, t.key, t.position, t.body FROM there.entry AS t JOIN same ON same.there = t.page",
    "INSERT INTO main.statement (page, place, partner, stage, body)
     SELECT same.here, t.place, t.partner, t.stage, t.body
     FROM there.statement AS t JOIN same ON same.there = t.page",
    "DELETE FROM main.forgotten WHERE page IN (SELECT here FROM same)",
    "INSERT INTO main.forgotten (id, page, at, before, after)
     SELECT t.id, same.here, t.at, t.before, t.after
     FROM there.forgotten AS t JOIN same ON same.there = t.page",
    "DELETE FROM main.earlier WHERE page IN (SELECT here FROM same)",
    "INSERT INTO main.earlier (page, at, body)
     SELECT same.here, t.at, t.body FROM there.earlier AS t JOIN same ON same.there = t.page",
    "INSERT INTO main.change (id, page, visit, key, field, told, confirmed, step, digest, body)
     SELECT t.id, same.here, t.visit, t.key, t.field, t.told, t.confirmed, t.step, t.digest, t.body
     FROM there.change AS t JOIN same ON same.there = t.page ORDER BY t.no",
    "INSERT INTO main.event (id, page, visit, partner, stage, factuality, confirmed, lexicon, body)
     SELECT t.id, same.here, t.visit, t.partner, t.stage, t.factuality, t.confirmed, t.lexicon, t.body
     FROM there.event AS t JOIN same ON same.there = t.page ORDER BY t.no",
    // A hold keeps its number, which an operator may have noted.
    "DELETE FROM main.hold WHERE page IN (SELECT here FROM same)
       AND NOT EXISTS (SELECT 1 FROM there.hold AS t JOIN same ON same.there = t.page
                       WHERE same.here = hold.page AND t.since = hold.since)",
    "UPDATE main.hold SET
         reason = t.reason, body = json_remove(t.body, '$.id'), closed_at = t.closed_at, ending = t.ending
     FROM there.hold AS t JOIN same ON same.there = t.page
     WHERE same.here = hold.page AND t.since = hold.since",
    "INSERT INTO main.hold (page, reason, since, body, closed_at, ending)
     SELECT same.here, t.reason, t.since, json_remove(t.body, '$.id'), t.closed_at, t.ending
     FROM there.hold AS t JOIN same ON same.there = t.page
     WHERE NOT EXISTS (SELECT 1 FROM main.hold AS h WHERE h.page = same.here AND h.since = t.since)
     ORDER BY t.id",
    "UPDATE main.page SET
         settled = t.settled, last_visit = t.last_visit, last_ok = t.last_ok,
         last_change = t.last_change, look = t.look, kept_since = t.kept_since
     FROM there.page AS t JOIN same ON same.there = t.no WHERE same.here = page.no",
];
