-- What the site asks for, by what it asks with.
CREATE INDEX statement_partner ON statement (partner);
CREATE INDEX entry_key ON entry (key);
CREATE INDEX entry_country ON entry (page, body->>'$.country');
CREATE INDEX event_page ON event (page, confirmed);
CREATE INDEX change_key ON change (key, confirmed);
