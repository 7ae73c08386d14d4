-- What a takedown hides is a payload, whichever captures have it; an empty payload is none.
ALTER TABLE takedown ADD COLUMN digest TEXT;

UPDATE takedown SET digest = (
    SELECT digest FROM capture
    WHERE id = takedown.capture
      AND digest <> 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'
);
